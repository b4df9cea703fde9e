"""What the use cases need from the outside world. Adapters implement these; tests pass in fakes."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any, Iterable, Mapping, Protocol, Sequence

from bot.domain.identity import Conversation
from bot.domain.messages import Reply
from bot.domain.passages import Answer, PolicyRef
from bot.services import account_ports, conversation_ports, ledger_ports, mail_ports
from bot.services.console import ports as console
from bot.services.requests import ports as casework


class Clock(Protocol):
    def now(self) -> datetime:
        """The current moment, timezone-aware, in UTC."""


class Randomness(Protocol):
    """Unguessable values."""

    def id(self) -> str:
        """At least 128 random bits, URL-safe."""

    def code(self) -> str:
        """Six decimal digits."""

    def reference(self) -> str:
        """`REQ-XXXXX-XXXXX` in Crockford's base 32: 50 random bits."""


class Hasher(Protocol):
    """Passwords are slow-hashed; codes and subjects are keyed-hashed."""

    def password(self, password: str) -> str: ...

    def password_fits(self, password: str, stored: str) -> bool:
        """Takes the same time when `stored` is empty, and is then False."""

    def code(self, conversation_id: str, mailbox: str, digits: str) -> str: ...

    def equal(self, left: str, right: str) -> bool:
        """Constant-time comparison."""

    def subject(self, identifier: str) -> str:
        """The keyed hash under which the audit log knows an account id or mailbox."""


class UnitOfWork(Protocol):
    """One transaction. Leaving without `commit` rolls everything back."""

    accounts: account_ports.Accounts
    preferences: account_ports.Preferences
    consents: account_ports.Consents
    conversations: conversation_ports.Conversations
    messages: conversation_ports.Messages
    codes: conversation_ports.Codes
    proposals: conversation_ports.Proposals
    requests: casework.Requests
    receipts: casework.Receipts
    approvals: casework.Approvals
    exports: casework.Exports
    people: casework.People
    retention: casework.Retention
    outbox: ledger_ports.Outbox
    mail_inbox: mail_ports.MailInbox
    mail_threads: mail_ports.MailThreads
    suppressions: mail_ports.Suppressions
    audit: ledger_ports.Audit
    spent_tokens: ledger_ports.SpentTokens
    staff: console.Staff
    staff_sessions: console.StaffSessions
    takeovers: console.Takeovers
    inbox: console.Inbox
    queue: console.Queue
    answers: console.Answers
    statistics: console.Statistics
    trail: console.AuditTrail
    feedback: console.Feedback
    words: console.Words

    def commit(self) -> None: ...

    def __enter__(self) -> UnitOfWork: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Transactions(Protocol):
    def __call__(self) -> UnitOfWork:
        """A new transaction; raises StorageBusy when the database stays locked."""

    def scrub(self) -> None:
        """Leaves nothing of deleted rows in files of the database; raises StorageBusy when others keep it busy."""


class Policy(Protocol):
    """The policy in force."""

    @property
    def ref(self) -> PolicyRef: ...

    @property
    def text(self) -> str:
        """The whole policy as plain text; every quote is a slice of it."""

    def answer(self, question: str, *, on_topic: bool = False) -> Sequence[Answer]:
        """One answer per question in the text, in order; at least one.

        Args:
            on_topic: it is known to be about privacy, so where the policy is silent, that is the answer.
        """


class Bot(Protocol):
    async def send(self, conversation: Conversation, message_id: str, text: str, *, trusted: bool) -> Iterable[Reply]:
        """Gives Rasa one turn and returns what it says.

        Args:
            message_id: the same for a retry of the same message.
            trusted: `text` is a payload the server itself signed (`/intent{…}`); otherwise it is only ever text.

        Raises:
            BotUnavailable: no answer; the turn may be sent again.
        """


class FacebookGraph(Protocol):
    async def revoke(self, facebook_user: str) -> bool:
        """Withdraws what the person granted our app. False when no app is configured.

        Raises:
            OSError or TimeoutError: try again later.
        """


class Signer(Protocol):
    """Signs small facts for one purpose and one lifetime."""

    def sign(self, payload: Mapping[str, Any]) -> str: ...

    def read(self, token: str) -> Mapping[str, Any]:
        """Raises TokenExpired or TokenInvalid."""
