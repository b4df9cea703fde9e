"""How well the assistant answered; the words stay in the transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import Integer, and_, literal, select, tuple_, update
from sqlalchemy.future import Connection
from sqlalchemy.sql import Select

from bot.domain.console import GivenAnswer, Position, Review, WeakAnswer
from bot.domain.passages import Outcome
from bot.storage import tables
from bot.storage.rows import as_row, changed, insert, keyset

_A, _R = tables.answers, tables.ratings


class SqlAnswers:
    """Answers, and those of them that wait for somebody to look at them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, answer: GivenAnswer) -> None:
        """Stores one."""
        insert(self._connection, _A, as_row(answer))

    def weak(self, after: Position | None, limit: int) -> Sequence[WeakAnswer]:
        """Those that wait, newest first; what was erased from the transcript is not among them."""
        query, key = _with_questions().where(_A.c.review == Review.OPEN), (_A.c.at, _A.c.conversation_id, _A.c.seq)
        if after is not None:
            query = query.where(tuple_(*key) < keyset(after, literal(after.seq, Integer)))
        return self._read(query.order_by(*(column.desc() for column in key)).limit(limit))

    def one(self, conversation_id: str, seq: int) -> WeakAnswer | None:
        """One answer, or None."""
        mine = (_A.c.conversation_id == conversation_id, _A.c.seq == seq)
        return next(iter(self._read(_with_questions().where(*mine))), None)

    def close(self, conversation_id: str, seq: int, review: Review) -> bool:
        """Leaves OPEN atomically; whether this call did it."""
        mine = (_A.c.conversation_id == conversation_id, _A.c.seq == seq, _A.c.review == Review.OPEN)
        return changed(self._connection, update(_A).where(*mine).values(review=review)) == 1

    def object(self, conversation_id: str, seq: int, *, objected: bool) -> None:
        """Has somebody look at an answer that seemed good, or not any more; what was looked at stays so."""
        before, after = (None, Review.OPEN) if objected else (Review.OPEN, None)
        mine = (_A.c.conversation_id == conversation_id, _A.c.seq == seq, _A.c.outcome == Outcome.ANSWERED)
        changed(
            self._connection, update(_A).where(*mine, _A.c.review.is_not_distinct_from(before)).values(review=after)
        )

    def _read(self, query: Select) -> list[WeakAnswer]:
        rows = []
        for row in self._connection.execute(query):
            values = dict(row._mapping)
            question, up = values.pop("question"), values.pop("up")
            rows.append(WeakAnswer(GivenAnswer(**values), question, up))
        return rows


def _with_questions() -> Select:
    reply, asked = tables.messages.alias("reply"), tables.messages.alias("asked")
    same = and_(reply.c.conversation_id == _A.c.conversation_id, reply.c.seq == _A.c.seq)
    before = and_(asked.c.conversation_id == _A.c.conversation_id, asked.c.seq == reply.c.reply_to)
    rated = and_(_R.c.conversation_id == _A.c.conversation_id, _R.c.seq == _A.c.seq)
    columns = [_A.c[field.name] for field in fields(GivenAnswer)]
    joined = _A.join(reply, same).join(asked, before).outerjoin(_R, rated)
    return select(*columns, asked.c.text.label("question"), _R.c.up).select_from(joined)
