"""Lets threads of one process into SQLite one at a time, in the order in which they came."""

from __future__ import annotations

from collections import deque
from threading import Lock


class Turnstile:
    """A lock that hands itself to whoever waited longest.

    SQLite lets waiting threads poll, and an ordinary lock goes to whoever asks first after it is free, which is mostly
    the thread that had it: under load some threads would wait for seconds.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def enter(self, wait: float) -> bool:
        """Whether it was this thread's turn within `wait` seconds."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=wait):
            return True
        with self._guard:
            if gate not in self._waiting:  # it was handed over in the last moment
                return True
            self._waiting.remove(gate)
            return False

    def leave(self) -> None:
        """Lets the next one in."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
