"""Interface only; replaced by the finished module."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum
from typing import Protocol


class Regime(str, Enum):
    GDPR = "gdpr"
    CCPA = "ccpa"
    CCPA_OPT_OUT = "ccpa_opt_out"
    HOUSE = "house"


class WorkingDays(Protocol):
    def is_working_day(self, day: date) -> bool: ...


@dataclass(frozen=True)
class Deadlines:
    acknowledge_by: datetime | None
    due_at: datetime


@dataclass(frozen=True)
class Calendar:
    zone: tzinfo
    days: WorkingDays

    def deadlines(self, regime: Regime, received_at: datetime) -> Deadlines:
        return Deadlines(received_at + timedelta(days=2), received_at + timedelta(days=30))

    def extended(self, regime: Regime, received_at: datetime) -> datetime:
        return received_at + timedelta(days=60)

    def extension_allowed(self, regime: Regime) -> bool:
        return regime is not Regime.CCPA_OPT_OUT

    def pauses(self, regime: Regime) -> bool:
        return regime is Regime.GDPR

    def paused(self, regime: Regime, due_at: datetime, held_from: datetime, held_until: datetime) -> datetime:
        return due_at + (held_until - held_from) if self.pauses(regime) else due_at
