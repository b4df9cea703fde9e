"""When a privacy request must be answered, and by whose rule.

Every deadline is the last second of a day of the deployment's own zone, given in UTC. The day a request arrives is the
date its clock showed there, and is never counted itself.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from enum import Enum
from typing import Protocol

from bot.domain.errors import IllegalTransition


class Regime(str, Enum):
    """Whose rule sets the clock."""

    GDPR = "gdpr"
    CCPA = "ccpa"
    CCPA_OPT_OUT = "ccpa_opt_out"
    HOUSE = "house"


class WorkingDays(Protocol):
    """Knows the public holidays of one place."""

    def is_working_day(self, day: date) -> bool:
        """Whether people work there on that day."""


@dataclass(frozen=True)
class Deadlines:
    """What a request must meet.

    Attributes:
        acknowledge_by: UTC; `None` where no rule asks for a confirmation of receipt.
        due_at: UTC; the answer must have left by then.
    """

    acknowledge_by: datetime | None
    due_at: datetime


GDPR_MONTHS = 1
"""GDPR Art. 12(3): within one month of receipt."""

GDPR_EXTENDED_MONTHS = 3
"""GDPR Art. 12(3): two further months, told with the reasons inside the first one."""

ACKNOWLEDGE = {Regime.CCPA: 10, Regime.HOUSE: 2}
"""Business days to confirm receipt: 11 CCR §7021(a), and our own promise. GDPR and §7026 ask for none."""

ANSWER = {Regime.CCPA: 45, Regime.HOUSE: 30}
"""Calendar days to answer: 11 CCR §7021(b), however long verification takes, and our own promise."""

EXTENDED = {Regime.CCPA: 90, Regime.HOUSE: 60}
"""Calendar days in all, with a notice that explains: 11 CCR §7021(b), and our own promise."""

OPT_OUT = 15
"""Business days to stop selling and sharing, the longest 11 CCR §7026(f) allows. No extension exists."""


@dataclass(frozen=True)
class Calendar:
    """The clock of one deployment.

    Attributes:
        zone: where a day begins and ends.
        days: its working days; California's rules say "business days".
    """

    zone: tzinfo
    days: WorkingDays

    def deadlines(self, regime: Regime, received_at: datetime) -> Deadlines:
        """Counted from receipt, whatever verification does later.

        GDPR: the month ends on the day of the same number, or on the last day of a month too short for it
        (Regulation (EEC, Euratom) No 1182/71 Art. 3(2)(c)); if that is a public holiday, Saturday or Sunday, with the
        next working day (Art. 3(4)). California's and the house's calendar days end where they end.

        Raises:
            ValueError: `received_at` has no time zone.
        """
        received = self._day(received_at)
        confirm = ACKNOWLEDGE.get(regime)
        return Deadlines(
            acknowledge_by=None if confirm is None else self._end(self._after_working_days(received, confirm)),
            due_at=self._end(self._last_day(regime, received)),
        )

    def extended(self, regime: Regime, received_at: datetime) -> datetime:
        """The new `due_at` of a request that was extended, counted from receipt. Whether it is still time to extend
        is the caller's to check.

        Raises:
            IllegalTransition: this regime knows no extension.
            ValueError: `received_at` has no time zone.
        """
        if not self.extension_allowed(regime):
            raise IllegalTransition(f"{regime.value} cannot be extended")
        received = self._day(received_at)
        if regime is Regime.GDPR:
            return self._end(self._next_working_day(_plus_months(received, GDPR_EXTENDED_MONTHS)))
        return self._end(received + timedelta(days=EXTENDED[regime]))

    def extension_allowed(self, regime: Regime) -> bool:
        """Every rule but that for opting out lets the answer be put off once."""
        return regime is not Regime.CCPA_OPT_OUT

    def pauses(self, regime: Regime) -> bool:
        """Only GDPR's clock stands still, while we wait for what removes a reasonable doubt about who asks (Art. 12(6);
        EDPB Guidelines 01/2022, section 5.3). California's runs on (11 CCR §7021(b)), and so does ours.
        """
        return regime is Regime.GDPR

    def paused(self, regime: Regime, due_at: datetime, held_from: datetime, held_until: datetime) -> datetime:
        """`due_at` moved by the whole days the request was held, then to a working day; as it was where nothing pauses.

        A whole day is one by the clock on the wall: noon to noon, also when a change of the clock makes it 23 hours.

        Raises:
            ValueError: a moment has no time zone, or the hold ends before it begins.
        """
        due, start, end = (self._local(moment) for moment in (due_at, held_from, held_until))
        if held_until < held_from:
            raise ValueError("a hold cannot end before it begins")
        held = (end.replace(tzinfo=None) - start.replace(tzinfo=None)).days
        if not self.pauses(regime):
            return due_at
        return self._end(self._next_working_day(due.date() + timedelta(days=held)))

    def _last_day(self, regime: Regime, received: date) -> date:
        if regime is Regime.GDPR:
            return self._next_working_day(_plus_months(received, GDPR_MONTHS))
        if regime is Regime.CCPA_OPT_OUT:
            return self._after_working_days(received, OPT_OUT)
        return received + timedelta(days=ANSWER[regime])

    def _local(self, moment: datetime) -> datetime:
        if moment.utcoffset() is None:
            raise ValueError("a moment without a time zone has no date")
        return moment.astimezone(self.zone)

    def _day(self, moment: datetime) -> date:
        return self._local(moment).date()

    def _end(self, day: date) -> datetime:
        """`fold=1`: where the clock goes back over midnight, the second 23:59:59 is the last."""
        return datetime.combine(day, time(23, 59, 59, fold=1), self.zone).astimezone(timezone.utc)

    def _next_working_day(self, day: date) -> date:
        """The day itself when it is one."""
        while not self.days.is_working_day(day):
            day += timedelta(days=1)
        return day

    def _after_working_days(self, day: date, count: int) -> date:
        for _ in range(count):
            day = self._next_working_day(day + timedelta(days=1))
        return day


def _plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
