"""The console's ports in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.accounts import Account
from bot.domain.audit import AuditEntry
from bot.domain.console import (
    OPEN_STATES,
    GivenAnswer,
    InboxRow,
    Note,
    Numbers,
    Position,
    QueueFilter,
    QueueRow,
    Review,
    Show,
    Takeover,
    WeakAnswer,
)
from bot.domain.errors import InvalidInput
from bot.domain.staff import StaffMember, StaffSession

if TYPE_CHECKING:
    from tests.fakes import Data


@dataclass
class DeskData:
    """What only the console stores."""

    staff: dict[str, StaffMember] = field(default_factory=dict)
    sessions: dict[str, StaffSession] = field(default_factory=dict)
    recovery: set[tuple[str, str]] = field(default_factory=set)
    takeovers: list[Takeover] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    answers: dict[tuple[str, int], GivenAnswer] = field(default_factory=dict)


class _Desk:
    def __init__(self, desk: DeskData) -> None:
        self._desk = desk


class FakeStaff(_Desk):
    def add(self, member: StaffMember) -> None:
        if self.by_email(member.email):
            raise InvalidInput("taken")
        self._desk.staff[member.id] = member

    def save(self, member: StaffMember) -> None:
        old = self._desk.staff[member.id]
        counted = {"totp_step": old.totp_step, "failed_sign_ins": old.failed_sign_ins}
        self._desk.staff[member.id] = replace(member, **counted)

    def by_id(self, staff_id: str) -> StaffMember | None:
        return self._desk.staff.get(staff_id)

    def by_email(self, email: str) -> StaffMember | None:
        return next((member for member in self._desk.staff.values() if member.email == email), None)

    def all(self) -> Sequence[StaffMember]:
        return sorted(self._desk.staff.values(), key=lambda member: member.name)

    def take_step(self, staff_id: str, step: int) -> bool:
        member = self._desk.staff[staff_id]
        if step <= member.totp_step:
            return False
        self._desk.staff[staff_id] = replace(member, totp_step=step)
        return True

    def count_failed(self, staff_id: str) -> int:
        member = self._desk.staff[staff_id]
        self._desk.staff[staff_id] = replace(member, failed_sign_ins=member.failed_sign_ins + 1)
        return member.failed_sign_ins + 1

    def reset_failed(self, staff_id: str) -> None:
        self._desk.staff[staff_id] = replace(self._desk.staff[staff_id], failed_sign_ins=0)

    def put_recovery(self, staff_id: str, hashes: Iterable[str]) -> None:
        self._desk.recovery = {code for code in self._desk.recovery if code[0] != staff_id}
        self._desk.recovery |= {(staff_id, code_hash) for code_hash in hashes}

    def spend_recovery(self, staff_id: str, code_hash: str) -> bool:
        known = (staff_id, code_hash) in self._desk.recovery
        self._desk.recovery.discard((staff_id, code_hash))
        return known


class FakeStaffSessions(_Desk):
    def add(self, session: StaffSession) -> None:
        self._desk.sessions[session.id] = session

    def get(self, session_id: str) -> StaffSession | None:
        return self._desk.sessions.get(session_id)

    def touch(self, session_id: str, at: datetime) -> None:
        self._desk.sessions[session_id] = replace(self._desk.sessions[session_id], seen_at=at)

    def end(self, session_id: str) -> None:
        self._desk.sessions.pop(session_id, None)

    def end_all(self, staff_id: str) -> None:
        kept = {key: session for key, session in self._desk.sessions.items() if session.staff_id != staff_id}
        self._desk.sessions = kept


class FakeTakeovers(_Desk):
    def start(self, takeover: Takeover) -> bool:
        if self.current(takeover.conversation_id):
            return False
        self._desk.takeovers.append(takeover)
        return True

    def current(self, conversation_id: str) -> Takeover | None:
        mine = (taken for taken in self._desk.takeovers if taken.conversation_id == conversation_id)
        return next((taken for taken in mine if taken.given_back_at is None), None)

    def end(self, takeover_id: str, at: datetime) -> bool:
        for number, taken in enumerate(self._desk.takeovers):
            if taken.id == takeover_id and taken.given_back_at is None:
                self._desk.takeovers[number] = replace(taken, given_back_at=at)
                return True
        return False


class FakeInbox:
    def __init__(self, data: Data) -> None:
        self._data = data

    def page(self, show: Show, after: Position | None, limit: int) -> Sequence[InboxRow]:
        rows = [row for row in self._rows() if self._shown(row, show)]
        if after is not None:
            rows = [row for row in rows if (row.last_at, row.conversation.id) < (after.at, after.id)]
        return rows[:limit]

    def found(self, text: str, limit: int) -> Sequence[InboxRow]:
        people = {account.id for account in self.accounts_named(text, limit)}
        requested = {r.conversation_id for r in self._data.cases.requests.values() if r.reference == text.upper()}
        rows = [
            row
            for row in self._rows()
            if row.conversation.id in {text, *requested}
            or row.conversation.mailbox == text.strip().casefold()
            or row.conversation.account_id in people
        ]
        return rows[:limit]

    def of_account(self, account_id: str, limit: int) -> Sequence[InboxRow]:
        return [row for row in self._rows() if row.conversation.account_id == account_id][:limit]

    def accounts_named(self, text: str, limit: int) -> Sequence[Account]:
        words, people = text.lower().split(), self._data.accounts.values()
        named = [person for person in people if words and all(word in person.full_name.lower() for word in words)]
        return sorted(named, key=lambda person: person.full_name)[:limit]

    def _shown(self, row: InboxRow, show: Show) -> bool:
        waiting = row.conversation.handoff_at is not None
        return {Show.ALL: True, Show.WAITING: waiting, Show.TAKEN: row.taken_by is not None}[show]

    def _rows(self) -> list[InboxRow]:
        rows = []
        for conversation in self._data.conversations.values():
            account = self._data.accounts.get(conversation.account_id or "")
            taken = FakeTakeovers(self._data.desk).current(conversation.id)
            last = len(self._data.messages.get(conversation.id, []))
            name = account.full_name if account else None
            at = self._data.last_at[conversation.id]
            rows.append(InboxRow(conversation, at, last, name, taken.name if taken else None))
        return sorted(rows, key=lambda row: (row.last_at, row.conversation.id), reverse=True)


class FakeQueue:
    def __init__(self, data: Data) -> None:
        self._data = data

    def page(self, wanted: QueueFilter, after: Position | None, limit: int) -> Sequence[QueueRow]:
        rows = []
        for request in sorted(self._data.cases.requests.values(), key=lambda request: (request.due_at, request.id)):
            account = self._data.accounts.get(request.account_id or "")
            row = QueueRow(request, account.email if account else request.mailbox)
            if self._fits(row, wanted) and (after is None or (request.due_at, request.id) > (after.at, after.id)):
                rows.append(row)
        return rows[:limit]

    def _fits(self, row: QueueRow, wanted: QueueFilter) -> bool:
        state = row.request.state
        if wanted.state is not None and state is not wanted.state:
            return False
        if wanted.state is None and wanted.open_only and state not in OPEN_STATES:
            return False
        if wanted.type is not None and row.request.type is not wanted.type:
            return False
        return wanted.overdue_at is None or row.request.due_at < wanted.overdue_at

    def add_note(self, note: Note) -> None:
        self._data.desk.notes.append(note)

    def notes(self, request_id: str) -> Sequence[Note]:
        return [note for note in self._data.desk.notes if note.request_id == request_id]


class FakeAnswers:
    def __init__(self, data: Data) -> None:
        self._data = data

    def add(self, answer: GivenAnswer) -> None:
        self._data.desk.answers[answer.conversation_id, answer.seq] = answer

    def weak(self, after: Position | None, limit: int) -> Sequence[WeakAnswer]:
        waiting = [answer for answer in self._data.desk.answers.values() if answer.review is Review.OPEN]
        waiting.sort(key=lambda answer: (answer.at, answer.conversation_id), reverse=True)
        if after is not None:
            waiting = [answer for answer in waiting if (answer.at, answer.conversation_id) < (after.at, after.id)]
        return [WeakAnswer(answer, self._question(answer)) for answer in waiting[:limit]]

    def one(self, conversation_id: str, seq: int) -> WeakAnswer | None:
        answer = self._data.desk.answers.get((conversation_id, seq))
        return WeakAnswer(answer, self._question(answer)) if answer else None

    def close(self, conversation_id: str, seq: int, review: Review) -> bool:
        answer = self._data.desk.answers.get((conversation_id, seq))
        if answer is None or answer.review is not Review.OPEN:
            return False
        self._data.desk.answers[conversation_id, seq] = replace(answer, review=review)
        return True

    def _question(self, answer: GivenAnswer) -> str:
        thread = self._data.messages[answer.conversation_id]
        return thread[(thread[answer.seq - 1].reply_to or 1) - 1].text


class FakeStatistics:
    def __init__(self, data: Data) -> None:
        self._data = data

    def numbers(self, since: datetime, now: datetime) -> Numbers:
        begun = Counter(conversation.created_at.date() for conversation in self._data.conversations.values())
        days = [since.date() + timedelta(days=number) for number in range((now.date() - since.date()).days + 1)]
        taken = [takeover for takeover in self._data.desk.takeovers if takeover.taken_at >= since]
        requests = self._data.cases.requests.values()
        due = [request for request in requests if request.state in OPEN_STATES and request.due_at < now]
        closed = [request for request in requests if request.state not in OPEN_STATES]
        return Numbers(
            days=tuple((day.isoformat(), begun[day]) for day in days),
            outcomes=dict(Counter(answer.outcome.value for answer in self._data.desk.answers.values())),
            handed_over=len(taken),
            waits=tuple(sorted((t.taken_at - t.asked_at).total_seconds() for t in taken if t.asked_at)),
            requests=dict(Counter(request.state.value for request in requests)),
            overdue=len(due),
            late=sum(request.updated_at > request.due_at for request in closed),
        )


class FakeTrail:
    def __init__(self, data: Data) -> None:
        self._data = data

    def newest(
        self, before: int | None, limit: int, *, actor: str = "", subject: str = "", tag: str = ""
    ) -> Sequence[tuple[int, AuditEntry, str]]:
        rows = [
            (number, entry, seal)
            for number, entry, seal in reversed(self._data.audit)
            if (before is None or number < before)
            and actor in ("", entry.actor)
            and subject in ("", entry.subject)
            and tag in ("", entry.tag.value)
        ]
        return rows[:limit]


class FakeStaffSecrets:
    """The code of a step is the step's last six digits."""

    def __init__(self) -> None:
        self._made = 0

    def new_totp(self) -> str:
        return "sealed"

    def totp_uri(self, sealed: str, email: str) -> str:
        return f"otpauth://totp/{email}?secret={self.totp_key(sealed)}"

    def totp_key(self, sealed: str) -> str:
        return "JBSWY3DPEHPK3PXP"

    def totp_step(self, sealed: str, code: str, now: datetime) -> int | None:
        current = int(now.timestamp()) // 30
        return next((step for step in (current + 1, current, current - 1) if f"{step % 10**6:06}" == code), None)

    def new_recovery_code(self) -> str:
        self._made += 1
        return f"AAAAA-{self._made:05}"

    def fingerprint(self, secret: str) -> str:
        return f"hash of {secret}"


@dataclass
class FakeCases:
    cases: list[dict[str, object]] = field(default_factory=list)

    def append(self, case: dict[str, object]) -> None:
        self.cases.append(case)
