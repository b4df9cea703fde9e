"""The ports of mail in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.mail import (
    PEN,
    MailState,
    MailThread,
    PenRow,
    SenderCheck,
    SentMail,
    StoredMail,
    SuppressedAddress,
)

if TYPE_CHECKING:
    from tests.fakes import Data


@dataclass
class MailRow:
    """A mail that came in, and how it stands."""

    mail: StoredMail
    due_at: datetime
    state: MailState = MailState.WAITING
    leased_until: datetime | None = None
    closed_at: datetime | None = None
    sender: str = ""
    check: SenderCheck | None = None
    reason: str = ""


class _Mailroom:
    def __init__(self, data: Data) -> None:
        self._data = data


class FakeMailInbox(_Mailroom):
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
        if any(row.mail.key == key for row in self._data.mails):
            return False
        mail = StoredMail(len(self._data.mails) + 1, key, source, raw, envelope_from, tuple(recipients), at)
        state = MailState.WAITING if dead is None else MailState.DEAD
        self._data.mails.append(MailRow(mail, at, state, reason=dead or ""))
        return True

    def claim(self, now: datetime, lease_until: datetime, limit: int) -> Sequence[StoredMail]:
        due = [
            row
            for row in self._data.mails
            if row.state is MailState.WAITING
            and row.due_at <= now
            and (row.leased_until is None or row.leased_until <= now)
        ][:limit]
        for row in due:
            row.leased_until = lease_until
        return [row.mail for row in due]

    def assign(self, mail_id: int, thread_id: str) -> None:
        for row in self._data.mails:
            if row.mail.id == mail_id:
                row.mail = replace(row.mail, thread_id=thread_id)

    def settle(
        self, mail_id: int, state: MailState, at: datetime, *, reason: str, sender: str, check: SenderCheck | None
    ) -> bool:
        for row in self._waiting(mail_id):
            row.state, row.closed_at, row.reason, row.sender, row.check = state, at, reason, sender, check
            return True
        return False

    def retry(self, mail_id: int, due_at: datetime, error: str) -> None:
        for row in self._waiting(mail_id):
            row.mail = replace(row.mail, attempts=row.mail.attempts + 1)
            row.due_at, row.leased_until, row.reason = due_at, None, error

    def counts(self) -> Mapping[MailState, int]:
        states = [row.state for row in self._data.mails]
        return {state: states.count(state) for state in set(states)}

    def answered_since(self, since: datetime, *, sender: str | None = None, thread_id: str | None = None) -> int:
        return sum(
            row.state is MailState.ANSWERED
            and row.closed_at is not None
            and row.closed_at >= since
            and (row.sender == sender if thread_id is None else row.mail.thread_id == thread_id)
            for row in self._data.mails
        )

    def page(self, state: MailState, before: int | None, limit: int) -> Sequence[PenRow]:
        rows = [row for row in reversed(self._data.mails) if row.state is state]
        return [self._row(row) for row in rows if before is None or row.mail.id < before][:limit]

    def one(self, mail_id: int) -> tuple[PenRow, StoredMail] | None:
        found = [row for row in self._data.mails if row.mail.id == mail_id]
        return (self._row(found[0]), found[0].mail) if found else None

    def release(self, mail_id: int, at: datetime) -> bool:
        for row in self._in_pen(mail_id):
            row.mail = replace(row.mail, released=True, attempts=0)
            row.state, row.due_at, row.leased_until, row.closed_at = MailState.WAITING, at, None, None
            return True
        return False

    def discard(self, mail_id: int, at: datetime) -> bool:
        for row in self._in_pen(mail_id):
            row.mail = replace(row.mail, raw=b"")
            row.state, row.closed_at, row.sender = MailState.DISCARDED, at, ""
            return True
        return False

    def _in_pen(self, mail_id: int) -> list[MailRow]:
        return [row for row in self._data.mails if row.mail.id == mail_id and row.state in PEN]

    def _row(self, row: MailRow) -> PenRow:
        return PenRow(row.mail.id, row.mail.arrived_at, row.state, row.reason, row.sender, row.check, len(row.mail.raw))

    def hold(self, mail_id: int) -> bool:
        return any(self._waiting(mail_id))

    def _waiting(self, mail_id: int) -> Iterator[MailRow]:
        return (row for row in self._data.mails if row.mail.id == mail_id and row.state is MailState.WAITING)


class FakeMailThreads(_Mailroom):
    def add(self, thread: MailThread) -> None:
        self._data.need_conversation(thread.conversation_id)
        self._data.threads[thread.id] = thread

    def save(self, thread: MailThread) -> None:
        if thread.id in self._data.threads:
            self._data.threads[thread.id] = thread

    def get(self, thread_id: str) -> MailThread | None:
        return self._data.threads.get(thread_id)

    def by_reference(self, reference: str) -> MailThread | None:
        return next((thread for thread in self._data.threads.values() if thread.reference == reference), None)

    def by_conversation(self, conversation_id: str) -> MailThread | None:
        return next((found for found in self._data.threads.values() if found.conversation_id == conversation_id), None)

    def sent(self, mail: SentMail, at: datetime) -> None:
        self._data.sent.setdefault(mail.message_id, mail)

    def sent_with(self, message_ids: Sequence[str]) -> Sequence[SentMail]:
        return [self._data.sent[key] for key in message_ids if key in self._data.sent]


class FakeSuppressions(_Mailroom):
    def add(self, address: str, reason: str, at: datetime) -> None:
        self._data.suppressed.setdefault(address, SuppressedAddress(address, reason, at))

    def reason(self, address: str) -> str | None:
        found = self._data.suppressed.get(address)
        return found.reason if found else None

    def page(self, after: str, limit: int) -> Sequence[SuppressedAddress]:
        rows = sorted(self._data.suppressed.values(), key=lambda row: row.address)
        return [row for row in rows if row.address > after][:limit]

    def remove(self, address: str) -> bool:
        return self._data.suppressed.pop(address, None) is not None

    def count(self) -> int:
        return len(self._data.suppressed)
