"""What the use cases of mail need from storage and from the mail system."""

from __future__ import annotations

from datetime import datetime
from typing import Mapping, Protocol, Sequence

from bot.domain.mail import (
    InboundMail,
    MailState,
    MailThread,
    PenRow,
    SenderCheck,
    SentMail,
    StoredMail,
    SuppressedAddress,
)
from bot.domain.messages import Letter


class MailInbox(Protocol):
    def put(
        self,
        key: str,
        source: str,
        raw: bytes,
        envelope_from: str | None,
        recipients: Sequence[str],
        at: datetime,
        dead: str | None = None,
    ) -> bool:
        """Keeps a mail, or with `dead` (why) puts it aside; False when it was here before."""

    def claim(self, now: datetime, lease_until: datetime, limit: int) -> Sequence[StoredMail]:
        """Mails that are due, oldest first, leased until then; two workers never get the same one."""

    def hold(self, mail_id: int) -> bool:
        """Whether it still waits; if so nobody else can settle it until this transaction ends."""

    def assign(self, mail_id: int, thread_id: str) -> None:
        """Remembers the thread, so that a second attempt goes on in the same one."""

    def settle(
        self, mail_id: int, state: MailState, at: datetime, *, reason: str, sender: str, check: SenderCheck | None
    ) -> bool:
        """Closes a waiting mail; whether this call did it."""

    def retry(self, mail_id: int, due_at: datetime, error: str) -> None: ...

    def counts(self) -> Mapping[MailState, int]: ...

    def answered_since(self, since: datetime, *, sender: str | None = None, thread_id: str | None = None) -> int:
        """How many answers one sender, or one thread, got since then."""

    def page(self, state: MailState, before: int | None, limit: int) -> Sequence[PenRow]:
        """Mails in a state without their content, newest first."""

    def one(self, mail_id: int) -> tuple[PenRow, StoredMail] | None: ...

    def release(self, mail_id: int, at: datetime) -> bool:
        """Makes a mail in PEN wait for the assistant again; whether this call did it."""

    def discard(self, mail_id: int, at: datetime) -> bool:
        """Throws away what a mail in PEN says; whether this call did it."""


class MailThreads(Protocol):
    def add(self, thread: MailThread) -> None: ...

    def save(self, thread: MailThread) -> None: ...

    def get(self, thread_id: str) -> MailThread | None: ...

    def by_reference(self, reference: str) -> MailThread | None: ...

    def by_conversation(self, conversation_id: str) -> MailThread | None: ...

    def sent(self, mail: SentMail, at: datetime) -> None:
        """Remembers a Message-ID of ours; one that is known stays as it is."""

    def sent_with(self, message_ids: Sequence[str]) -> Sequence[SentMail]:
        """Those of our mails that have one of these ids."""


class Suppressions(Protocol):
    """Addresses that no mail goes to, of whatever kind."""

    def add(self, address: str, reason: str, at: datetime) -> None: ...

    def reason(self, address: str) -> str | None: ...

    def remove(self, address: str) -> bool: ...

    def page(self, after: str, limit: int) -> Sequence[SuppressedAddress]:
        """Addresses in alphabetical order, from the one after `after`."""

    def count(self) -> int: ...


class Mailer(Protocol):
    async def send(self, letter: Letter, *, key: str) -> None:
        """Delivers one automatic mail, with `key` in its Message-ID.

        Raises:
            AddressRefused: nothing can ever be delivered to this address.
            MailRefused: permanently; a retry cannot help.
            OSError or TimeoutError: try again later.
        """


class MailReader(Protocol):
    async def read(self, mail: StoredMail) -> InboundMail:
        """Raises UnreadableMail."""


class ReplyAddresses(Protocol):
    """Addresses of ours that name a thread and that nobody else can make up."""

    def of(self, thread_id: str) -> str: ...

    def thread(self, address: str) -> str | None:
        """The thread an address was made for, or None when it is not one of these."""
