"""The ports of privacy requests in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.domain.accounts import ERASED
from bot.domain.audit import AuditTag
from bot.domain.console import Position
from bot.domain.deadlines import Regime
from bot.domain.erasure import Export, Person, Receipt
from bot.domain.errors import ChangedMeanwhile
from bot.domain.mail import MailState
from bot.domain.requests import FILED, Approval, PrivacyRequest, RequestState, RequestType

if TYPE_CHECKING:
    from tests.fakes import Data

T = TypeVar("T")
_UNCONFIRMED = (RequestState.RECEIVED, RequestState.AWAITING_VERIFICATION, RequestState.AWAITING_CONFIRMATION)


@dataclass
class CaseData:
    """What only privacy requests store."""

    requests: dict[str, PrivacyRequest] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    approvals: list[tuple[str, Approval]] = field(default_factory=list)
    exports: dict[str, Export] = field(default_factory=dict)


def a_request(name: str, at: datetime, **changes: object) -> PrivacyRequest:
    """A deletion that was proved and is in our hands, due in 30 days."""
    values = {
        "id": name,
        "reference": f"REQ-AAAAA-{name.upper():0>5}",
        "type": RequestType.DELETION,
        "state": RequestState.ACKNOWLEDGED,
        "regime": Regime.HOUSE,
        "channel": "web",
        "received_at": at,
        "due_at": at + timedelta(days=30),
        "updated_at": at,
        "verified_at": at,
        **changes,
    }
    return PrivacyRequest(**values)  # type: ignore[arg-type]


class _Repository:
    def __init__(self, data: Data) -> None:
        self._data = data
        self._cases = data.cases


class FakeRequests(_Repository):
    def add(self, request: PrivacyRequest) -> None:
        self._data.need_account(request.account_id)
        if request.conversation_id is not None:
            self._data.need_conversation(request.conversation_id)
        self._cases.requests[request.id] = request

    def save(self, request: PrivacyRequest, expected: PrivacyRequest) -> None:
        stored = self._cases.requests.get(request.id)
        if stored is None or stored.version != expected.version:
            raise ChangedMeanwhile(request.reference)
        self._cases.requests[request.id] = request

    def by_id(self, request_id: str) -> PrivacyRequest | None:
        return self._cases.requests.get(request_id)

    def hold(self, request_id: str) -> PrivacyRequest | None:
        return self.by_id(request_id)

    def concerning(self, person: Person) -> Sequence[PrivacyRequest]:
        return self._newest(
            request
            for request in self._all()
            if (person.account_id is not None and request.account_id == person.account_id)
            or (
                request.account_id is None
                and (request.mailbox in person.mailboxes or request.conversation_id in person.conversations)
            )
        )

    def by_reference(self, reference: str) -> PrivacyRequest | None:
        return next((found for found in self._cases.requests.values() if found.reference == reference), None)

    def of_account(self, account_id: str) -> Sequence[PrivacyRequest]:
        return self._newest(request for request in self._all() if request.account_id == account_id)

    def of_person(self, account_id: str | None, mailbox: str | None) -> Sequence[PrivacyRequest]:
        return self._newest(
            request
            for request in self._all()
            if request.verified_at is not None
            and (
                (account_id is not None and request.account_id == account_id)
                or (mailbox is not None and request.account_id is None and request.mailbox == mailbox)
            )
        )

    def unconfirmed_in(self, conversation_id: str, type: RequestType) -> PrivacyRequest | None:
        found = self._newest(
            request
            for request in self._all()
            if request.conversation_id == conversation_id and request.type is type and request.state in _UNCONFIRMED
        )
        return found[0] if found else None

    def untouched(self, states: Collection[RequestState], before: datetime, limit: int) -> Sequence[PrivacyRequest]:
        found = [request for request in self._all() if request.state in states and request.updated_at < before]
        return sorted(found, key=lambda request: (request.updated_at, request.id))[:limit]

    def due_between(
        self, start: datetime | None, end: datetime, after: Position | None, limit: int
    ) -> Sequence[PrivacyRequest]:
        return self._due(
            after,
            limit,
            lambda found: found.state in FILED and found.due_at < end and (start is None or found.due_at >= start),
        )

    def unacknowledged(self, before: datetime, after: Position | None, limit: int) -> Sequence[PrivacyRequest]:
        waiting = RequestState.AWAITING_CONFIRMATION
        return self._due(
            after,
            limit,
            lambda found: found.state is waiting and bool(found.acknowledge_by and found.acknowledge_by < before),
        )

    def _due(
        self, after: Position | None, limit: int, wanted: Callable[[PrivacyRequest], bool]
    ) -> Sequence[PrivacyRequest]:
        found = sorted((found for found in self._all() if wanted(found)), key=lambda found: (found.due_at, found.id))
        later = [found for found in found if after is None or (found.due_at, found.id) > (after.at, after.id)]
        return later[:limit]

    def received_between(self, start: datetime, end: datetime) -> Sequence[PrivacyRequest]:
        found = [request for request in self._all() if start <= request.received_at < end]
        return sorted(found, key=lambda request: (request.received_at, request.id))

    def clear_notes(self, request_id: str) -> None:
        self._data.desk.notes[:] = [kept for kept in self._data.desk.notes if kept.request_id != request_id]

    def delete(self, request_id: str) -> None:
        del self._cases.requests[request_id]
        self._cases.receipts[:] = [kept for kept in self._cases.receipts if kept.request_id != request_id]
        self._cases.approvals[:] = [kept for kept in self._cases.approvals if kept[0] != request_id]
        self.clear_notes(request_id)
        for export in [export for export in self._cases.exports.values() if export.request_id == request_id]:
            del self._cases.exports[export.id]

    def _all(self) -> list[PrivacyRequest]:
        return list(self._cases.requests.values())

    def _newest(self, found: object) -> list[PrivacyRequest]:
        by_id = sorted(found, key=lambda request: request.id)  # type: ignore[call-overload]
        return sorted(by_id, key=lambda request: request.received_at, reverse=True)


class FakeReceipts(_Repository):
    def add(self, receipt: Receipt) -> bool:
        known = any((had.request_id, had.store) == (receipt.request_id, receipt.store) for had in self._cases.receipts)
        if not known:
            self._cases.receipts.append(receipt)
        return not known

    def of(self, request_id: str) -> Sequence[Receipt]:
        mine = [receipt for receipt in self._cases.receipts if receipt.request_id == request_id]
        return sorted(mine, key=lambda receipt: (receipt.at, receipt.store))


class FakeApprovals(_Repository):
    def add(self, request_id: str, approval: Approval) -> bool:
        if any(had.staff_id == approval.staff_id for had in self.of(request_id)):
            return False
        self._cases.approvals.append((request_id, approval))
        return True

    def of(self, request_id: str) -> Sequence[Approval]:
        mine = [approval for owner, approval in self._cases.approvals if owner == request_id]
        return sorted(mine, key=lambda approval: (approval.at, approval.staff_id))

    def clear(self, request_id: str) -> None:
        self._cases.approvals[:] = [kept for kept in self._cases.approvals if kept[0] != request_id]


class FakeExports(_Repository):
    def add(self, export: Export) -> None:
        self._cases.exports[export.id] = export

    def get(self, export_id: str) -> Export | None:
        found = self._cases.exports.get(export_id)
        return None if found is None else replace(found, archive=b"")

    def take(self, export_id: str, at: datetime) -> bytes | None:
        found = self._cases.exports.get(export_id)
        if found is None or found.taken_at is not None or found.expires_at <= at:
            return None
        self._cases.exports[export_id] = replace(found, taken_at=at, archive=b"")
        return found.archive

    def purge(self, before: datetime) -> int:
        old = [found for found in self._cases.exports.values() if found.expires_at < before and found.archive]
        for found in old:
            self._cases.exports[found.id] = replace(found, archive=b"")
        return len(old)


class FakePeople(_Repository):
    def find(self, account_id: str | None, mailbox: str | None) -> Person:
        return self.refresh(Person(account_id, (mailbox,) if mailbox else ()))

    def refresh(self, person: Person) -> Person:
        account_id = person.account_id
        account = self._data.accounts.get(account_id or "")
        conversations = self._data.conversations.values()
        known = {*person.mailboxes, account.email if account else None}
        if account_id:
            known |= {found.mailbox for found in conversations if found.account_id == account_id}
        others = {found.email for found in self._data.accounts.values() if found.id != account_id}
        mailboxes = {address for address in known if address and not address.startswith(ERASED)} - others
        mine = {
            found.id
            for found in conversations
            if (
                found.account_id == account_id
                if found.account_id
                else found.mailbox in mailboxes or (found.mailbox is None and found.id in person.conversations)
            )
        }
        mine |= {known for known in person.conversations if known not in self._data.conversations}
        mine |= {
            thread.conversation_id
            for thread in self._data.threads.values()
            if thread.sender in mailboxes and self._data.conversations[thread.conversation_id].account_id is None
        }
        facebook = account.facebook_user if account else None
        return Person(account_id, tuple(sorted(mailboxes)), tuple(sorted(mine)), facebook or person.facebook_user)

    def visited(self, subjects: Collection[str]) -> Collection[str]:
        proofs = (AuditTag.SIGNED_IN, AuditTag.CODE_PROVED)
        nobodys = {
            found.id
            for found in self._data.conversations.values()
            if found.account_id is None and found.mailbox is None
        }
        rows = [entry for _, entry, _ in self._data.audit if entry.subject in subjects and entry.tag in proofs]
        return {entry.conversation_id for entry in rows} & nobodys


class FakeRetention(_Repository):
    def closed_requests(self, before: datetime, limit: int) -> Sequence[PrivacyRequest]:
        old = [found for found in self._cases.requests.values() if found.closed_at and found.closed_at < before]
        return sorted(old, key=lambda found: (found.closed_at, found.id))[:limit]

    def empty_mails(self, closed: datetime, held: datetime, limit: int) -> int:
        ends = {
            MailState.ANSWERED: closed,
            MailState.IGNORED: closed,
            MailState.HELD: held,
            MailState.LOOPED: held,
            MailState.DEAD: held,
        }
        old = [
            row
            for row in self._data.mails
            if row.mail.raw and row.state in ends and (row.closed_at or row.mail.arrived_at) < ends[row.state]
        ][:limit]
        for row in old:
            row.mail, row.sender = replace(row.mail, raw=b"", envelope_from=None, recipients=()), ""
        return len(old)

    def silent_conversations(self, before: datetime, limit: int) -> Sequence[str]:
        data = self._data
        busy = {found.conversation_id for found in self._cases.requests.values() if found.closed_at is None}
        proof = {consent.conversation_id for consent in data.consents}
        silent = [
            found
            for found in data.conversations
            if data.last_at[found] < before and found not in busy and (found not in proof or data.messages.get(found))
        ]
        return sorted(silent, key=lambda found: (data.last_at[found], found))[:limit]

    def delete_conversations(self, ids: Sequence[str], before: datetime) -> int:
        mine = set(ids) & set(self.silent_conversations(before, len(self._data.conversations)))
        self._empty(mine)
        return len(mine)

    def _empty(self, ids: set[str]) -> None:
        data, requests = self._data, self._cases.requests
        proof = {consent.conversation_id for consent in data.consents}
        for owned in (data.messages, data.desk.answers):
            for key in [key for key in owned if (key if isinstance(key, str) else key[0]) in ids]:
                del owned[key]  # type: ignore[attr-defined]
        gone = {found.id for found in data.threads.values() if found.conversation_id in ids}
        data.threads = {key: found for key, found in data.threads.items() if key not in gone}
        data.sent = {key: found for key, found in data.sent.items() if found.thread_id not in gone}
        data.codes = {key: found for key, found in data.codes.items() if found.code.conversation_id not in ids}
        data.proposals = {key: found for key, found in data.proposals.items() if found.conversation_id not in ids}
        data.desk.takeovers[:] = [found for found in data.desk.takeovers if found.conversation_id not in ids]
        for row in data.mails:
            row.mail = replace(row.mail, thread_id=None) if row.mail.thread_id in gone else row.mail
        for request in [found for found in requests.values() if found.conversation_id in ids]:
            requests[request.id] = replace(request, conversation_id=None)
        for key in ids - proof:
            del data.conversations[key]

    def delete_proposals(self, before: datetime, limit: int) -> int:
        return _drop(self._data.proposals, lambda found: found.expires_at < before, limit)

    def delete_codes(self, before: datetime, limit: int) -> int:
        return _drop(self._data.codes, lambda found: found.code.expires_at < before, limit)

    def delete_spent_tokens(self, before: datetime, limit: int) -> int:
        return _drop(self._data.spent, lambda expires_at: expires_at < before, limit)

    def delete_closed_work(self, before: datetime, limit: int) -> int:
        old = [job for job in self._data.outbox if job.closed_at and job.closed_at < before][:limit]
        self._data.outbox[:] = [job for job in self._data.outbox if job not in old]
        return len(old)


def _drop(things: dict[str, T], old: Callable[[T], bool], limit: int) -> int:
    keys = [key for key, thing in things.items() if old(thing)][:limit]
    for key in keys:
        del things[key]
    return len(keys)
