"""A year of privacy requests in figures: what 11 CCR § 7102(a) has businesses compile."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from statistics import mean, median
from typing import Any, Iterable, Mapping

from bot.domain.requests import PrivacyRequest, RequestState, RequestType

_ANSWERED = frozenset({RequestState.COMPLETED, RequestState.DENIED})


@dataclass(frozen=True)
class YearOfType:
    """One kind of request in one year, counted by when it was received.

    Attributes:
        complied: carried out in whole; nothing is ever carried out in part.
        denied: by reason.
        mean_days, median_days: from receipt to the answer, of those carried out or denied; None where there is none.
    """

    type: RequestType
    received: int = 0
    complied: int = 0
    denied: Mapping[str, int] = field(default_factory=dict)
    revoked: int = 0
    canceled: int = 0
    expired: int = 0
    duplicate: int = 0
    open: int = 0
    mean_days: float | None = None
    median_days: float | None = None

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "type": self.type.value, "denied": dict(self.denied)}


def year_of(requests: Iterable[PrivacyRequest]) -> tuple[YearOfType, ...]:
    """The figures of requests that were received in one year, for each type."""
    by_type: dict[RequestType, list[PrivacyRequest]] = {type: [] for type in RequestType}
    for request in requests:
        by_type[request.type].append(request)
    return tuple(_figures(type, found) for type, found in by_type.items())


def _figures(type: RequestType, found: list[PrivacyRequest]) -> YearOfType:
    states = Counter(request.state for request in found)
    days = [
        (request.closed_at - request.received_at).total_seconds() / 86_400
        for request in found
        if request.state in _ANSWERED and request.closed_at is not None
    ]
    return YearOfType(
        type=type,
        received=len(found),
        complied=states[RequestState.COMPLETED],
        denied=Counter(request.reason for request in found if request.state is RequestState.DENIED),
        revoked=states[RequestState.REVOKED],
        canceled=states[RequestState.CANCELED],
        expired=states[RequestState.EXPIRED],
        duplicate=states[RequestState.DUPLICATE],
        open=sum(request.open for request in found),
        mean_days=round(mean(days), 1) if days else None,
        median_days=round(median(days), 1) if days else None,
    )
