"""Interface only; replaced by the finished module."""

from __future__ import annotations

from datetime import date


class PublicHolidays:
    def __init__(self, country: str, subdivision: str) -> None: ...

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5
