"""Remembers what was seen for as long as it could come again."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Callable


class SeenOnce:
    """A bounded memory of ids.

    Args:
        lifetime: seconds an id is remembered; must not be shorter than the token that carries it lives.
        capacity: ids remembered at once. When all of them are still live, new ones are refused rather than old ones
            forgotten.
    """

    def __init__(
        self, lifetime: float, capacity: int = 20_000, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._lifetime, self._capacity, self._monotonic = lifetime, capacity, monotonic
        self._seen: OrderedDict[str, float] = OrderedDict()

    def first(self, key: str) -> bool:
        """Whether this id is new and could be remembered."""
        now = self._monotonic()
        while self._seen and next(iter(self._seen.values())) <= now:
            self._seen.popitem(last=False)
        if key in self._seen or len(self._seen) >= self._capacity:
            return False
        self._seen[key] = now + self._lifetime
        return True
