"""Spares a site that is down the calls, and the people who wait the time."""

from __future__ import annotations

from typing import Callable

from bot.domain.errors import SiteUnavailable

FAILURES = 5
PAUSE = 30.0
"""Seconds."""


class CircuitBreaker:
    """Closed until FAILURES failures in a row; then open for PAUSE; then one call, alone, tries whether it is over.

    The libraries that offer this read the clock themselves and let everybody through once the pause is over.

    Args:
        now: seconds on a clock that only goes forward.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def open(self) -> bool:
        """Whether calls are held back."""
        return self._opened_at is not None

    def enter(self) -> None:
        """Before a call. Raises SiteUnavailable while calls are held back."""
        if self._opened_at is None:
            return
        left = self._opened_at + PAUSE - self._now()
        if left > 0 or self._probing:
            raise SiteUnavailable("it failed several times, so it is left alone for a moment", max(left, 1.0))
        self._probing = True

    def succeeded(self) -> None:
        """The site answered, whatever it said."""
        self._failures, self._opened_at, self._probing = 0, None, False

    def failed(self) -> None:
        """It did not answer, or not with sense."""
        self._failures += 1
        if self._probing or self._failures >= FAILURES:
            self._opened_at, self._probing = self._now(), False

    def abandoned(self) -> None:
        """The call was cut off from our side and says nothing about the site."""
        self._probing = False
