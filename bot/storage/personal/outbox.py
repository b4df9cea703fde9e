"""Work that waits, or was given up, and speaks of the person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.future import Connection

from bot.domain.erasure import Person, naming
from bot.domain.messages import OutboxKind
from bot.storage import tables
from bot.storage.outbox import DONE
from bot.storage.personal.store import SqlStore
from bot.storage.rows import changed, is_postgres

_O, _T = tables.outbox, tables.mail_threads


class OutboxStore(SqlStore):
    """An item keeps its key, so that nothing is put twice; what it was about is wiped, and it is never carried out."""

    name, title = "outbox", "Mail that waits to be sent to you"

    def held(self, connection: Connection, person: Person) -> int:
        return sum(1 for _ in _about(connection, person))

    def records(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "record": "waiting",
                "kind": kind,
                "created_at": created.isoformat(),
                "template": payload.get("template", ""),
            }
            for _, kind, created, payload in _about(connection, person)
        ]

    def wipe(self, connection: Connection, person: Person) -> int:
        found = [item for item, *_ in _about(connection, person)]
        now = func.now() if is_postgres(connection) else func.strftime("%Y-%m-%d %H:%M:%f", "now")
        gone = {"payload": {}, "state": DONE, "closed_at": now, "leased_until": None, "last_error": None}
        return changed(connection, update(_O).where(_O.c.id.in_(found)).values(**gone))


def _about(connection: Connection, person: Person) -> Iterator[tuple[int, str, Any, Any]]:
    known = [*person.mailboxes, *person.conversations, *_threads(connection, person)]
    known += [name for name in (person.account_id, person.facebook_user) if name]
    words = naming(known)
    left = select(_O.c.id, _O.c.kind, _O.c.created_at, _O.c.payload).where(
        _O.c.state != DONE, _O.c.kind != OutboxKind.EXECUTE
    )
    for item, kind, created, payload in connection.execute(left.order_by(_O.c.id)).all():
        if not payload.get("closing") and words.search(json.dumps(payload, ensure_ascii=False)):
            yield item, kind.value, created, payload


def _threads(connection: Connection, person: Person) -> list[str]:
    mine = _T.c.conversation_id.in_(person.conversations)
    return [row[0] for row in connection.execute(select(_T.c.id).where(mine))]
