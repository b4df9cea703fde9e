"""The memory of seen ids."""

from __future__ import annotations

from bot.channels.once import SeenOnce


def test_it_remembers_for_its_lifetime() -> None:
    now = [0.0]
    seen = SeenOnce(lifetime=60, monotonic=lambda: now[0])
    assert seen.first("a")
    assert not seen.first("a")
    now[0] = 61
    assert seen.first("a")


def test_when_full_it_refuses_rather_than_forgets() -> None:
    now = [0.0]
    seen = SeenOnce(lifetime=60, capacity=2, monotonic=lambda: now[0])
    assert seen.first("a") and seen.first("b")
    assert not seen.first("c")
    assert not seen.first("a")
    now[0] = 61
    assert seen.first("c")
