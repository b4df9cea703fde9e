"""The real time."""

from __future__ import annotations

from datetime import datetime, timezone


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The current moment, timezone-aware, in UTC."""
        return datetime.now(timezone.utc)
