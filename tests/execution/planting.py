"""Puts a person into every place that can hold one, in words that occur nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.pool import NullPool

from bot.domain.accounts import Account
from bot.domain.audit import AuditEntry, AuditTag
from bot.domain.codes import OneTimeCode
from bot.domain.consents import Consent
from bot.domain.console import GivenAnswer, Note, Rating, Review, Score, Takeover
from bot.domain.deadlines import Regime
from bot.domain.erasure import Export
from bot.domain.identity import Assurance, Conversation
from bot.domain.mail import MailState, MailThread, SenderCheck, SentMail
from bot.domain.messages import Letter, Message, OutboxKind, Sender
from bot.domain.passages import Outcome
from bot.domain.proposals import Proposal, ProposalKind
from bot.domain.requests import PrivacyRequest, RequestState, RequestType
from bot.mail.transport import compose
from bot.services.ports import UnitOfWork
from bot.wiring import Services
from tests.storage.examples import NOW

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Planted:
    """One person.

    Attributes:
        word: part of everything they said and are called.
    """

    id: str
    word: str
    phone: str

    @property
    def email(self) -> str:
        return f"{self.word}@posteo.example"

    @property
    def traces(self) -> tuple[str, ...]:
        """What must be found nowhere afterwards."""
        return (self.word, self.phone, self.phone.replace(" ", ""))

    def request(self, name: str = "", **changes: Any) -> PrivacyRequest:
        """A deletion that is due."""
        values: dict[str, Any] = {
            "id": f"r-{self.id}{name}",
            "reference": f"REQ-{self.id.upper()[:5]}-{name or 'MAIN'}",
            "type": RequestType.DELETION,
            "state": RequestState.SCHEDULED,
            "regime": Regime.HOUSE,
            "channel": "web",
            "received_at": NOW - 9 * DAY,
            "due_at": NOW + 20 * DAY,
            "updated_at": NOW - 8 * DAY,
            "verified_at": NOW - 8 * DAY,
            "acknowledged_at": NOW - 8 * DAY,
            "scheduled_for": NOW - MINUTE,
            "account_id": self.id,
            "mailbox": self.email,
            "conversation_id": f"c-{self.id}",
            "subject": f"hash-{self.id}",
            "version": 5,
            **changes,
        }
        return PrivacyRequest(**values)


ANNA = Planted("anna", "xylquorn", "+1 555 83 719 264")
BEN = Planted("benj", "brovnik", "+1 555 44 021 935")


def plant(services: Services, who: Planted, maildir: Path) -> None:
    """Every table, and mail on disk."""
    with services.transactions() as uow:
        _account(uow, who)
        _chat(uow, who)
        _mail(uow, who)
        _requests(uow, who)
        _outbox(uow, who)
        uow.commit()
    (maildir / "new").mkdir(parents=True, exist_ok=True)
    for to in (who.email.title(), "support@example.com"):
        letter = Letter(to, f"About {who.word}", f"Dear {who.word}, write to {who.email}")
        mail = compose("Desk <desk@example.com>", letter, f"{who.id}{to}")
        (maildir / "new" / f"{who.id}-{to[:4]}").write_bytes(mail.as_bytes())


def file(services: Services, request: PrivacyRequest, due: Any = NOW - MINUTE) -> None:
    """Puts a request and its execution in place."""
    with services.transactions() as uow:
        uow.requests.add(request)
        uow.outbox.put(f"execute:{request.id}:{request.version}", OutboxKind.EXECUTE, {"request": request.id}, due)
        uow.commit()


def _account(uow: UnitOfWork, who: Planted) -> None:
    uow.accounts.add(
        Account(
            who.id,
            who.email,
            NOW,
            password_hash=f"hash {who.word}",
            full_name=f"Ms {who.word}",
            phone=who.phone,
            street_address=f"1 {who.word} Street",
            company_name=f"{who.word} Ltd",
            website=f"https://{who.word}.example",
            company_description=f"We make {who.word}",
            facebook_user=f"fb-{who.word}",
        )
    )
    uow.preferences.put(who.id, "newsletter", False, NOW)


def _chat(uow: UnitOfWork, who: Planted) -> None:
    chats = {
        "c": {"account_id": who.id, "mailbox": who.email, "base": Assurance.PASSWORD},
        "mail": {"mailbox": who.email, "base": Assurance.MAILBOX},
        "left": {},
    }
    for kind, proof in chats.items():
        chat = f"{kind}-{who.id}"
        uow.conversations.add(Conversation(chat, "mail" if kind == "mail" else "web", NOW, **proof))  # type: ignore[arg-type]
        for sender in (Sender.PERSON, Sender.BOT, Sender.STAFF):
            card = {"type": "profile", "name": who.word}
            uow.messages.append(Message(chat, 0, sender, NOW, f"{who.word} said {sender.value}", card=card))
        code = OneTimeCode(f"k-{chat}", chat, who.email, "sealed", NOW, NOW + 10 * MINUTE)
        uow.codes.put(code)
        details = {"key": "full_name", "value": who.word}
        uow.proposals.add(Proposal(f"p-{chat}", chat, ProposalKind.CHANGE_PROFILE, NOW, NOW + MINUTE, details))
        uow.takeovers.start(Takeover(f"t-{chat}", chat, "staff", "Sam", NOW))
        uow.answers.add(GivenAnswer(chat, 2, NOW, Outcome.NOT_IN_POLICY, Review.OPEN))
        uow.feedback.rate(Rating(chat, 2, NOW, up=False))
        uow.feedback.score(Score(chat, NOW, 2, helped=True))
    uow.audit.append(AuditEntry(NOW, AuditTag.SIGNED_IN, "person", _subject(who), f"left-{who.id}"))
    for granted in (True, False):
        uow.consents.add(Consent(who.id, "newsletter", granted, NOW, "web", f"c-{who.id}", "outsource", "0" * 64))


def _mail(uow: UnitOfWork, who: Planted) -> None:
    thread = f"th{who.id}"
    uow.mail_threads.add(
        MailThread(
            thread, f"mail-{who.id}", f"MSG-{who.id}", who.email, f"About {who.word}", NOW, (f"wait {who.word}",)
        )
    )
    mails: dict[str, tuple[str, str | None, MailState | None]] = {
        "answered": (
            f"From: {who.email}\r\nTo: desk@example.com\r\n\r\nI am {who.word}",
            who.email,
            MailState.ANSWERED,
        ),
        "held": (f"From: X <{who.email.upper()}>\r\nSubject: {who.word}\r\n\r\nheld", None, MailState.HELD),
        "unread": (f"From: {who.email}\r\n\r\nnot read yet, {who.word}", None, None),
        "bounce": (
            f"From: mailer-daemon@mx.example\r\n\r\nFinal-Recipient: rfc822; {who.email}\r\n",
            "",
            MailState.IGNORED,
        ),
    }
    for kind, (raw, envelope, state) in mails.items():
        uow.mail_inbox.put(f"{kind}-{who.id}", "smtp", raw.encode(), envelope, ("desk@example.com",), NOW)
        (stored,) = [mail for mail in uow.mail_inbox.claim(NOW, NOW, 9) if mail.key == f"{kind}-{who.id}"]
        sender = who.email if kind == "answered" else "mailer-daemon@mx.example" if kind == "bounce" else ""
        if state is not None:
            reason = "delivery report 5.1.1" if kind == "bounce" else kind
            uow.mail_inbox.settle(stored.id, state, NOW, reason=reason, sender=sender, check=SenderCheck.FAILED)
    uow.mail_threads.sent(SentMail(f"{who.id}1@example.com", who.email, None), NOW)
    uow.mail_threads.sent(SentMail(f"{who.id}2@example.com", who.email, thread), NOW)
    uow.suppressions.add(who.email, "5.1.1", NOW)


def _requests(uow: UnitOfWork, who: Planted) -> None:
    done = who.request(
        "copy",
        type=RequestType.EXPORT,
        state=RequestState.COMPLETED,
        closed_at=NOW,
        explanation=f"for {who.word}",
        details={"about": who.word},
    )
    unproved = who.request(
        "open", state=RequestState.AWAITING_VERIFICATION, verified_at=None, account_id=None, mailbox=None
    )
    for request in (done, unproved):
        uow.requests.add(request)
        uow.queue.add_note(Note(f"n-{request.id}", request.id, "staff", "Sam", NOW, f"{who.word} rang"))
    uow.exports.add(Export(f"e-{who.id}", done.id, NOW, NOW + DAY, b"zip of " + who.word.encode()))


def _outbox(uow: UnitOfWork, who: Planted) -> None:
    later = NOW + 300 * DAY
    code = {"to": who.email, "template": "code", "values": {"code": "123456"}}
    uow.outbox.put(f"o1-{who.id}", OutboxKind.MAIL, code, later)
    handoff = {
        "to": "support@example.com",
        "template": "handoff",
        "values": {"who": f"<{who.email.upper()}>", "text": who.word},
    }
    uow.outbox.put(f"o2-{who.id}", OutboxKind.MAIL, handoff, NOW)
    uow.outbox.put(
        f"o3-{who.id}", OutboxKind.FACEBOOK_REVOKE, {"facebook_user": f"fb-{who.word}", "account_id": who.id}, later
    )
    (item,) = [item for item in uow.outbox.claim(NOW, NOW, 9) if item.key == f"o2-{who.id}"]
    uow.outbox.bury(item.id, NOW, "refused")


def _subject(who: Planted) -> str:
    from tests.fakes_world import FakeHasher

    return FakeHasher().subject(who.id)


def every_row(url: str) -> dict[str, list[str]]:
    """Every row of every table of a database, as text, in order."""
    engine = create_engine(url, poolclass=NullPool, future=True)
    with engine.connect() as connection:
        found = MetaData()
        found.reflect(connection)
        return {
            name: sorted(
                repr([bytes(value) if isinstance(value, memoryview) else value for value in row])
                for row in connection.execute(select(table))
            )
            for name, table in found.tables.items()
        }


def traces(who: Planted, rows: dict[str, list[str]]) -> list[tuple[str, str]]:
    """(table, row) of every row that has one of the person's words."""
    return [
        (table, row)
        for table, lines in rows.items()
        for row in lines
        if any(trace.casefold() in row.casefold() for trace in who.traces)
    ]


def traces_in_files(who: Planted, folder: Path) -> list[tuple[str, str]]:
    """(file, word) of every file below a folder that has one of the person's words, byte for byte."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes().lower()
            found += [(path.name, trace) for trace in who.traces if trace.casefold().encode() in content]
    return found
