"""What a person of ours says in a conversation by mail leaves as a mail of its thread."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import InvalidInput
from bot.domain.identity import Conversation
from bot.domain.mail import MailThread
from bot.domain.messages import Message, OutboxKind
from bot.domain.staff import StaffMember
from bot.services.correspondence import reply_subject
from bot.services.outgoing import STAFF_MAIL
from bot.services.ports import Clock, UnitOfWork


@dataclass(frozen=True)
class Mailing:
    """Puts mail into the outbox, in the transaction that stores what was said."""

    clock: Clock

    def thread(self, uow: UnitOfWork, conversation: Conversation) -> MailThread | None:
        """The thread a conversation goes on in; None when it is not by mail.

        Raises:
            InvalidInput: it is by mail, and nothing that is sent there would arrive.
        """
        if conversation.channel != "mail":
            return None
        thread = uow.mail_threads.by_conversation(conversation.id)
        if thread is None:
            raise InvalidInput("This conversation has no mail thread, so there is nobody to write to.")
        reason = uow.suppressions.reason(thread.sender)
        if reason is not None:
            raise InvalidInput(
                f"Mail to this person does not arrive ({reason}). "
                "Take the address off the list of blocked addresses first."
            )
        return thread

    def send(self, uow: UnitOfWork, thread: MailThread, staff: StaffMember, said: Message, event: str = "") -> None:
        """Sends what was said.

        Args:
            event: `joined` or `left` when the mail says that too; a mail that only says `left` holds no other words.
        """
        values = {
            "subject": reply_subject(thread.subject),
            "texts": [] if event == "left" else [said.text],
            "name": staff.first_name,
            "event": event,
            "reference": thread.reference,
        }
        payload = {
            "to": thread.sender,
            "template": STAFF_MAIL,
            "values": values,
            "thread": thread.id,
            "in_reply_to": thread.in_reply_to or "",
            "references": list(thread.references),
        }
        key = f"staff-mail:{said.conversation_id}:{said.seq}"
        uow.outbox.put(key, OutboxKind.MAIL, payload, self.clock.now())
