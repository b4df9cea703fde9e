"""Every port in memory: what the use cases are tested with. The contract tests hold them to what SQL does."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType
from typing import Any

from bot.domain.accounts import Account
from bot.domain.audit import GENESIS, AuditEntry, seal
from bot.domain.codes import OneTimeCode
from bot.domain.consents import Consent
from bot.domain.errors import (
    InvalidInput,
    NotFound,
    StorageBusy,
)
from bot.domain.identity import Conversation
from bot.domain.mail import (
    MailThread,
    SentMail,
    SuppressedAddress,
)
from bot.domain.messages import BuriedItem, Delivery, Message, OutboxItem, OutboxKind
from bot.domain.proposals import Proposal, ProposalState
from bot.services import account_ports, conversation_ports, ledger_ports, mail_ports
from bot.services.console import ports as console
from bot.services.requests import ports as casework
from tests import fakes_console, fakes_mail, fakes_requests
from tests.fakes_console import DeskData
from tests.fakes_mail import MailRow
from tests.fakes_requests import CaseData


@dataclass
class _Issued:
    """A code, and whether it still counts."""

    code: OneTimeCode
    live: bool = True


@dataclass
class _Job:
    """An outbox item, and how it stands."""

    item: OutboxItem
    state: str = "waiting"
    leased_until: datetime | None = None
    closed_at: datetime | None = None
    error: str = ""


@dataclass
class Data:
    """Everything that is stored."""

    accounts: dict[str, Account] = field(default_factory=dict)
    preferences: dict[str, dict[str, bool]] = field(default_factory=dict)
    consents: list[Consent] = field(default_factory=list)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)
    codes: dict[str, _Issued] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    outbox: list[_Job] = field(default_factory=list)
    mails: list[MailRow] = field(default_factory=list)
    threads: dict[str, MailThread] = field(default_factory=dict)
    sent: dict[str, SentMail] = field(default_factory=dict)
    suppressed: dict[str, SuppressedAddress] = field(default_factory=dict)
    audit: list[tuple[int, AuditEntry, str]] = field(default_factory=list)
    spent: dict[str, datetime] = field(default_factory=dict)
    last_at: dict[str, datetime] = field(default_factory=dict)
    desk: DeskData = field(default_factory=DeskData)
    cases: CaseData = field(default_factory=CaseData)

    def need_account(self, account_id: str | None) -> None:
        """A foreign key."""
        if account_id is not None and account_id not in self.accounts:
            raise NotFound("no such account")

    def need_conversation(self, conversation_id: str) -> None:
        """A foreign key."""
        if conversation_id not in self.conversations:
            raise NotFound("no such conversation")


class FakeTransactions:
    """One transaction at a time, each on a copy that takes the place of the data when it commits."""

    def __init__(self, lock_wait: float = 2.0) -> None:
        self.data = Data()
        self.lock = threading.Lock()
        self.lock_wait = lock_wait

    def __call__(self) -> FakeUnitOfWork:
        return FakeUnitOfWork(self)

    def scrub(self) -> None:
        """Memory has no files."""


class FakeUnitOfWork:
    """A transaction in memory."""

    def __init__(self, transactions: FakeTransactions) -> None:
        self._transactions = transactions

    def __enter__(self) -> FakeUnitOfWork:
        if not self._transactions.lock.acquire(timeout=self._transactions.lock_wait):
            raise StorageBusy("another transaction is open")
        self._data = data = copy.deepcopy(self._transactions.data)
        self.accounts: account_ports.Accounts = FakeAccounts(data)
        self.preferences: account_ports.Preferences = FakePreferences(data)
        self.consents: account_ports.Consents = FakeConsents(data)
        self.conversations: conversation_ports.Conversations = FakeConversations(data)
        self.messages: conversation_ports.Messages = FakeMessages(data)
        self.codes: conversation_ports.Codes = FakeCodes(data)
        self.proposals: conversation_ports.Proposals = FakeProposals(data)
        self.requests: casework.Requests = fakes_requests.FakeRequests(data)
        self.receipts: casework.Receipts = fakes_requests.FakeReceipts(data)
        self.approvals: casework.Approvals = fakes_requests.FakeApprovals(data)
        self.exports: casework.Exports = fakes_requests.FakeExports(data)
        self.people: casework.People = fakes_requests.FakePeople(data)
        self.retention: casework.Retention = fakes_requests.FakeRetention(data)
        self.outbox: ledger_ports.Outbox = FakeOutbox(data)
        self.mail_inbox: mail_ports.MailInbox = fakes_mail.FakeMailInbox(data)
        self.mail_threads: mail_ports.MailThreads = fakes_mail.FakeMailThreads(data)
        self.suppressions: mail_ports.Suppressions = fakes_mail.FakeSuppressions(data)
        self.audit: ledger_ports.Audit = FakeAudit(data)
        self.spent_tokens: ledger_ports.SpentTokens = FakeSpentTokens(data)
        self.staff: console.Staff = fakes_console.FakeStaff(data.desk)
        self.staff_sessions: console.StaffSessions = fakes_console.FakeStaffSessions(data.desk)
        self.takeovers: console.Takeovers = fakes_console.FakeTakeovers(data.desk)
        self.inbox: console.Inbox = fakes_console.FakeInbox(data)
        self.queue: console.Queue = fakes_console.FakeQueue(data)
        self.answers: console.Answers = fakes_console.FakeAnswers(data)
        self.statistics: console.Statistics = fakes_console.FakeStatistics(data)
        self.trail: console.AuditTrail = fakes_console.FakeTrail(data)
        self.feedback: console.Feedback = fakes_console.FakeFeedback(data.desk)
        self.words: console.Words = fakes_console.FakeWords(data)
        return self

    def commit(self) -> None:
        self._transactions.data = copy.deepcopy(self._data)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transactions.lock.release()


class _Repository:
    def __init__(self, data: Data) -> None:
        self._data = data


class FakeAccounts(_Repository):
    def by_id(self, account_id: str) -> Account | None:
        return self._data.accounts.get(account_id)

    def by_email(self, email: str) -> Account | None:
        return next((account for account in self._data.accounts.values() if account.email == email), None)

    def with_facebook(self, facebook_user: str) -> Sequence[Account]:
        found = [account for account in self._data.accounts.values() if account.facebook_user == facebook_user]
        return sorted(found, key=lambda account: (account.created_at, account.id))

    def add(self, account: Account) -> None:
        self._need_free(account)
        self._data.accounts[account.id] = account

    def save(self, account: Account) -> None:
        self._data.need_account(account.id)
        self._need_free(account)
        self._data.accounts[account.id] = account

    def _need_free(self, account: Account) -> None:
        holder = self.by_email(account.email)
        if holder is not None and holder.id != account.id:
            raise InvalidInput("taken")

    def count_failed_sign_in(self, account_id: str) -> int:
        account = self._data.accounts.get(account_id)
        if account is None:
            return 0
        self._data.accounts[account_id] = replace(account, failed_sign_ins=account.failed_sign_ins + 1)
        return account.failed_sign_ins + 1


class FakePreferences(_Repository):
    def of(self, account_id: str) -> Mapping[str, bool]:
        return dict(self._data.preferences.get(account_id, {}))

    def put(self, account_id: str, setting: str, value: bool, at: datetime) -> None:
        self._data.need_account(account_id)
        self._data.preferences.setdefault(account_id, {})[setting] = value


class FakeConsents(_Repository):
    def add(self, consent: Consent) -> None:
        self._data.need_account(consent.account_id)
        self._data.need_conversation(consent.conversation_id)
        self._data.consents.append(consent)

    def of(self, account_id: str) -> Sequence[Consent]:
        return [consent for consent in self._data.consents if consent.account_id == account_id]


class FakeConversations(_Repository):
    def add(self, conversation: Conversation) -> None:
        self._data.need_account(conversation.account_id)
        self._data.conversations[conversation.id] = conversation
        self._data.last_at.setdefault(conversation.id, conversation.created_at)

    def get(self, conversation_id: str) -> Conversation | None:
        return self._data.conversations.get(conversation_id)

    def save(self, conversation: Conversation) -> None:
        self._data.need_conversation(conversation.id)
        self.add(conversation)


class FakeMessages(_Repository):
    def append(self, message: Message) -> Message:
        self._data.need_conversation(message.conversation_id)
        if message.client_id is not None and self.by_client_id(message.conversation_id, message.client_id):
            raise InvalidInput("already there")
        thread = self._data.messages.setdefault(message.conversation_id, [])
        thread.append(replace(message, seq=len(thread) + 1))
        self._data.last_at[message.conversation_id] = message.at
        return thread[-1]

    def by_client_id(self, conversation_id: str, client_id: str) -> Message | None:
        thread = self._data.messages.get(conversation_id, [])
        return next((message for message in thread if message.client_id == client_id), None)

    def after(self, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]:
        return [message for message in self._data.messages.get(conversation_id, []) if message.seq > seq][:limit]

    def newest(self, conversation_id: str, limit: int) -> Sequence[Message]:
        return self._data.messages.get(conversation_id, [])[-limit:]

    def replies_to(self, conversation_id: str, seq: int) -> Sequence[Message]:
        return [message for message in self._data.messages.get(conversation_id, []) if message.reply_to == seq]

    def mark(self, conversation_id: str, seq: int, delivery: Delivery, text: str | None = None) -> None:
        thread = self._data.messages.get(conversation_id, [])
        if 0 < seq <= len(thread):
            old = thread[seq - 1]
            thread[seq - 1] = replace(old, delivery=delivery, text=old.text if text is None else text)


class FakeCodes(_Repository):
    def put(self, code: OneTimeCode) -> None:
        self._data.need_conversation(code.conversation_id)
        for issued in self._data.codes.values():
            issued.live = issued.live and issued.code.conversation_id != code.conversation_id
        self._data.codes[code.id] = _Issued(code)

    def live(self, conversation_id: str, now: datetime) -> OneTimeCode | None:
        for issued in self._data.codes.values():
            if issued.live and issued.code.conversation_id == conversation_id and now < issued.code.expires_at:
                return issued.code
        return None

    def try_once(self, code_id: str) -> int:
        issued = self._data.codes.get(code_id)
        if issued is None or not issued.live:
            return 0
        issued.code = replace(issued.code, tries=issued.code.tries + 1)
        return issued.code.tries

    def delete(self, code_id: str) -> bool:
        issued = self._data.codes.get(code_id)
        if issued is None or not issued.live:
            return False
        issued.live = False
        return True

    def mailed_since(self, mailbox: str, since: datetime) -> int:
        codes = [issued.code for issued in self._data.codes.values()]
        return sum(code.mailbox == mailbox and code.created_at >= since for code in codes)


class FakeProposals(_Repository):
    def add(self, proposal: Proposal) -> None:
        self._data.need_conversation(proposal.conversation_id)
        waiting = self.newest_open(proposal.conversation_id)
        if waiting is not None:
            self.close(waiting.id, ProposalState.SUPERSEDED)
        self._data.proposals[proposal.id] = proposal

    def get(self, proposal_id: str) -> Proposal | None:
        return self._data.proposals.get(proposal_id)

    def newest_open(self, conversation_id: str) -> Proposal | None:
        for proposal in self._data.proposals.values():
            if proposal.conversation_id == conversation_id and proposal.state is ProposalState.OPEN:
                return proposal
        return None

    def mark_asked(self, proposal_id: str) -> None:
        if proposal_id in self._data.proposals:
            self._data.proposals[proposal_id] = replace(self._data.proposals[proposal_id], asked=True)

    def close(self, proposal_id: str, state: ProposalState) -> bool:
        proposal = self._data.proposals.get(proposal_id)
        if proposal is None or proposal.state is not ProposalState.OPEN:
            return False
        self._data.proposals[proposal_id] = replace(proposal, state=state)
        return True


class FakeOutbox(_Repository):
    def put(self, key: str, kind: OutboxKind, payload: Mapping[str, Any], at: datetime) -> None:
        if all(job.item.key != key for job in self._data.outbox):
            number = max((job.item.id for job in self._data.outbox), default=0) + 1
            self._data.outbox.append(_Job(OutboxItem(number, key, kind, at, at, dict(payload))))

    def known(self, key: str) -> bool:
        return any(job.item.key == key for job in self._data.outbox)

    def claim(self, now: datetime, lease_until: datetime, limit: int) -> Sequence[OutboxItem]:
        due = [
            job
            for job in self._data.outbox
            if job.state == "waiting"
            and job.item.due_at <= now
            and (job.leased_until is None or job.leased_until <= now)
        ]
        claimed = sorted(due, key=lambda job: (job.item.due_at, job.item.id))[:limit]
        for job in claimed:
            job.leased_until = lease_until
        return [job.item for job in claimed]

    def done(self, item_id: int, at: datetime) -> None:
        for job in self._waiting(item_id):
            job.state, job.item, job.closed_at = "done", replace(job.item, payload={}), at

    def retry(self, item_id: int, due_at: datetime, error: str) -> None:
        for job in self._waiting(item_id):
            job.leased_until, job.error = None, error
            job.item = replace(job.item, due_at=due_at, attempts=job.item.attempts + 1)

    def bury(self, item_id: int, at: datetime, error: str, *, wipe: bool = False) -> None:
        for job in self._waiting(item_id):
            job.state, job.item = "buried", replace(job.item, attempts=job.item.attempts + 1)
            job.closed_at, job.error, job.leased_until = at, error, None
            job.item = replace(job.item, payload={}) if wipe else job.item

    def buried(self, before: int | None, limit: int) -> Sequence[BuriedItem]:
        rows = [job for job in reversed(self._data.outbox) if job.state == "buried"]
        return [_buried(job) for job in rows if before is None or job.item.id < before][:limit]

    def buried_one(self, item_id: int) -> BuriedItem | None:
        return next((row for row in self.buried(None, 10_000) if row.item.id == item_id), None)

    def dig_up(self, item_id: int, at: datetime) -> bool:
        for job in self._data.outbox:
            if job.item.id == item_id and job.state == "buried":
                job.state, job.item = "waiting", replace(job.item, attempts=0, due_at=at)
                return True
        return False

    def discard(self, item_id: int, at: datetime) -> bool:
        for job in self._data.outbox:
            if job.item.id == item_id and job.state == "buried":
                job.state, job.item = "done", replace(job.item, payload={})
                return True
        return False

    def waiting(self, prefix: str) -> Sequence[OutboxItem]:
        return [job.item for job in self._data.outbox if job.state == "waiting" and job.item.key.startswith(prefix)]

    def hold(self, item_id: int) -> bool:
        return any(self._waiting(item_id))

    def counts(self) -> tuple[int, int]:
        states = [job.state for job in self._data.outbox]
        return states.count("waiting"), states.count("buried")

    def _waiting(self, item_id: int) -> Iterator[_Job]:
        return (job for job in self._data.outbox if job.item.id == item_id and job.state == "waiting")


def _buried(job: _Job) -> BuriedItem:
    assert job.closed_at is not None
    return BuriedItem(job.item, job.closed_at, job.error)


class FakeAudit(_Repository):
    def append(self, entry: AuditEntry) -> None:
        log = self._data.audit
        previous = log[-1][2] if log else GENESIS
        log.append((len(log) + 1, entry, seal(entry, previous)))

    def rows(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, AuditEntry, str]]:
        return self._data.audit[after : after + limit]


class FakeSpentTokens(_Repository):
    def spend(self, token_id: str, expires_at: datetime) -> bool:
        first = token_id not in self._data.spent
        self._data.spent.setdefault(token_id, expires_at)
        return first
