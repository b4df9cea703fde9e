"""Column types: what the domain uses on one side, what both databases can hold on the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from enum import Enum
from typing import Any

from sqlalchemy import JSON, DateTime, Integer, Text
from sqlalchemy.types import TypeDecorator

from bot.domain.identity import Assurance
from bot.domain.messages import Button

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(text: str) -> str:
    """`text` without what PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates become U+FFFD."""
    text = text.replace("\x00", _REPLACEMENT)
    return text if text.isascii() else "".join(_REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in text)


class PlainText(TypeDecorator):  # type: ignore[type-arg]
    """Text of any length."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Makes the value storable."""
        return None if value is None else storable(value)


class UtcDateTime(TypeDecorator):  # type: ignore[type-arg]
    """An aware moment; UTC in the database and out of it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuses naive values: nobody knows which moment they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        return value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """SQLite gives naive UTC, PostgreSQL the session's zone."""
        if value is None:
            return None
        return value.replace(tzinfo=timezone.utc) if value.tzinfo is None else value.astimezone(timezone.utc)


class EnumText(TypeDecorator):  # type: ignore[type-arg]
    """A member of a string enum, by its value; a new member needs no migration."""

    impl = Text
    cache_ok = True

    def __init__(self, members: type[Enum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: Enum | None, dialect: Any) -> str | None:
        """The value of the member."""
        return None if value is None else str(value.value)

    def process_result_value(self, value: str | None, dialect: Any) -> Enum | None:
        """The member of the value."""
        return None if value is None else self.members(value)


class Rung(TypeDecorator):  # type: ignore[type-arg]
    """A rung of the assurance ladder, by its number."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Any) -> int | None:
        """The number of the rung."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Any) -> Assurance | None:
        """The rung of the number."""
        return None if value is None else Assurance(value)


class JsonObject(TypeDecorator):  # type: ignore[type-arg]
    """A JSON object."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Any) -> dict[str, Any] | None:
        """Any mapping is accepted."""
        return None if value is None else dict(value)


class Buttons(TypeDecorator):  # type: ignore[type-arg]
    """The quick replies of a message, as a JSON list of [title, payload]."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[Button, ...] | None, dialect: Any) -> list[list[str]]:
        """Pairs of strings."""
        return [[button.title, button.payload] for button in value or ()]

    def process_result_value(self, value: list[list[str]] | None, dialect: Any) -> tuple[Button, ...]:
        """Buttons again."""
        return tuple(Button(title, payload) for title, payload in value or ())


class Texts(TypeDecorator):  # type: ignore[type-arg]
    """Strings in order, as a JSON list."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Any) -> list[str]:
        """Each made storable."""
        return [storable(text) for text in value or ()]

    def process_result_value(self, value: list[str] | None, dialect: Any) -> tuple[str, ...]:
        """A tuple again."""
        return tuple(value or ())
