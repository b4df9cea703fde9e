"""Copies that wait to be taken, and the privacy requests themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.future import Connection

from bot.domain.erasure import Person
from bot.domain.requests import CLOSED, RequestState, RequestType
from bot.storage import tables
from bot.storage.personal.store import SqlStore, count, records, remove
from bot.storage.requests import concerns
from bot.storage.rows import changed

_E, _R, _N = tables.exports, tables.requests, tables.request_notes
_DELETIONS = (RequestType.DELETION, RequestType.CHILD_DELETION)
_AT_WORK = (RequestState.EXECUTING, RequestState.FAILED)


class ExportsStore(SqlStore):
    """Archives."""

    name, title = "exports", "Copies of your data that we made for you"

    def held(self, connection: Connection, person: Person) -> int:
        return count(connection, _E, _E.c.request_id.in_(_mine(person)))

    def records(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        query = select(_E.c.created_at, _E.c.expires_at, _E.c.taken_at).where(_E.c.request_id.in_(_mine(person)))
        return records(connection, "copy", query.order_by(_E.c.created_at))

    def wipe(self, connection: Connection, person: Person) -> int:
        return remove(connection, _E, _E.c.request_id.in_(_mine(person)))


class RequestsStore(SqlStore):
    """A request stays on record without the person: date, kind, answer and the keyed hash (11 CCR § 7101).

    A deletion that is being carried out keeps its mailbox for the closing mail and its details for a second attempt,
    and a report about a child its details; the rest of both goes when they are completed.
    """

    name, title = "requests", "What your privacy requests say about you"

    def held(self, connection: Connection, person: Person) -> int:
        return count(connection, _R, concerns(person))

    def records(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        names = ("reference", "type", "state", "regime", "channel", "mailbox", "reason", "explanation", "details")
        times = ("received_at", "verified_at", "acknowledged_at", "due_at", "scheduled_for", "extended_at", "closed_at")
        query = select(*(_R.c[name] for name in (*names, *times))).where(concerns(person)).order_by(_R.c.received_at)
        notes = select(_R.c.reference, _N.c.at, _N.c.name, _N.c.text).join(_R, _R.c.id == _N.c.request_id)
        return [
            *records(connection, "request", query),
            *records(connection, "note", notes.where(concerns(person)).order_by(_N.c.at)),
        ]

    def wipe(self, connection: Connection, person: Person) -> int:
        rows = connection.execute(select(_R).where(concerns(person)).with_for_update()).all()
        found = {row.id: row for row in rows}
        wiped = 0
        remove(connection, _N, _N.c.request_id.in_(found))
        remove(connection, _E, _E.c.request_id.in_(found))
        for request in found.values():
            at_work = request.type in _DELETIONS and request.state in _AT_WORK
            reported = request.type is RequestType.CHILD_DELETION and request.state not in CLOSED
            if at_work and request.account_id is None and request.conversation_id is None:
                continue
            wiped += 1
            kept = {"mailbox": request.mailbox if at_work else None}
            kept["details"] = request.details if at_work or reported else {}
            gone = {"account_id": None, "conversation_id": None, "explanation": "", "version": _R.c.version + 1}
            changed(connection, update(_R).where(_R.c.id == request.id).values(**kept, **gone))
        return wiped


def _mine(person: Person) -> Any:
    return select(_R.c.id).where(concerns(person))
