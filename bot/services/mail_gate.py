"""Whether a mail may be answered at all, and where it belongs; reads and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.mail import (
    CAP_WINDOW,
    REFERENCE,
    SENDER_CAP,
    THREAD_CAP,
    InboundMail,
    MailState,
    MailThread,
    SenderCheck,
    StoredMail,
)
from bot.services.mail_ports import ReplyAddresses
from bot.services.ports import Clock, UnitOfWork


@dataclass(frozen=True)
class Verdict:
    """What becomes of a mail.

    Attributes:
        state: WAITING when it is to be answered.
        thread: the one it belongs to; None for a new one.
        signed: it came to the thread's own signed address.
    """

    state: MailState
    reason: str
    thread: MailThread | None = None
    signed: bool = False


@dataclass(frozen=True)
class MailGate:
    """The loop guard and the threads. It runs before any other reply, a rejection included."""

    clock: Clock
    addresses: ReplyAddresses

    def judge(self, uow: UnitOfWork, stored: StoredMail, mail: InboundMail) -> Verdict:
        """Ignored, held for a person, or to be answered, with the reason."""
        closed = self._machine(uow, stored, mail) or self._unsure(uow, stored, mail)
        if closed is not None:
            return closed
        verdict = self._thread(uow, stored, mail)
        if verdict.state is MailState.HELD and stored.released:
            verdict = Verdict(MailState.WAITING, "released, as a thread of its own")
        if verdict.state is not MailState.WAITING or stored.released or _with_a_person(uow, verdict.thread):
            return verdict
        since = self.clock.now() - CAP_WINDOW
        cap = SENDER_CAP * (2 if mail.check is SenderCheck.AUTHENTICATED else 1)
        if uow.mail_inbox.answered_since(since, sender=mail.sender) >= cap:
            return Verdict(MailState.LOOPED, "this sender had all answers of a day", verdict.thread)
        if verdict.thread and uow.mail_inbox.answered_since(since, thread_id=verdict.thread.id) >= THREAD_CAP:
            return Verdict(MailState.LOOPED, "this thread had all answers of a day", verdict.thread)
        return verdict

    def _machine(self, uow: UnitOfWork, stored: StoredMail, mail: InboundMail) -> Verdict | None:
        if mail.bounce is not None:
            return Verdict(MailState.IGNORED, f"delivery report {mail.bounce.status}")
        if mail.message_id and uow.mail_threads.sent_with((mail.message_id,)):
            return Verdict(MailState.IGNORED, "our own mail came back")
        if mail.automatic is not None and not stored.released:
            return Verdict(MailState.IGNORED, mail.automatic)
        if self.addresses.thread(mail.sender) is not None:
            return Verdict(MailState.IGNORED, "one of our own addresses")
        return None

    def _unsure(self, uow: UnitOfWork, stored: StoredMail, mail: InboundMail) -> Verdict | None:
        if not mail.sender:
            return Verdict(MailState.HELD, "no single sender")
        if stored.released:
            return None
        if mail.check is SenderCheck.FAILED:
            return Verdict(MailState.HELD, "the sender's domain disowns it (DMARC)")
        if mail.quiet:
            return Verdict(MailState.HELD, "the sender asks for no automatic reply")
        if uow.suppressions.reason(mail.sender) is not None and mail.check is not SenderCheck.AUTHENTICATED:
            return Verdict(MailState.HELD, "mail to this sender bounced")
        return None

    def _thread(self, uow: UnitOfWork, stored: StoredMail, mail: InboundMail) -> Verdict:
        """Signed address, then our Message-IDs, then a reference with a sender match (RFC 5322 §3.6.4)."""
        signed = {found for address in mail.recipients if (found := self.addresses.thread(address))}
        if stored.thread_id is not None:
            kept = uow.mail_threads.get(stored.thread_id)
            return Verdict(MailState.WAITING, "taken up again", kept, stored.thread_id in signed)
        answered = {sent.thread_id for sent in uow.mail_threads.sent_with(mail.reply_ids) if sent.thread_id}
        named = signed | answered
        if len(named) > 1:
            return Verdict(MailState.HELD, "it speaks of several threads")
        thread = uow.mail_threads.get(named.pop()) if named else None
        if thread is not None and thread.sender != mail.sender:
            return Verdict(MailState.HELD, "somebody else writes in this thread", thread)
        if thread is not None:
            return Verdict(MailState.WAITING, "a known thread", thread, thread.id in signed)
        reference = REFERENCE.search(mail.subject)
        quoted = uow.mail_threads.by_reference(reference.group()) if reference else None
        if quoted is not None and quoted.sender == mail.sender:
            return Verdict(MailState.WAITING, "a reference in the subject", quoted)
        return Verdict(MailState.WAITING, "a new thread")


def _with_a_person(uow: UnitOfWork, thread: MailThread | None) -> bool:
    """Whether a person of ours answers in the thread, who is not held to what a program may send."""
    return thread is not None and uow.takeovers.current(thread.conversation_id) is not None
