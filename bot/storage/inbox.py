"""Lists over everybody's conversations, a page at a time, by index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.future import Connection
from sqlalchemy.sql import Select

from bot.domain.accounts import Account
from bot.domain.console import CONSOLE, InboxRow, Position, Show
from bot.domain.identity import Conversation, normalise_email
from bot.storage import tables
from bot.storage.rows import keyset, many, selecting

_NAMED = 50
"""Accounts of one name whose conversations are looked at."""
_C, _T = tables.conversations, tables.takeovers
_OWN = tuple(field.name for field in fields(Conversation))


class SqlInbox:
    """Reads conversations with their person's name and who speaks in them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, show: Show, after: Position | None, limit: int) -> Sequence[InboxRow]:
        """Newest activity first."""
        query = _rows().where(_C.c.channel != CONSOLE)
        if show is Show.WAITING:
            query = query.where(_C.c.handoff_at.is_not(None))
        elif show is Show.TAKEN:
            query = query.where(_C.c.id.in_(select(_T.c.conversation_id).where(_T.c.given_back_at.is_(None))))
        if after is not None:
            query = query.where(tuple_(_C.c.last_at, _C.c.id) < keyset(after))
        return self._read(query.order_by(_C.c.last_at.desc(), _C.c.id.desc()).limit(limit))

    def found(self, text: str, limit: int) -> Sequence[InboxRow]:
        """Conversations of an address, a name, a request number or an id."""
        requested = select(tables.requests.c.conversation_id).where(tables.requests.c.reference == text.upper())
        matches = [_C.c.id == text, _C.c.mailbox == normalise_email(text), _C.c.id.in_(requested)]
        people = [account.id for account in self.accounts_named(text, _NAMED)]
        if people:
            matches.append(_C.c.account_id.in_(people))
        # One lookup by index for each way, instead of one scan for all of them.
        ids = {id for match in matches for id in self._ids(match, limit)}
        return self._read(_rows().where(_C.c.id.in_(ids)).order_by(_C.c.last_at.desc(), _C.c.id.desc()).limit(limit))

    def of_account(self, account_id: str, limit: int) -> Sequence[InboxRow]:
        """One person's conversations, newest activity first."""
        query = _rows().where(_C.c.account_id == account_id)
        return self._read(query.order_by(_C.c.last_at.desc(), _C.c.id.desc()).limit(limit))

    def accounts_named(self, text: str, limit: int) -> Sequence[Account]:
        """Accounts whose name contains every word of the text."""
        name, words = func.lower(tables.accounts.c.full_name), text.lower().split()
        if not words:
            return []
        query = selecting(tables.accounts, Account).where(*(name.contains(word, autoescape=True) for word in words))
        return many(self._connection, query.order_by(tables.accounts.c.full_name).limit(limit), Account)

    def newest_at(self) -> datetime | None:
        """When something was last said anywhere."""
        query = select(_C.c.last_at).where(_C.c.last_at.is_not(None)).order_by(_C.c.last_at.desc()).limit(1)
        found: datetime | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def last_seq(self, conversation_id: str) -> int:
        """The number of the last message of a conversation; 0 when there is none."""
        query = select(_C.c.last_seq).where(_C.c.id == conversation_id)
        return int(self._connection.execute(query).scalar_one_or_none() or 0)

    def _ids(self, match: Any, limit: int) -> list[str]:
        return list(self._connection.execute(select(_C.c.id).where(match).limit(limit)).scalars())

    def _read(self, query: Select) -> list[InboxRow]:
        rows = []
        for row in self._connection.execute(query):
            values = dict(row._mapping)
            conversation = Conversation(**{name: values.pop(name) for name in _OWN})
            rows.append(InboxRow(conversation, **values))
        return rows


def _rows() -> Select:
    person, current = tables.accounts, and_(_T.c.conversation_id == _C.c.id, _T.c.given_back_at.is_(None))
    columns = (*(_C.c[name] for name in _OWN), _C.c.last_at, _C.c.last_seq)
    joined = _C.outerjoin(person, person.c.id == _C.c.account_id).outerjoin(_T, current)
    return select(*columns, person.c.full_name, _T.c.name.label("taken_by")).select_from(joined)
