"""Real threads, started together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

T = TypeVar("T")


def at_once(count: int, work: Callable[[int], T]) -> Sequence[T]:
    """What `work(0)` … `work(count - 1)` return when they run at the same time; an error of any is raised."""
    start = Barrier(count)

    def run(number: int) -> T:
        start.wait(timeout=10)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, number) for number in range(count)]]
