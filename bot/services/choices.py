"""A choice about a setting: the choice itself, the proof of it, and its audit row, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.audit import AuditTag
from bot.domain.consents import Consent
from bot.domain.identity import Conversation
from bot.domain.messages import OutboxKind
from bot.domain.settings import Setting
from bot.services.journal import Journal
from bot.services.ports import Clock, Policy, Randomness, UnitOfWork
from bot.services.site_changes import SiteChanges


@dataclass(frozen=True)
class Choices:
    """Writes choices down, and passes them on.

    Attributes:
        partners: names of those who may have got data from us.
    """

    clock: Clock
    random: Randomness
    policy: Policy
    journal: Journal
    site: SiteChanges
    partners: tuple[str, ...] = ()

    def record(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        account_id: str,
        entry: Setting,
        value: bool,
        channel: str | None = None,
    ) -> None:
        """From now on `value` holds, here and at the site.

        Args:
            channel: how the choice was made, where that is not the conversation's own channel.
        """
        now, ref = self.clock.now(), self.policy.ref
        uow.preferences.put(account_id, entry.key, value, now)
        uow.consents.add(
            Consent(
                account_id=account_id,
                setting=entry.key,
                granted=value,
                at=now,
                channel=channel or conversation.channel,
                conversation_id=conversation.id,
                policy_id=ref.id,
                policy_version=ref.version,
            )
        )
        self.journal.write(
            uow, AuditTag.SETTING_CHANGED, conversation, setting=entry.key, value="on" if value else "off"
        )
        self.pass_on(uow, account_id, entry, value)
        if entry.group == "sharing" and not value:
            self._tell_partners(uow, account_id, entry)

    def _tell_partners(self, uow: UnitOfWork, account_id: str, entry: Setting) -> None:
        """Whoever may have got the data has to hear that sharing is over (CPRA, Cal. Civ. Code § 1798.135(f))."""
        account, now = uow.accounts.by_id(account_id), self.clock.now()
        for partner in self.partners:
            mailboxes = [account.email] if account else []
            payload = {"partner": partner, "account_id": account_id, "mailboxes": mailboxes, "settings": [entry.key]}
            uow.outbox.put(f"optout:{self.random.id()}", OutboxKind.PARTNER_NOTICE, payload, now)

    def pass_on(self, uow: UnitOfWork, account_id: str, entry: Setting, value: bool) -> None:
        """Tells the site only, as for an opt-out that is none here: the person may have opted in there meanwhile."""
        self.site.setting(uow, account_id, self.random.id(), entry.key, value, self.clock.now())
