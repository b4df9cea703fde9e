"""What the use cases need from the outside world. Adapters implement these; tests pass in fakes."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any, Iterable, Mapping, Protocol, Sequence

from bot.domain.accounts import Account
from bot.domain.audit import AuditEntry
from bot.domain.codes import OneTimeCode
from bot.domain.consents import Consent
from bot.domain.identity import Conversation
from bot.domain.messages import BuriedItem, Delivery, Message, OutboxItem, OutboxKind, Reply
from bot.domain.passages import Answer, PolicyRef
from bot.domain.proposals import Proposal, ProposalState
from bot.services import mail_ports as mail
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


class Accounts(Protocol):
    def by_id(self, account_id: str) -> Account | None: ...

    def by_email(self, email: str) -> Account | None:
        """`email` is normalised."""

    def with_facebook(self, facebook_user: str) -> Sequence[Account]:
        """Accounts connected to this Facebook user; nobody else changes them until the transaction ends."""

    def add(self, account: Account) -> None: ...

    def save(self, account: Account) -> None:
        """Raises NotFound when the account is gone, InvalidInput when its e-mail is another account's."""

    def count_failed_sign_in(self, account_id: str) -> int:
        """Adds one atomically; the new count."""


class Preferences(Protocol):
    def of(self, account_id: str) -> Mapping[str, bool]:
        """The choices that were made, by setting key; what was never chosen is absent."""

    def put(self, account_id: str, setting: str, value: bool, at: datetime) -> None: ...


class Consents(Protocol):
    def add(self, consent: Consent) -> None: ...

    def of(self, account_id: str) -> Sequence[Consent]:
        """Oldest first."""


class Conversations(Protocol):
    def add(self, conversation: Conversation) -> None: ...

    def get(self, conversation_id: str) -> Conversation | None: ...

    def save(self, conversation: Conversation) -> None: ...


class Messages(Protocol):
    def append(self, message: Message) -> Message:
        """Stores with the next `seq` of its conversation (the given one is ignored) and returns it so."""

    def by_client_id(self, conversation_id: str, client_id: str) -> Message | None: ...

    def after(self, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]:
        """Messages with a higher number, oldest first."""

    def newest(self, conversation_id: str, limit: int) -> Sequence[Message]:
        """The last messages, oldest first."""

    def replies_to(self, conversation_id: str, seq: int) -> Sequence[Message]: ...

    def mark(self, conversation_id: str, seq: int, delivery: Delivery, text: str | None = None) -> None:
        """Sets what became of a message, and replaces its text where given (masking)."""


class Codes(Protocol):
    def put(self, code: OneTimeCode) -> None:
        """Replaces any live code of the conversation: only the newest one counts."""

    def live(self, conversation_id: str, now: datetime) -> OneTimeCode | None: ...

    def try_once(self, code_id: str) -> int:
        """Counts one attempt atomically; the attempts so far, this one included. 0 when the code is gone."""

    def delete(self, code_id: str) -> bool:
        """Whether this call removed it: of two at once, one gets True."""

    def mailed_since(self, mailbox: str, since: datetime) -> int:
        """How many codes were issued for a mailbox since then, used ones included."""


class Proposals(Protocol):
    def add(self, proposal: Proposal) -> None:
        """Any open proposal of the conversation becomes superseded."""

    def get(self, proposal_id: str) -> Proposal | None: ...

    def newest_open(self, conversation_id: str) -> Proposal | None:
        """Open ones only; the caller checks that it is still live."""

    def mark_asked(self, proposal_id: str) -> None: ...

    def close(self, proposal_id: str, state: ProposalState) -> bool:
        """Leaves OPEN atomically; whether this call did it, so that of two yeses one acts."""


class Outbox(Protocol):
    def put(self, key: str, kind: OutboxKind, payload: Mapping[str, Any], at: datetime) -> None:
        """A key that is already there is left as it is."""

    def known(self, key: str) -> bool:
        """Whether an item with this key is there, done or not."""

    def claim(self, now: datetime, lease_until: datetime, limit: int) -> Sequence[OutboxItem]:
        """Items that are due, leased to this worker until then; two workers never get the same one."""

    def done(self, item_id: int, at: datetime) -> None:
        """Marks it done and wipes its payload."""

    def retry(self, item_id: int, due_at: datetime, error: str) -> None:
        """Counts the attempt and makes it due again then."""

    def bury(self, item_id: int, at: datetime, error: str, *, wipe: bool = False) -> None:
        """Gives up: kept, visible to `doctor`, never tried again by itself. `wipe`: without its payload."""

    def hold(self, item_id: int) -> bool:
        """Whether it still waits; if so nobody else can settle it until this transaction ends."""

    def buried(self, before: int | None, limit: int) -> Sequence[BuriedItem]:
        """What was given up, newest first."""

    def buried_one(self, item_id: int) -> BuriedItem | None: ...

    def dig_up(self, item_id: int, at: datetime) -> bool:
        """Tries again what was given up; whether this call did it."""

    def discard(self, item_id: int, at: datetime) -> bool:
        """Forgets what was given up, payload and all; whether this call did it."""

    def waiting(self, prefix: str) -> Sequence[OutboxItem]:
        """Items whose key begins so and that are neither done nor given up, oldest first."""

    def counts(self) -> tuple[int, int]:
        """How many items wait, and how many were given up."""


class Audit(Protocol):
    def append(self, entry: AuditEntry) -> None:
        """Numbers and seals the entry; two writers never take the same number."""

    def rows(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, AuditEntry, str]]:
        """(number, entry, seal), oldest first."""


class SpentTokens(Protocol):
    def spend(self, token_id: str, expires_at: datetime) -> bool:
        """Whether this is its first use."""


class UnitOfWork(Protocol):
    """One transaction. Leaving without `commit` rolls everything back."""

    accounts: Accounts
    preferences: Preferences
    consents: Consents
    conversations: Conversations
    messages: Messages
    codes: Codes
    proposals: Proposals
    requests: casework.Requests
    receipts: casework.Receipts
    approvals: casework.Approvals
    exports: casework.Exports
    people: casework.People
    retention: casework.Retention
    outbox: Outbox
    mail_inbox: mail.MailInbox
    mail_threads: mail.MailThreads
    suppressions: mail.Suppressions
    audit: Audit
    spent_tokens: SpentTokens
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

    def answer(self, question: str) -> Sequence[Answer]:
        """One answer per question in the text, in order; at least one."""


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
