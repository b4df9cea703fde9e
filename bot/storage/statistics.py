"""Counts over a stretch of time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.future import Connection

from bot.domain.console import OPEN_STATES, Numbers
from bot.storage import tables
from bot.storage.rows import is_postgres


class SqlStatistics:
    """Each figure is one indexed count."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def numbers(self, since: datetime, now: datetime) -> Numbers:
        """Everything between two moments, and requests as they stand."""
        requests, states = tables.requests, self._grouped(tables.requests.c.state)
        overdue = select(func.count()).where(requests.c.state.in_(OPEN_STATES), requests.c.due_at < now)
        late = select(func.count()).where(
            requests.c.state.not_in(OPEN_STATES), requests.c.updated_at > requests.c.due_at
        )
        return Numbers(
            days=self._days(since, now),
            outcomes=self._grouped(tables.answers.c.outcome, tables.answers.c.at >= since),
            handed_over=self._count(select(func.count()).where(tables.takeovers.c.taken_at >= since)),
            waits=self._waits(since),
            requests=states,
            overdue=self._count(overdue),
            late=self._count(late),
            thumbs=self._thumbs(since),
            scores=self._scores(since),
        )

    def _days(self, since: datetime, now: datetime) -> tuple[tuple[str, int], ...]:
        created = tables.conversations.c.created_at
        zoned = func.timezone("UTC", created) if is_postgres(self._connection) else created
        date = func.date(zoned)
        query = select(date, func.count()).where(created >= since).group_by(date)
        counted = {str(day): begun for day, begun in self._connection.execute(query)}
        span = (now.date() - since.date()).days
        days = [since.date() + timedelta(days=number) for number in range(span + 1)]
        return tuple((day.isoformat(), counted.get(day.isoformat(), 0)) for day in days)

    def _waits(self, since: datetime) -> tuple[float, ...]:
        table = tables.takeovers
        asked = (table.c.taken_at >= since, table.c.asked_at.is_not(None))
        rows = self._connection.execute(select(table.c.asked_at, table.c.taken_at).where(*asked))
        return tuple(sorted((taken - came).total_seconds() for came, taken in rows))

    def _thumbs(self, since: datetime) -> dict[str, int]:
        up = tables.ratings.c.up
        rows = self._connection.execute(select(up, func.count()).where(tables.ratings.c.at >= since).group_by(up))
        return {"up" if liked else "down": people for liked, people in rows}

    def _scores(self, since: datetime) -> dict[int, int]:
        score = tables.scores.c.score
        rows = self._connection.execute(select(score, func.count()).where(tables.scores.c.at >= since).group_by(score))
        return dict(rows.all())

    def _grouped(self, column: Any, *where: Any) -> dict[str, int]:
        rows = self._connection.execute(select(column, func.count()).where(*where).group_by(column))
        return {member.value: number for member, number in rows}

    def _count(self, query: Any) -> int:
        return int(self._connection.execute(query).scalar_one())
