"""A person speaks for the assistant, and gives back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.audit import AuditTag
from bot.domain.console import CONSOLE, Takeover
from bot.domain.errors import AlreadyTaken, InvalidInput
from bot.domain.identity import Conversation
from bot.domain.messages import Message, Sender
from bot.domain.staff import StaffMember
from bot.services.console.mailing import Mailing
from bot.services.console.record import Record
from bot.services.identity import load
from bot.services.ports import Clock, Randomness, Transactions, UnitOfWork
from bot.services.turns import clean

_LOOKED_BACK = 500
"""Messages of one takeover that are looked through for a reply."""


@dataclass(frozen=True)
class Takeovers:
    """While somebody has a conversation, what the visitor says is stored and Rasa does not see it.

    By mail, every reply is a mail. Who joined is said in the first of them, and who left in a mail of its own, unless
    the person neither heard nor said anything meanwhile.
    """

    transactions: Transactions
    clock: Clock
    random: Randomness
    record: Record
    mailing: Mailing
    company: str

    def take(self, staff: StaffMember, conversation_id: str) -> tuple[Message, ...]:
        """Takes the conversation over and tells the visitor; what was said to them.

        Raises:
            NotFound: there is no such conversation.
            AlreadyTaken: a colleague has it. Taking one's own again does nothing.
            InvalidInput: it is by mail and nothing would arrive, or it is a colleague's own with the assistant.
        """
        now = self.clock.now()
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            if conversation.channel == CONSOLE:
                raise InvalidInput("That is what a colleague asks the assistant; there is nobody to answer.")
            self.mailing.thread(uow, conversation)
            current = uow.takeovers.current(conversation_id)
            if current is not None and current.staff_id == staff.id:
                return ()
            taken = Takeover(
                self.random.id(), conversation_id, staff.id, staff.first_name, now, conversation.handoff_at
            )
            if current is not None or not uow.takeovers.start(taken):
                raise AlreadyTaken(current.name if current else "A colleague")
            uow.conversations.save(replace(conversation, handoff_at=None))
            text = f"{staff.first_name} from {self.company} has joined and answers from here. The assistant is quiet."
            said = self._say(uow, conversation_id, staff, text, "joined")
            self._put_on_record(uow, AuditTag.TAKEN_OVER, staff, conversation)
            uow.commit()
        return (said,)

    def reply(self, staff: StaffMember, conversation_id: str, client_id: str, text: str) -> tuple[Message, ...]:
        """Says something as a person. The same client id twice says it once.

        Raises:
            InvalidInput: nothing to send, or the conversation was not taken over.
            AlreadyTaken: a colleague has it.
        """
        text = clean(text)
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            known = uow.messages.by_client_id(conversation_id, f"staff:{client_id}")
            if known is not None:
                return (known,)
            current = _held_by(uow, staff, conversation_id)
            thread = self.mailing.thread(uow, conversation)
            heard = _mailed(uow, current)
            said = self._say(uow, conversation_id, staff, text, "person", f"staff:{client_id}")
            if thread is not None:
                self.mailing.send(uow, thread, staff, said, "" if heard else "joined")
            self._put_on_record(uow, AuditTag.STAFF_REPLIED, staff, conversation)
            uow.commit()
        return (said,)

    def give_back(self, staff: StaffMember, conversation_id: str) -> tuple[Message, ...]:
        """Gives the conversation back to the assistant; what the visitor was told.

        Raises:
            InvalidInput: nobody has it.
            AlreadyTaken: a colleague has it.
        """
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            current = _held_by(uow, staff, conversation_id)
            if not uow.takeovers.end(current.id, self.clock.now()):
                return ()
            text = f"{staff.first_name} has left. The assistant answers again."
            concerned = _mailed(uow, current) or _written_to(uow, current)
            said = self._say(uow, conversation_id, staff, text, "left")
            thread = uow.mail_threads.by_conversation(conversation_id)
            if thread is not None and concerned:
                self.mailing.send(uow, thread, staff, said, "left")
            self._put_on_record(uow, AuditTag.GIVEN_BACK, staff, conversation)
            uow.commit()
        return (said,)

    def _say(
        self,
        uow: UnitOfWork,
        conversation_id: str,
        staff: StaffMember,
        text: str,
        kind: str,
        client_id: str | None = None,
    ) -> Message:
        card = {"type": kind, "name": staff.first_name}
        message = Message(conversation_id, 0, Sender.STAFF, self.clock.now(), text, client_id=client_id, card=card)
        return uow.messages.append(message)

    def _put_on_record(self, uow: UnitOfWork, tag: AuditTag, staff: StaffMember, conversation: Conversation) -> None:
        person = conversation.account_id or conversation.mailbox
        self.record.write(uow, tag, staff, person=person, conversation_id=conversation.id)


def _mailed(uow: UnitOfWork, current: Takeover) -> bool:
    """Whether the member who has the conversation has said anything in it yet."""
    return any((said.card or {}).get("type") == "person" for said in _since(uow, current, Sender.STAFF))


def _written_to(uow: UnitOfWork, current: Takeover) -> bool:
    """Whether the person wrote to the member who has the conversation."""
    return bool(_since(uow, current, Sender.PERSON))


def _since(uow: UnitOfWork, current: Takeover, sender: Sender) -> list[Message]:
    said = uow.messages.newest(current.conversation_id, _LOOKED_BACK)
    return [message for message in said if message.sender is sender and message.at >= current.taken_at]


def _held_by(uow: UnitOfWork, staff: StaffMember, conversation_id: str) -> Takeover:
    current = uow.takeovers.current(conversation_id)
    if current is None:
        raise InvalidInput("Please take the conversation over first.")
    if current.staff_id != staff.id:
        raise AlreadyTaken(current.name)
    return current
