"""Where a person's data lies, what a deletion takes away, and what is proof of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Iterable, Mapping, Pattern, Sequence


@dataclass(frozen=True)
class Person:
    """Everything under which one person's data is found, written down before the first of it goes.

    Attributes:
        mailboxes: normalised; those that belong to somebody else by now are left out.
        conversations: ids, also those that were only ever mail from one of the mailboxes.
    """

    account_id: str | None = None
    mailboxes: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    facebook_user: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For the details of a request while it is carried out."""
        return {
            "account_id": self.account_id,
            "mailboxes": list(self.mailboxes),
            "conversations": list(self.conversations),
            "facebook_user": self.facebook_user,
        }

    @staticmethod
    def of_json(values: Mapping[str, Any]) -> Person:
        """The reverse of `as_json`."""
        return Person(
            values["account_id"],
            tuple(values["mailboxes"]),
            tuple(values["conversations"]),
            values["facebook_user"],
        )


def naming(names: Iterable[str]) -> Pattern[str]:
    """Finds any of these addresses or ids in a text, as whole words.

    >>> bool(naming(["ann@example.com"]).search("to: <Ann@Example.com>."))
    True
    >>> bool(naming(["ann@example.com"]).search("joann@example.com, ann@example.com.au"))
    False
    """
    words = "|".join(re.escape(name) for name in names) or "(?!)"
    return re.compile(rf"(?<![\w.+-])(?:{words})(?![\w-]|\.\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Holding:
    """One line of a preview.

    Attributes:
        count: things found, or None where only the other side knows.
    """

    store: str
    title: str
    count: int | None


@dataclass(frozen=True)
class Found:
    """What one store holds of a person, for their copy; `records` are JSON objects."""

    store: str
    title: str
    records: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Receipt:
    """One store is done with one request.

    Attributes:
        erased: things removed, or None where only the other side knows.
    """

    request_id: str
    store: str
    at: datetime
    erased: int | None


KEPT = (
    "A record that the request was made and answered, for 24 months, without your name or address (11 CCR § 7101)",
    "The audit log, which knows you only as a keyed hash",
)
"""What a deletion leaves, and why."""


@dataclass(frozen=True)
class Export:
    """A person's copy of their data, waiting to be taken once.

    Attributes:
        archive: a ZIP; empty once it was taken or is too old.
    """

    id: str
    request_id: str
    created_at: datetime
    expires_at: datetime
    archive: bytes
    taken_at: datetime | None = None
