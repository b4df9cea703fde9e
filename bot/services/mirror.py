"""Our rows as a mirror of the site's accounts; what was changed here and has not arrived there yet wins."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from bot.domain.accounts import PROFILE, Account
from bot.domain.audit import AuditTag
from bot.domain.errors import AccountsAway, InvalidInput, StorageBusy
from bot.domain.identity import Conversation
from bot.domain.messages import OutboxKind
from bot.domain.settings import switchable
from bot.domain.site import Finding, SiteProfile, displaced_email
from bot.services.journal import Journal
from bot.services.ports import Clock, UnitOfWork
from bot.services.site_changes import pending_prefix

_CODE_STAYS = (
    "That code is right, but the accounts do not answer at the moment, so nothing was changed. Please send the same"
    " code again in a few minutes."
)
_NOT_NOW = (
    "The accounts do not answer at the moment, so I cannot sign you in. Nothing was changed. Please try again in a few"
    " minutes."
)
_MIRRORED = ("created_at", "facebook_user", *(field.key for field in PROFILE))


@dataclass(frozen=True)
class Mirror:
    """Works inside the transaction of the use case that asked the site."""

    clock: Clock
    journal: Journal

    def holder(self, uow: UnitOfWork, mailbox: str, finding: Finding) -> Account | None:
        """The account of a proved mailbox: as the site has just told it, or as we knew it when the site is away.

        Raises:
            AccountsAway: the site is away and we never met this person.
        """
        known = uow.accounts.by_email(mailbox)
        if not finding.reached:
            if known is None:
                raise AccountsAway(_CODE_STAYS)
            return known
        if finding.profile is not None:
            account = self.reflect(uow, finding.profile)
            return account if account.email == mailbox else None
        if known is not None and self._pending(uow, known.id).get("email") != mailbox:
            self._displace(uow, known)
            return None
        return known

    def named(self, uow: UnitOfWork, account_id: str, finding: Finding) -> Account | None:
        """The account with this id: as the site has just told it, or as we knew it when the site is away.

        Raises:
            AccountsAway: the site is away and we never met this person.
        """
        if finding.profile is not None:
            return self.reflect(uow, finding.profile)
        known = None if finding.reached else uow.accounts.by_id(account_id)
        if known is None and not finding.reached:
            raise AccountsAway(_NOT_NOW)
        return known

    def reflect(self, uow: UnitOfWork, profile: SiteProfile) -> Account:
        """Creates or refreshes the row of an account, and puts on record what changed."""
        pending = self._pending(uow, profile.id)
        wanted: dict[str, Any] = {name: getattr(profile, name) for name in _MIRRORED}
        wanted.update({name: value for name, value in pending.items() if name in wanted})
        known = uow.accounts.by_id(profile.id)
        wanted["email"] = self._free_address(uow, profile, str(wanted["email"]))
        account = replace(known, **wanted) if known else Account(profile.id, **wanted)
        changed = _differences(known, account)
        if changed:
            _store(uow, known, account)
        changed += self._settings(uow, profile, pending)
        if changed:
            self._record(uow, account.id, ", ".join(changed))
        return account

    def _settings(self, uow: UnitOfWork, profile: SiteProfile, pending: dict[str, Any]) -> list[str]:
        stored, now = uow.preferences.of(profile.id), self.clock.now()
        changed = []
        for entry in switchable():
            value = pending.get(entry.key, profile.settings.get(entry.key))
            if value is not None and value != stored.get(entry.key):
                uow.preferences.put(profile.id, entry.key, bool(value), now)
                changed.append(entry.key)
        return changed

    def _free_address(self, uow: UnitOfWork, profile: SiteProfile, wanted: str) -> str:
        """`wanted` or the site's own word; whoever else has that in our rows has it no more."""
        other = uow.accounts.by_email(wanted)
        if other is not None and other.id != profile.id and wanted != profile.email:
            wanted, other = profile.email, uow.accounts.by_email(profile.email)
        if other is not None and other.id != profile.id:
            self._displace(uow, other)
        return wanted

    def _displace(self, uow: UnitOfWork, account: Account) -> None:
        uow.accounts.save(replace(account, email=displaced_email(account)))
        self._record(uow, account.id, "address gone")

    def _pending(self, uow: UnitOfWork, account_id: str) -> dict[str, Any]:
        """Values by setting key or detail, the newest choice of each."""
        items = uow.outbox.waiting(pending_prefix(account_id))
        return {
            str(item.payload["setting" if item.kind is OutboxKind.SITE_SETTING else "field"]): item.payload["value"]
            for item in items
        }

    def _record(self, uow: UnitOfWork, account_id: str, what: str) -> None:
        nobody = Conversation("", "site", self.clock.now(), account_id=account_id)
        self.journal.write(uow, AuditTag.MIRRORED, nobody, actor="system", what=what)


def _store(uow: UnitOfWork, known: Account | None, account: Account) -> None:
    try:
        if known is None:
            uow.accounts.add(account)
        else:
            uow.accounts.save(account)
    except InvalidInput:
        raise StorageBusy("The same person has just been met by another process; nothing was changed.") from None


def _differences(before: Account | None, after: Account) -> list[str]:
    if before is None:
        return ["new"]
    return [field.name for field in fields(Account) if getattr(before, field.name) != getattr(after, field.name)]
