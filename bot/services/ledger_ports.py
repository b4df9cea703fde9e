"""What the use cases write down once: what is to be carried out, what was done, which tokens are used up."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping, Protocol, Sequence

from bot.domain.audit import AuditEntry
from bot.domain.messages import BuriedItem, OutboxItem, OutboxKind


class Outbox(Protocol):
    def put(self, key: str, kind: OutboxKind, payload: Mapping[str, Any], at: datetime) -> None:
        """A key that is already there is left as it is."""

    def known(self, key: str) -> bool:
        """Whether an item with this key is there, done or not."""

    def claim(self, now: datetime, lease_until: datetime, limit: int) -> Sequence[OutboxItem]:
        """Items that are due, leased to this worker until then; two workers never get the same one."""

    def done(self, item_id: int, at: datetime) -> None:
        """Marks it done and wipes its payload."""

    def retry(self, item_id: int, due_at: datetime, error: str) -> None:
        """Counts the attempt and makes it due again then."""

    def bury(self, item_id: int, at: datetime, error: str, *, wipe: bool = False) -> None:
        """Gives up: kept, visible to `doctor`, never tried again by itself. `wipe`: without its payload."""

    def hold(self, item_id: int) -> bool:
        """Whether it still waits; if so nobody else can settle it until this transaction ends."""

    def buried(self, before: int | None, limit: int) -> Sequence[BuriedItem]:
        """What was given up, newest first."""

    def buried_one(self, item_id: int) -> BuriedItem | None: ...

    def dig_up(self, item_id: int, at: datetime) -> bool:
        """Tries again what was given up; whether this call did it."""

    def discard(self, item_id: int, at: datetime) -> bool:
        """Forgets what was given up, payload and all; whether this call did it."""

    def waiting(self, prefix: str) -> Sequence[OutboxItem]:
        """Items whose key begins so and that are neither done nor given up, oldest first."""

    def counts(self) -> tuple[int, int]:
        """How many items wait, and how many were given up."""


class Audit(Protocol):
    def append(self, entry: AuditEntry) -> None:
        """Numbers and seals the entry; two writers never take the same number."""

    def rows(self, after: int = 0, limit: int = 1000) -> Sequence[tuple[int, AuditEntry, str]]:
        """(number, entry, seal), oldest first."""


class SpentTokens(Protocol):
    def spend(self, token_id: str, expires_at: datetime) -> bool:
        """Whether this is its first use."""
