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

from sqlalchemy import literal_column, select, text
from sqlalchemy.future import Connection
from sqlalchemy.sql import Select

from bot.domain.console import CONSOLE, Said
from bot.storage import tables
from bot.storage.rows import is_postgres

_C, _M = tables.conversations, tables.messages
_WORDS = "to_tsvector('simple', regexp_replace(messages.text, '[!-/:-@\\[-`{-~]+', ' ', 'g'))"
"""As in the migration that makes the index."""
_WORD = re.compile(r"[^\W_]+")


class SqlWords:
    """A message is found when each word that was typed begins one of its words, whatever the case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def found(self, typed: str, limit: int) -> Sequence[Said]:
        """Messages with these words, newest first; nothing when there is no word in what was typed."""
        words = words_of(typed)
        if not words:
            return []
        if is_postgres(self._connection):
            return [Said(**row._mapping) for row in self._connection.execute(_indexed(words, limit))]
        return sorted(islice(self._read(words), limit), key=lambda said: said.at, reverse=True)

    def _read(self, words: Sequence[str]) -> Iterator[Said]:
        query = _columns().where(*(_M.c.text.like(_pattern(word), escape="\\") for word in words))
        # Messages are only ever added at the end, so this is newest first without sorting a million of them.
        for row in self._connection.execution_options(stream_results=True).execute(
            query.order_by(text("messages.rowid DESC"))
        ):
            said = Said(**row._mapping)
            own = words_of(said.text)
            if all(any(word.startswith(wanted) for word in own) for wanted in words):
                yield said


def words_of(text: str) -> list[str]:
    """The words of a text, case folded."""
    return _WORD.findall(text.lower())


def _columns() -> Select:
    # What staff ask the assistant is no transcript of a person.
    joined = _M.join(_C, _C.c.id == _M.c.conversation_id)
    return select(*(_M.c[field.name] for field in fields(Said))).select_from(joined).where(_C.c.channel != CONSOLE)


def _indexed(words: Sequence[str], limit: int) -> Select:
    query: Any = literal_column(_WORDS).op("@@")(text("to_tsquery('simple', :wanted)"))
    wanted = " & ".join(f"'{word}':*" for word in words)
    return _columns().where(query).order_by(_M.c.at.desc()).limit(limit).params(wanted=wanted)


def _pattern(word: str) -> str:
    # LIKE folds the case of ASCII only; any character may stand for the others, and Python looks again.
    return "%" + "".join(char if char.isascii() else "_" for char in word) + "%"
