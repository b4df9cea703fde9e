"""Work that waits to be carried out by a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.future import Connection
from sqlalchemy.sql import Select

from bot.domain.messages import BuriedItem, OutboxItem, OutboxKind
from bot.storage import tables
from bot.storage.rows import changed, insert_new, many, selecting

WAITING, DONE, BURIED = "waiting", "done", "buried"


class SqlOutbox:
    """An item is waiting, done or buried; while a worker has it, it is leased."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.outbox

    def put(self, key: str, kind: OutboxKind, payload: Mapping[str, Any], at: datetime) -> None:
        """A key that is already there is left as it is."""
        row = {"key": key, "kind": kind, "payload": payload, "created_at": at, "due_at": at}
        insert_new(self._connection, self._table, {**row, "attempts": 0, "state": WAITING})

    def known(self, key: str) -> bool:
        """Whether an item with this key is there, done or not."""
        return self._connection.execute(select(self._table.c.id).where(self._table.c.key == key)).first() is not None

    def claim(self, now: datetime, lease_until: datetime, limit: int) -> Sequence[OutboxItem]:
        """Items that are due, leased to this worker until then; two workers never get the same one."""
        columns = self._table.c
        due = (
            columns.state == WAITING,
            columns.due_at <= now,
            or_(columns.leased_until.is_(None), columns.leased_until <= now),
        )
        query = selecting(self._table, OutboxItem).where(*due).order_by(columns.due_at, columns.id).limit(limit)
        # SQLite ignores FOR UPDATE, and needs none: one transaction at a time.
        items = many(self._connection, query.with_for_update(skip_locked=True), OutboxItem)
        ids = [item.id for item in items]
        changed(self._connection, update(self._table).where(columns.id.in_(ids)).values(leased_until=lease_until))
        return items

    def done(self, item_id: int, at: datetime) -> None:
        """Marks it done and wipes its payload."""
        self._settle(item_id, state=DONE, closed_at=at, payload={})

    def retry(self, item_id: int, due_at: datetime, error: str) -> None:
        """Counts the attempt and makes it due again then."""
        self._settle(item_id, attempts=self._table.c.attempts + 1, due_at=due_at, last_error=error)

    def bury(self, item_id: int, at: datetime, error: str, *, wipe: bool = False) -> None:
        """Gives up: kept, with `wipe` without its payload, never tried again by itself."""
        attempts = self._table.c.attempts + 1
        wiped: dict[str, Any] = {"payload": {}} if wipe else {}
        self._settle(item_id, state=BURIED, attempts=attempts, closed_at=at, last_error=error, **wiped)

    def hold(self, item_id: int) -> bool:
        """Whether it still waits; if so nobody else can settle it until this transaction ends."""
        columns = self._table.c
        query = select(columns.id).where(columns.id == item_id, columns.state == WAITING).with_for_update()
        return self._connection.execute(query).one_or_none() is not None

    def buried(self, before: int | None, limit: int) -> Sequence[BuriedItem]:
        """Items that were given up, newest first."""
        query = self._buried()
        if before is not None:
            query = query.where(self._table.c.id < before)
        return self._read(query.order_by(self._table.c.id.desc()).limit(limit))

    def buried_one(self, item_id: int) -> BuriedItem | None:
        """One of them, or None."""
        return next(iter(self._read(self._buried().where(self._table.c.id == item_id))), None)

    def dig_up(self, item_id: int, at: datetime) -> bool:
        """Tries again what was given up; whether this call did it."""
        return self._unbury(item_id, state=WAITING, attempts=0, due_at=at, closed_at=None)

    def discard(self, item_id: int, at: datetime) -> bool:
        """Forgets what was given up, payload and all; whether this call did it."""
        return self._unbury(item_id, state=DONE, closed_at=at, payload={})

    def _buried(self) -> Select:
        columns = (self._table.c.closed_at, self._table.c.last_error)
        return selecting(self._table, OutboxItem).add_columns(*columns).where(self._table.c.state == BURIED)

    def _read(self, query: Select) -> list[BuriedItem]:
        rows = []
        for row in self._connection.execute(query):
            values = dict(row._mapping)
            closed_at, error = values.pop("closed_at"), values.pop("last_error")
            rows.append(BuriedItem(OutboxItem(**values), closed_at, error or ""))
        return rows

    def _unbury(self, item_id: int, **values: Any) -> bool:
        mine = (self._table.c.id == item_id, self._table.c.state == BURIED)
        return changed(self._connection, update(self._table).where(*mine).values(**values)) == 1

    def waiting(self, prefix: str) -> Sequence[OutboxItem]:
        """Items whose key begins so and that are neither done nor given up, oldest first."""
        columns = self._table.c
        query = selecting(self._table, OutboxItem).where(
            columns.state == WAITING, columns.key.startswith(prefix, autoescape=True)
        )
        return many(self._connection, query.order_by(columns.id), OutboxItem)

    def counts(self) -> tuple[int, int]:
        """How many items wait, and how many were given up."""
        state = self._table.c.state
        query = select(state, func.count()).where(state.in_([WAITING, BURIED])).group_by(state)
        found = {row[0]: row[1] for row in self._connection.execute(query)}
        return found.get(WAITING, 0), found.get(BURIED, 0)

    def _settle(self, item_id: int, **values: Any) -> None:
        # Only a waiting item: a worker whose lease ran out must not bring back what another one finished.
        mine = (self._table.c.id == item_id, self._table.c.state == WAITING)
        changed(self._connection, update(self._table).where(*mine).values(leased_until=None, **values))
