"""Conversations and what was said in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.future import Connection
from sqlalchemy.sql import Select

from bot.domain.errors import InvalidInput, NotFound
from bot.domain.identity import Conversation
from bot.domain.messages import Delivery, Message
from bot.storage import tables
from bot.storage.rows import as_row, changed, insert, many, one, selecting, update_row
from bot.storage.types import storable


def hold_conversation(connection: Connection, conversation_id: str) -> bool:
    """Lets nobody else change what hangs on a conversation until the transaction ends; whether there is one."""
    query = select(tables.conversations.c.id).where(tables.conversations.c.id == conversation_id)
    return connection.execute(query.with_for_update(key_share=True)).first() is not None


class SqlConversations:
    """A conversation that was read stays as it was until the transaction ends: the row is locked for other writers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.conversations

    def add(self, conversation: Conversation) -> None:
        """Raises NotFound when its account does not exist."""
        insert(self._connection, self._table, {**as_row(conversation), "last_at": conversation.created_at})

    def get(self, conversation_id: str) -> Conversation | None:
        """The conversation, or None."""
        query = selecting(self._table, Conversation).where(self._table.c.id == conversation_id)
        return one(self._connection, query.with_for_update(key_share=True), Conversation)

    def save(self, conversation: Conversation) -> None:
        """Raises NotFound when it, or its account, does not exist."""
        if not update_row(self._connection, self._table, conversation):
            raise NotFound("There is no such conversation.")


class SqlMessages:
    """Transcripts. The number of the last message is kept with the conversation, so that numbers have no gaps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.messages

    def append(self, message: Message) -> Message:
        """Stores with the next `seq`.

        Raises:
            NotFound: there is no such conversation.
            InvalidInput: its `client_id` is already in the conversation.
        """
        if message.client_id is not None and self.by_client_id(message.conversation_id, message.client_id):
            raise InvalidInput("That message has already arrived.")
        numbered = replace(message, seq=self._next_seq(message), text=storable(message.text))
        self._connection.execute(self._table.insert().values(**as_row(numbered)))
        return numbered

    def _next_seq(self, message: Message) -> int:
        last, mine = tables.conversations.c.last_seq, tables.conversations.c.id == message.conversation_id
        counted = update(tables.conversations).where(mine).values(last_seq=last + 1, last_at=message.at)
        if not changed(self._connection, counted):
            raise NotFound("There is no such conversation.")
        return int(self._connection.execute(select(last).where(mine)).scalar_one())

    def by_client_id(self, conversation_id: str, client_id: str) -> Message | None:
        """The message its sender gave this id, or None; which it is holds until the transaction ends."""
        hold_conversation(self._connection, conversation_id)
        query = self._of(conversation_id).where(self._table.c.client_id == client_id)
        return one(self._connection, query, Message)

    def after(self, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]:
        """Messages with a higher number, oldest first."""
        query = self._of(conversation_id).where(self._table.c.seq > seq)
        return many(self._connection, query.order_by(self._table.c.seq).limit(limit), Message)

    def newest(self, conversation_id: str, limit: int) -> Sequence[Message]:
        """The last messages, oldest first."""
        query = self._of(conversation_id).order_by(self._table.c.seq.desc()).limit(limit)
        return many(self._connection, query, Message)[::-1]

    def replies_to(self, conversation_id: str, seq: int) -> Sequence[Message]:
        """What answered a message, oldest first."""
        query = self._of(conversation_id).where(self._table.c.reply_to == seq)
        return many(self._connection, query.order_by(self._table.c.seq), Message)

    def mark(self, conversation_id: str, seq: int, delivery: Delivery, text: str | None = None) -> None:
        """Sets what became of a message, and replaces its text where given."""
        values = {"delivery": delivery} if text is None else {"delivery": delivery, "text": text}
        mine = (self._table.c.conversation_id == conversation_id, self._table.c.seq == seq)
        changed(self._connection, update(self._table).where(*mine).values(**values))

    def _of(self, conversation_id: str) -> Select:
        return selecting(self._table, Message).where(self._table.c.conversation_id == conversation_id)
