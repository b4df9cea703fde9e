"""A mail that came in: ignored, held for a person, or answered once in its thread."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.identity import Conversation
from bot.domain.mail import InboundMail, MailState, MailThread, SenderCheck, StoredMail
from bot.domain.messages import OutboxKind
from bot.services.mail_gate import MailGate, Verdict
from bot.services.mail_turns import Answered, MailTurns, Section
from bot.services.ports import Clock, Randomness, Transactions, UnitOfWork

FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(hours=1)
ATTEMPTS = 10
MAX_REFERENCES = 20
_PASSED_ON = "a person of ours has this thread"
_NO_WORDS = "I could not find any words in your mail that I can read. Please write your question as plain text."


@dataclass(frozen=True)
class Correspondence:
    """Takes one stored mail from waiting to settled. Every step can be repeated after a crash."""

    transactions: Transactions
    clock: Clock
    random: Randomness
    gate: MailGate
    turns: MailTurns
    support_email: str

    async def handle(self, stored: StoredMail, mail: InboundMail) -> Verdict:
        """Does what is right with a mail.

        Raises:
            BotUnavailable, StorageBusy: try again later.
        """
        verdict = await asyncio.to_thread(self._open, stored, mail)
        if verdict.state is not MailState.WAITING or verdict.thread is None:
            return verdict
        thread = verdict.thread
        if await asyncio.to_thread(self._with_a_person, thread):
            await self.turns.pass_on(thread, stored.key, _words(mail), mail.asks, signed=verdict.signed)
            await asyncio.to_thread(self._passed_on, stored, mail)
            return replace(verdict, state=MailState.PASSED_ON, reason=_PASSED_ON)
        answered = Answered((Section("", (_NO_WORDS,)),), thread.waiting)
        if mail.asks:
            answered = await self.turns.take(thread, stored.key, mail.asks, signed=verdict.signed)
        await asyncio.to_thread(self._answer, stored, mail, thread, answered)
        return replace(verdict, state=MailState.ANSWERED)

    def later(self, stored: StoredMail, error: str) -> None:
        """Puts a mail off, longer each time, and aside after ATTEMPTS."""
        if stored.attempts + 1 >= ATTEMPTS:
            self.bury(stored, f"given up: {error}")
            return
        with self.transactions() as uow:
            delay = min(FIRST_RETRY * 2**stored.attempts, LONGEST_RETRY)
            uow.mail_inbox.retry(stored.id, self.clock.now() + delay, error)
            uow.commit()

    def bury(self, stored: StoredMail, reason: str) -> None:
        """Puts a mail aside for good and tells the support team."""
        with self.transactions() as uow:
            self._settle(uow, stored, None, Verdict(MailState.DEAD, reason))
            uow.commit()

    def _open(self, stored: StoredMail, mail: InboundMail) -> Verdict:
        """Judges a mail; settles it, or makes sure that it has a thread."""
        with self.transactions() as uow:
            if not uow.mail_inbox.hold(stored.id):
                return Verdict(MailState.IGNORED, "settled or erased meanwhile")
            verdict = self.gate.judge(uow, stored, mail)
            if verdict.state is not MailState.WAITING:
                self._learn(uow, mail)
                self._settle(uow, stored, mail, verdict)
            else:
                if mail.check is SenderCheck.AUTHENTICATED:
                    uow.suppressions.remove(mail.sender)
                thread = verdict.thread or self._new_thread(uow, mail)
                thread = replace(thread, in_reply_to=mail.message_id or thread.in_reply_to, references=_chain(mail))
                uow.mail_threads.save(thread)
                verdict = replace(verdict, thread=thread)
                uow.mail_inbox.assign(stored.id, thread.id)
            uow.commit()
        return verdict

    def _new_thread(self, uow: UnitOfWork, mail: InboundMail) -> MailThread:
        now = self.clock.now()
        conversation = Conversation(self.random.id(), "mail", now)
        digest = hashlib.sha256(self.random.id().encode()).digest()[:15]
        thread = MailThread(
            id=base64.b32encode(digest).decode().lower(),
            conversation_id=conversation.id,
            reference=self.random.reference().replace("REQ-", "MSG-"),
            sender=mail.sender,
            subject=mail.subject,
            created_at=now,
        )
        uow.conversations.add(conversation)
        uow.mail_threads.add(thread)
        return thread

    def _learn(self, uow: UnitOfWork, mail: InboundMail) -> None:
        """Takes a dead address out of use, where the report is about a mail that we did send to it."""
        bounce = mail.bounce
        if bounce is None or not bounce.permanent:
            return
        ours = {sent.recipient for sent in uow.mail_threads.sent_with(bounce.originals)}
        for address in mail.recipients:
            thread_id = self.gate.addresses.thread(address)
            thread = uow.mail_threads.get(thread_id) if thread_id else None
            ours |= {thread.sender} if thread else set()
        if bounce.recipient in ours:
            uow.suppressions.add(bounce.recipient, bounce.status, self.clock.now())

    def _answer(self, stored: StoredMail, mail: InboundMail, thread: MailThread, answered: Answered) -> None:
        now, key = self.clock.now(), f"mail-reply:{stored.key}"
        values = {
            "subject": reply_subject(mail.subject),
            "sections": [section.as_json() for section in answered.sections],
            "attachments": [attachment.name for attachment in mail.attachments],
            "more": mail.more_asks,
            "reference": thread.reference,
        }
        payload = {
            "to": thread.sender,
            "template": "mail_reply",
            "values": values,
            "thread": thread.id,
            "in_reply_to": mail.message_id,
            "references": _chain(mail),
        }
        with self.transactions() as uow:
            verdict = Verdict(MailState.ANSWERED, "answered")
            if self._settle(uow, stored, mail, verdict):
                uow.outbox.put(key, OutboxKind.MAIL, payload, now)
                uow.mail_threads.save(replace(thread, waiting=answered.waiting))
            uow.commit()

    def _with_a_person(self, thread: MailThread) -> bool:
        with self.transactions() as uow:
            return uow.takeovers.current(thread.conversation_id) is not None

    def _passed_on(self, stored: StoredMail, mail: InboundMail) -> None:
        with self.transactions() as uow:
            self._settle(uow, stored, mail, Verdict(MailState.PASSED_ON, _PASSED_ON))
            uow.commit()

    def _settle(self, uow: UnitOfWork, stored: StoredMail, mail: InboundMail | None, verdict: Verdict) -> bool:
        now = self.clock.now()
        sender, check = (mail.sender, mail.check) if mail else ("", None)
        settled = uow.mail_inbox.settle(
            stored.id, verdict.state, now, reason=verdict.reason, sender=sender, check=check
        )
        if settled and verdict.state in (MailState.HELD, MailState.LOOPED, MailState.DEAD):
            alert(uow, verdict.state, verdict.reason, self.support_email, now)
        return settled


def alert(uow: UnitOfWork, state: MailState, reason: str, support_email: str, now: datetime) -> None:
    """Tells the support team that a mail needs a person: at most once an hour and state."""
    values = {"state": state.value, "reason": reason}
    payload = {"to": support_email, "template": "mail_alert", "values": values}
    uow.outbox.put(f"mail-alert:{state.value}:{now:%Y-%m-%dT%H}", OutboxKind.MAIL, payload, now)


def _chain(mail: InboundMail) -> tuple[str, ...]:
    """What a reply to the mail refers to: the first of the thread and the newest (RFC 5322 §3.6.4)."""
    chain = [*mail.references, mail.message_id] if mail.message_id else list(mail.references)
    return tuple(chain[:1] + chain[1:][-MAX_REFERENCES:])


def _words(mail: InboundMail) -> str:
    """What a person of ours reads: the new words of a mail, and what was attached."""
    attached = ", ".join(attachment.name for attachment in mail.attachments)
    return f"{mail.reply}\n\n[Attached, not opened: {attached}]" if attached else mail.reply


def reply_subject(subject: str) -> str:
    """`Re: …`, once, so that mail programs keep the thread together."""
    words = " ".join(subject.split())[:200]
    if not words:
        return "Re: your mail"
    return words if words[:3].casefold() == "re:" else f"Re: {words}"
