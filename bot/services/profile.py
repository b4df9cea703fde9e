"""Seeing and correcting one's details; a new e-mail address counts once its mailbox said so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Mapping

from bot.domain.accounts import PROFILE, Account, clean_detail, mask_email, profile_field, with_detail
from bot.domain.audit import AuditTag
from bot.domain.errors import InvalidInput, NotFound, TokenInvalid, TokenReplayed
from bot.domain.identity import Assurance, Conversation, normalise_email
from bot.domain.messages import OutboxKind
from bot.domain.requests import RequestType
from bot.services.flows import Handler, Wish
from bot.services.journal import Journal
from bot.services.ports import Clock, Signer, Transactions, UnitOfWork
from bot.services.requests.register import Register
from bot.services.site_changes import SiteChanges

EMAIL_LINK_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class ViewProfile(Handler):
    """Details: none. Facts: `items`, a list of title and value."""

    only_shows = True

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.MAILBOX

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        return {
            "items": [{"title": field.title, "value": getattr(wish.account, field.key)} for field in PROFILE],
        }


@dataclass(frozen=True)
class ChangeProfile(Handler):
    """Details: `field`, `value`. Facts: `title`, `value`, and `confirm` where the new mailbox must answer first."""

    clock: Clock
    journal: Journal
    register: Register
    links: Signer
    public_url: str
    site: SiteChanges

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.FRESH_CODE

    def question(self, wish: Wish) -> Mapping[str, Any] | None:
        if wish.details["field"] != "email":
            return None
        return {"old": mask_email(wish.account.email), "new": wish.details["value"]}

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        field = profile_field(wish.details["field"])
        value = clean_detail(field.key, wish.details["value"])
        if field.key == "email":
            self._ask_new_mailbox(wish, normalise_email(value))
            return {"title": field.title, "value": value, "confirm": True}
        wish.uow.accounts.save(with_detail(wish.account, field.key, value))
        self.site.detail(wish.uow, wish.account.id, wish.proposal.id, field.key, value, self.clock.now())
        self.journal.write(wish.uow, AuditTag.PROFILE_CHANGED, wish.conversation, field=field.key)
        self.register.settle(wish.uow, wish.conversation, RequestType.CORRECTION, wish.proposal.created_at)
        return {"title": field.title, "value": value, "confirm": False}

    def _ask_new_mailbox(self, wish: Wish, new: str) -> None:
        now, old = self.clock.now(), wish.account.email
        token = self.links.sign({"id": wish.proposal.id, "account": wish.account.id, "old": old, "new": new})
        link = f"{self.public_url}/confirm/email/{token}"
        key = f"email-change:{wish.proposal.id}"
        _mail(wish.uow, f"{key}:new", new, "email_confirm", {"link": link}, now)
        _mail(wish.uow, f"{key}:old", old, "email_change_asked", {"new": mask_email(new)}, now)
        self.journal.write(wish.uow, AuditTag.EMAIL_CHANGE_ASKED, wish.conversation)


@dataclass(frozen=True)
class EmailChange:
    """What the confirmation page shows."""

    old_masked: str
    new_masked: str


@dataclass(frozen=True)
class Profile:
    """The part that runs from the link in the mail."""

    transactions: Transactions
    clock: Clock
    journal: Journal
    register: Register
    links: Signer
    site: SiteChanges

    def email_change(self, token: str) -> EmailChange:
        """What pressing the button would do. Raises TokenExpired, TokenInvalid."""
        facts = self.links.read(token)
        return EmailChange(mask_email(str(facts["old"])), mask_email(str(facts["new"])))

    def confirm_email(self, token: str) -> None:
        """Makes the new address the account's.

        Raises:
            TokenExpired, TokenInvalid, TokenReplayed: the link is too old, not ours, or was used.
            InvalidInput: the address cannot be used.
        """
        facts, now = self.links.read(token), self.clock.now()
        with self.transactions() as uow:
            if not uow.spent_tokens.spend(f"email:{facts['id']}", now + EMAIL_LINK_LIFETIME):
                raise TokenReplayed("This link was used before.")
            account = uow.accounts.by_id(str(facts["account"]))
            if account is None or account.email != facts["old"]:
                raise TokenInvalid("This link no longer fits the account.")
            self._move(uow, account, str(facts["new"]))
            self._record(uow, str(facts["id"]))
            self.site.detail(uow, account.id, str(facts["id"]), "email", str(facts["new"]), now)
            uow.commit()

    def _move(self, uow: UnitOfWork, account: Account, new: str) -> None:
        now = self.clock.now()
        try:
            uow.accounts.save(replace(account, email=new, email_changed_at=now))
        except (InvalidInput, NotFound):
            raise InvalidInput("This address cannot be used for the account. Nothing was changed.") from None
        page = Conversation("", "page", now, mailbox=new, account_id=account.id)
        self.journal.write(uow, AuditTag.EMAIL_CHANGED, page)
        _mail(uow, f"email-changed:{account.id}:{now.isoformat()}", account.email, "email_changed", {}, now)

    def _record(self, uow: UnitOfWork, proposal_id: str) -> None:
        proposal = uow.proposals.get(proposal_id)
        conversation = uow.conversations.get(proposal.conversation_id) if proposal else None
        if proposal and conversation and conversation.account_id:
            self.register.settle(uow, conversation, RequestType.CORRECTION, proposal.created_at)


def _mail(uow: UnitOfWork, key: str, to: str, template: str, values: Mapping[str, str], at: Any) -> None:
    uow.outbox.put(key, OutboxKind.MAIL, {"to": to, "template": template, "values": dict(values)}, at)
