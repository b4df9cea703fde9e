"""Meta tells us that a person wants what we have of them deleted.

The connection to Facebook goes at once, since that is what Meta can vouch for. Whether the whole account goes, too, is
asked at the account's own mailbox: whoever got hold of a Facebook account cannot delete more than the connection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.accounts import Account
from bot.domain.audit import AuditEntry, AuditTag
from bot.domain.consents import preferences
from bot.domain.identity import Conversation
from bot.domain.messages import OutboxKind
from bot.domain.requests import FACEBOOK, FILED, RequestState, RequestType, reference_of
from bot.domain.settings import resolve
from bot.services.choices import Choices
from bot.services.ports import Clock, Hasher, Randomness, Transactions, UnitOfWork
from bot.services.requests.notices import Notices
from bot.services.requests.register import Register

REMEMBERED = timedelta(days=3)
"""Longer than a signed request is taken."""


@dataclass(frozen=True)
class FacebookDeletion:
    """The same call a second time, or at the same time, gets the same answer and does nothing."""

    transactions: Transactions
    clock: Clock
    random: Randomness
    hasher: Hasher
    choices: Choices
    register: Register
    notices: Notices

    def ask(self, facebook_user: str, issued_at: datetime) -> str:
        """Severs the connection and opens a request that waits for its yes; the reference, known person or not."""
        call = f"facebook:{facebook_user}:{issued_at.timestamp():.0f}"
        reference = reference_of(self.hasher.subject(call))
        with self.transactions() as uow:
            if not uow.spent_tokens.spend(f"{FACEBOOK}:{reference}", self.clock.now() + REMEMBERED):
                return reference
            accounts = uow.accounts.with_facebook(facebook_user)
            if not accounts:
                self._record(uow, "", "", reference, "nothing held")
            names = [reference, *(self.random.reference() for _ in accounts[1:])]
            for account, name in zip(accounts, names, strict=False):
                self._open(uow, account, facebook_user, name)
            uow.commit()
        return reference

    def _open(self, uow: UnitOfWork, account: Account, facebook_user: str, reference: str) -> None:
        now = self.clock.now()
        call = Conversation(self.random.id(), FACEBOOK, now, mailbox=account.email, account_id=account.id)
        uow.conversations.add(call)
        self._record(uow, self.hasher.subject(account.id), call.id, reference, "severed")
        self._sever(uow, account, call, facebook_user)
        filed = [known for known in uow.requests.of_account(account.id) if known.state in FILED]
        request = self.register.receive(uow, call, RequestType.DELETION, now, reference=reference)
        request = self.register.prove(uow, request, call)
        if any(known.type is RequestType.DELETION for known in filed):
            self.register.step(uow, request, RequestState.DUPLICATE, actor="system")
        else:
            self.notices.tell(uow, request, "facebook_deletion_asked")

    def _sever(self, uow: UnitOfWork, account: Account, call: Conversation, facebook_user: str) -> None:
        uow.accounts.save(replace(account, facebook_user=None))
        allowed = preferences(uow.preferences.of(account.id))
        for entry in resolve(("facebook",)):
            if allowed[entry]:
                self.choices.record(uow, call, account.id, entry, False)
        payload = {"facebook_user": facebook_user, "account_id": account.id}
        uow.outbox.put(f"facebook:{call.id}", OutboxKind.FACEBOOK_REVOKE, payload, self.clock.now())

    def _record(self, uow: UnitOfWork, subject: str, conversation_id: str, reference: str, result: str) -> None:
        details = {"reference": reference, "result": result}
        uow.audit.append(
            AuditEntry(self.clock.now(), AuditTag.FACEBOOK_ASKED, FACEBOOK, subject, conversation_id, details)
        )
