"""Conversations and everything said, asked and answered in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlalchemy.future import Connection

from bot.domain.erasure import Person
from bot.domain.identity import Assurance
from bot.storage import tables
from bot.storage.personal.store import SqlStore, count, records, remove
from bot.storage.rows import changed

_C, _M, _P, _K, _T = tables.conversations, tables.messages, tables.proposals, tables.codes, tables.takeovers
_R, _S = tables.ratings, tables.scores


class ConversationsStore(SqlStore):
    """Also the codes that were mailed to one of the mailboxes from a conversation of somebody else."""

    name, title = "conversations", "Your conversations with the assistant"

    def held(self, connection: Connection, person: Person) -> int:
        return count(connection, _C, _C.c.id.in_(person.conversations), _filled())

    def records(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        mine = person.conversations
        opened = select(_C.c.id, _C.c.channel, _C.c.created_at, _C.c.mailbox, _C.c.handoff_at)
        said = select(_M.c.conversation_id, _M.c.seq, _M.c.at, _M.c.sender, _M.c.text)
        asked = select(_P.c.conversation_id, _P.c.created_at, _P.c.kind, _P.c.state, _P.c.details)
        codes = select(_K.c.mailbox, _K.c.created_at)
        helped = select(_T.c.conversation_id, _T.c.name, _T.c.taken_at, _T.c.given_back_at)
        queries = {
            "conversation": opened.where(_C.c.id.in_(mine)).order_by(_C.c.created_at, _C.c.id),
            "message": said.where(_M.c.conversation_id.in_(mine)).order_by(_M.c.conversation_id, _M.c.seq),
            "wish": asked.where(_P.c.conversation_id.in_(mine)).order_by(_P.c.created_at),
            "code": codes.where(_codes(person)).order_by(_K.c.created_at),
            "rating": select(_R.c.conversation_id, _R.c.seq, _R.c.at, _R.c.up).where(_R.c.conversation_id.in_(mine)),
            "score": select(_S.c.conversation_id, _S.c.at, _S.c.score).where(_S.c.conversation_id.in_(mine)),
            "takeover": helped.where(_T.c.conversation_id.in_(mine)).order_by(_T.c.taken_at),
        }
        return [record for what, query in queries.items() for record in records(connection, what, query)]

    def wipe(self, connection: Connection, person: Person) -> int:
        mine = person.conversations
        found = self.held(connection, person)
        for table in (tables.answers, _R, _S, _T, _P, _M):
            remove(connection, table, table.c.conversation_id.in_(mine))
        remove(connection, _K, _codes(person))
        # A row that something of somebody else points at stays, with nothing in it.
        remove(connection, _C, _C.c.id.in_(mine), ~_needed())
        blank: dict[str, Any] = {"mailbox": None, "account_id": None, "base": Assurance.ANONYMOUS, "code_at": None}
        left = update(_C).where(_C.c.id.in_(mine), _filled())
        blank |= {"handoff_at": None, "means": None, "last_at": None, "last_seq": 0, "channel": "erased"}
        changed(connection, left.values(epoch=_C.c.epoch + 1, **blank))
        return found


def _codes(person: Person) -> Any:
    return or_(_K.c.conversation_id.in_(person.conversations), _K.c.mailbox.in_(person.mailboxes))


def _filled() -> Any:
    return _C.c.channel != "erased"


def _needed() -> Any:
    pointing = (tables.consents, tables.requests, tables.mail_threads)
    return or_(*(exists().where(table.c.conversation_id == _C.c.id) for table in pointing))
