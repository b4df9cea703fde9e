"""One-time codes and tokens that are good for one use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.future import Connection

from bot.domain.codes import OneTimeCode
from bot.storage import tables
from bot.storage.conversations import hold_conversation
from bot.storage.rows import as_row, changed, insert, insert_new, is_postgres, one, selecting


class SqlCodes:
    """A code that is used up loses its hash; the row stays, because codes per mailbox are counted."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.codes

    def put(self, code: OneTimeCode) -> None:
        """Replaces any live code of the conversation. Raises NotFound when there is no such conversation."""
        hold_conversation(self._connection, code.conversation_id)
        mine = (self._table.c.conversation_id == code.conversation_id, self._table.c.live)
        changed(self._connection, update(self._table).where(*mine).values(live=False, code_hash=""))
        insert(self._connection, self._table, as_row(code))

    def live(self, conversation_id: str, now: datetime) -> OneTimeCode | None:
        """The code that counts at `now`, or None."""
        query = selecting(self._table, OneTimeCode).where(
            self._table.c.conversation_id == conversation_id, self._table.c.live, self._table.c.expires_at > now
        )
        return one(self._connection, query, OneTimeCode)

    def try_once(self, code_id: str) -> int:
        """Counts one attempt atomically; the attempts so far. 0 when the code is gone."""
        mine = (self._table.c.id == code_id, self._table.c.live)
        tries = self._table.c.tries
        if not changed(self._connection, update(self._table).where(*mine).values(tries=tries + 1)):
            return 0
        return int(self._connection.execute(select(tries).where(*mine)).scalar_one())

    def delete(self, code_id: str) -> bool:
        """Whether this call removed it."""
        mine = (self._table.c.id == code_id, self._table.c.live)
        return changed(self._connection, update(self._table).where(*mine).values(live=False, code_hash="")) == 1

    def mailed_since(self, mailbox: str, since: datetime) -> int:
        """How many codes were issued for a mailbox since then; nobody else can issue one until the transaction ends."""
        if is_postgres(self._connection):
            self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"codes:{mailbox}"))))
        query = select(func.count()).where(self._table.c.mailbox == mailbox, self._table.c.created_at >= since)
        return int(self._connection.execute(query).scalar_one())


class SqlSpentTokens:
    """Ids of single-use tokens."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def spend(self, token_id: str, expires_at: datetime) -> bool:
        """Whether this is its first use."""
        return insert_new(self._connection, tables.spent_tokens, {"token_id": token_id, "expires_at": expires_at})
