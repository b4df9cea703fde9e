"""What the use cases need stored of conversations: what was said, the codes and proposals they wait for."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, Sequence

from bot.domain.codes import OneTimeCode
from bot.domain.identity import Conversation
from bot.domain.messages import Delivery, Message
from bot.domain.proposals import Proposal, ProposalState


class Conversations(Protocol):
    def add(self, conversation: Conversation) -> None: ...

    def get(self, conversation_id: str) -> Conversation | None: ...

    def save(self, conversation: Conversation) -> None: ...


class Messages(Protocol):
    def append(self, message: Message) -> Message:
        """Stores with the next `seq` of its conversation (the given one is ignored) and returns it so."""

    def by_client_id(self, conversation_id: str, client_id: str) -> Message | None: ...

    def after(self, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]:
        """Messages with a higher number, oldest first."""

    def newest(self, conversation_id: str, limit: int) -> Sequence[Message]:
        """The last messages, oldest first."""

    def replies_to(self, conversation_id: str, seq: int) -> Sequence[Message]: ...

    def mark(self, conversation_id: str, seq: int, delivery: Delivery, text: str | None = None) -> None:
        """Sets what became of a message, and replaces its text where given (masking)."""


class Codes(Protocol):
    def put(self, code: OneTimeCode) -> None:
        """Replaces any live code of the conversation: only the newest one counts."""

    def live(self, conversation_id: str, now: datetime) -> OneTimeCode | None: ...

    def try_once(self, code_id: str) -> int:
        """Counts one attempt atomically; the attempts so far, this one included. 0 when the code is gone."""

    def delete(self, code_id: str) -> bool:
        """Whether this call removed it: of two at once, one gets True."""

    def mailed_since(self, mailbox: str, since: datetime) -> int:
        """How many codes were issued for a mailbox since then, used ones included."""


class Proposals(Protocol):
    def add(self, proposal: Proposal) -> None:
        """Any open proposal of the conversation becomes superseded."""

    def get(self, proposal_id: str) -> Proposal | None: ...

    def newest_open(self, conversation_id: str) -> Proposal | None:
        """Open ones only; the caller checks that it is still live."""

    def mark_asked(self, proposal_id: str) -> None: ...

    def close(self, proposal_id: str, state: ProposalState) -> bool:
        """Leaves OPEN atomically; whether this call did it, so that of two yeses one acts."""
