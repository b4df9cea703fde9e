"""Requests as they are stored."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from bot.domain.deadlines import Regime
from bot.domain.requests import PrivacyRequest, RequestState, RequestType

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def request(name: str = "r1", **changes: Any) -> PrivacyRequest:
    """A proved deletion of anna@example.com that waits for her yes."""
    values: dict[str, Any] = {
        "id": name,
        "reference": f"REQ-00000-{name}",
        "type": RequestType.DELETION,
        "state": RequestState.AWAITING_CONFIRMATION,
        "regime": Regime.HOUSE,
        "channel": "web",
        "received_at": NOW,
        "due_at": NOW + 30 * DAY,
        "updated_at": NOW,
        "mailbox": "anna@example.com",
        "subject": "hash-of-anna",
        "verified_at": NOW,
    }
    return PrivacyRequest(**{**values, **changes})
