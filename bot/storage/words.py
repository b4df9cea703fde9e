"""Finding words in transcripts, without a copy of them that could outlive a message.

PostgreSQL has an index on an expression of the message itself: it is rewritten with the row and goes with it. SQLite
reads the messages, newest first, and keeps no index: a tenth of a second for a million of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any

from sqlalchemy import func, literal_column, select, text
from sqlalchemy.future import Connection
from sqlalchemy.sql import Select

from bot.domain.console import CONSOLE, Said
from bot.storage import tables
from bot.storage.rows import is_postgres

_M = tables.messages
_VECTOR = "to_tsvector('simple', regexp_replace(text, '[!-/:-@\\[-`{-~]+', ' ', 'g'))"
"""As in the migration that makes the index."""
_WORD = re.compile(r"[^\W_]+")
_MOST = 8
"""Words of one search that count."""
_FRESH = 10_000
"""Messages that are read before the index is asked: a word that is common is found among these."""


class SqlWords:
    """A message is found when each word that was typed begins one of its words, whatever the case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def found(self, typed: str, limit: int) -> Sequence[Said]:
        """Messages with these words, newest first; nothing when there is no word in what was typed."""
        words = words_of(typed)[:_MOST]
        if not words:
            return []
        if not is_postgres(self._connection):
            return sorted(islice(self._read(words), limit), key=lambda said: said.at, reverse=True)
        fresh = self._ask(_among_fresh(words), words, limit)
        return fresh if len(fresh) == limit else self._ask(_by_index(), words, limit)

    def _ask(self, found: Any, words: Sequence[str], limit: int) -> list[Said]:
        wanted = " & ".join(f"'{word}':*" for word in words)
        query = select(*(found.c[field.name] for field in fields(Said))).order_by(found.c.at.desc()).limit(limit)
        return [Said(**row._mapping) for row in self._connection.execute(query.params(wanted=wanted))]

    def _read(self, words: Sequence[str]) -> Iterator[Said]:
        # The database looks for one word after the other: first the one that is likely in the fewest messages.
        rarest = sorted(words, key=lambda word: (not any(map(str.isdigit, word)), -len(word)))
        query = select(*_columns()).where(*(_M.c.text.like(_pattern(word), escape="\\") for word in rarest))
        # Messages are only ever added at the end, so this is newest first without sorting a million of them.
        for row in self._connection.execution_options(stream_results=True).execute(query.order_by(text("rowid DESC"))):
            said = Said(**row._mapping)
            if said.conversation_id.startswith(f"{CONSOLE}-"):
                continue
            own = words_of(said.text)
            if all(any(word.startswith(wanted) for word in own) for wanted in words):
                yield said


def words_of(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.lower())


def _columns() -> list[Any]:
    return [_M.c[field.name] for field in fields(Said)]


def _persons(query: Select) -> Select:
    """Without what staff ask the assistant, which is no transcript of a person."""
    return query.where(_M.c.conversation_id.not_like(f"{CONSOLE}-%"))


def _matches() -> Any:
    return literal_column(_VECTOR).op("@@")(func.to_tsquery(literal_column("'simple'"), text(":wanted")))


def _among_fresh(words: Sequence[str]) -> Any:
    newest = _persons(select(*_columns())).order_by(_M.c.at.desc()).limit(_FRESH).subquery()
    alike = (newest.c.text.ilike(_pattern(word), escape="\\") for word in words)
    return select(newest).where(*alike, _matches()).subquery()


def _by_index() -> Any:
    # OFFSET 0 keeps the planner from walking all messages in order of time for the sake of the LIMIT outside.
    return _persons(select(*_columns())).where(_matches()).offset(literal_column("0")).subquery()


def _pattern(word: str) -> str:
    # LIKE of SQLite folds the case of ASCII only; any character may stand for the others, and Python looks again.
    return "%" + "".join(char if char.isascii() else "_" for char in word) + "%"
