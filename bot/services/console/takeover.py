"""A person speaks for the assistant, and gives back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.audit import AuditTag
from bot.domain.console import Takeover
from bot.domain.errors import AlreadyTaken, InvalidInput
from bot.domain.identity import Conversation
from bot.domain.messages import Message, Sender
from bot.domain.staff import StaffMember
from bot.services.console.record import Record
from bot.services.identity import load
from bot.services.ports import Clock, Randomness, Transactions, UnitOfWork
from bot.services.turns import clean


@dataclass(frozen=True)
class Takeovers:
    """While somebody has a conversation, what the visitor says is stored and Rasa does not see it."""

    transactions: Transactions
    clock: Clock
    random: Randomness
    record: Record
    company: str

    def take(self, staff: StaffMember, conversation_id: str) -> tuple[Message, ...]:
        """Takes the conversation over and tells the visitor; what was said to them.

        Raises:
            NotFound: there is no such conversation.
            AlreadyTaken: a colleague has it. Taking one's own again does nothing.
            InvalidInput: it is by mail; nothing said here would leave.
        """
        now = self.clock.now()
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            if conversation.channel == "mail":
                raise InvalidInput("A mail conversation is answered by mail, not from here.")
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
            _held_by(uow, staff, conversation_id)
            said = self._say(uow, conversation_id, staff, text, "person", f"staff:{client_id}")
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
            said = self._say(uow, conversation_id, staff, text, "left")
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


def _held_by(uow: UnitOfWork, staff: StaffMember, conversation_id: str) -> Takeover:
    current = uow.takeovers.current(conversation_id)
    if current is None:
        raise InvalidInput("Please take the conversation over first.")
    if current.staff_id != staff.id:
        raise AlreadyTaken(current.name)
    return current
