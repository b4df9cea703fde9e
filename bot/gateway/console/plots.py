"""Plots as geometry; the templates draw them, and a table beside each says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

WIDTH, HEIGHT = 720, 160


@dataclass(frozen=True)
class Bar:
    """One bar, in units of the drawing."""

    label: str
    value: int
    x: float
    y: float
    width: float
    height: float


def columns(values: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Upright bars, the highest as high as the drawing."""
    top, step = max((value for _, value in values), default=0) or 1, WIDTH / max(len(values), 1)
    bars = []
    for number, (label, value) in enumerate(values):
        height = HEIGHT * value / top
        x = number * step + step * 0.1
        bars.append(Bar(label, value, round(x, 1), round(HEIGHT - height, 1), round(step * 0.8, 1), round(height, 1)))
    return tuple(bars)


def rows(values: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Lying bars, the longest as long as the drawing, 28 units apart."""
    top = max((value for _, value in values), default=0) or 1
    return tuple(
        Bar(label, value, 0, number * 28, round(WIDTH * 0.6 * value / top, 1), 20)
        for number, (label, value) in enumerate(values)
    )
