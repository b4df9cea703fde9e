"""What every mail goes through before it leaves: dead addresses, threads, and the Message-IDs we give out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.errors import MailRefused
from bot.domain.identity import normalise_email
from bot.domain.mail import SentMail
from bot.domain.messages import Letter, OutboxItem
from bot.services.mail_ports import ReplyAddresses
from bot.services.ports import Clock, Transactions

STAFF_MAIL = "staff_mail"
"""The template of a mail that a person of ours wrote."""


@dataclass(frozen=True)
class Outgoing:
    """Addresses letters."""

    transactions: Transactions
    clock: Clock
    addresses: ReplyAddresses

    def address(self, letter: Letter, item: OutboxItem, message_id: str) -> Letter | None:
        """The letter as it may leave: in its thread where it has one, and remembered.

        None when the item was withdrawn meanwhile, because the person is being erased: then nothing is remembered.

        Args:
            item: its payload names with `thread` a thread, with `conversation` the conversation one may belong to.

        Raises:
            MailRefused: the address bounced before.
        """
        payload = item.payload
        with self.transactions() as uow:
            if not uow.outbox.hold(item.id):
                return None
            recipient = normalise_email(letter.to)
            if uow.suppressions.reason(recipient) is not None:
                raise MailRefused("nothing can be delivered to this address")
            thread = uow.mail_threads.get(str(payload["thread"])) if "thread" in payload else None
            if thread is None and payload.get("conversation"):
                thread = uow.mail_threads.by_conversation(str(payload["conversation"]))
            uow.mail_threads.sent(SentMail(message_id, recipient, thread.id if thread else None), self.clock.now())
            uow.commit()
        if thread is None:
            return letter
        reply_to = self.addresses.of(thread.id)
        return replace(
            letter,
            reply_to=reply_to,
            bounce_to=reply_to,
            in_reply_to=str(payload.get("in_reply_to") or ""),
            references=tuple(payload.get("references") or ()),
            answers="thread" in payload,
            written=payload.get("template") == STAFF_MAIL,
        )

    def refused(self, address: str, item: OutboxItem) -> None:
        """Takes an address out of use that the receiving server says does not exist."""
        with self.transactions() as uow:
            if not uow.outbox.hold(item.id):
                return
            uow.suppressions.add(normalise_email(address), "refused when we sent to it", self.clock.now())
            uow.commit()
