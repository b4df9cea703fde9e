"""First come, first served."""

from __future__ import annotations

import time
from threading import Thread

from bot.storage.turnstile import Turnstile
from tests.storage.threads import at_once


def test_threads_get_in_in_the_order_in_which_they_came() -> None:
    turnstile, order = Turnstile(), []

    def go(number: int) -> None:
        assert turnstile.enter(5)
        order.append(number)
        turnstile.leave()

    assert turnstile.enter(0)
    threads = []
    for number in range(5):
        threads.append(Thread(target=go, args=(number,)))
        threads[-1].start()
        while len(turnstile._waiting) <= number:
            time.sleep(0.001)
    turnstile.leave()
    for thread in threads:
        thread.join(timeout=5)
    assert order == [0, 1, 2, 3, 4]


def test_who_gives_up_is_forgotten() -> None:
    turnstile = Turnstile()
    assert turnstile.enter(0)
    assert not turnstile.enter(0.01)
    turnstile.leave()
    assert turnstile.enter(0)


def test_nobody_is_lost_when_some_give_up_at_the_last_moment() -> None:
    turnstile, inside = Turnstile(), []

    def go(number: int) -> int:
        passed = 0
        for _ in range(200):
            if turnstile.enter(0.0005 * (number % 3)):
                inside.append(number)
                assert len(inside) == 1
                inside.pop()
                turnstile.leave()
                passed += 1
        return passed

    assert sum(at_once(6, go)) > 0
    assert turnstile.enter(0), "it is free in the end"
