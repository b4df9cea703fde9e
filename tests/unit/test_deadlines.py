"""The clock of privacy requests, against dates worked out by hand.

Every row says how its dates come about. The weekday in front of a date is checked against Python's calendar, so that a
slip of the hand shows; the dates themselves are nobody's but the author's.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendars import PublicHolidays
from bot.domain.deadlines import Calendar, Regime
from bot.domain.errors import ConfigurationError, IllegalTransition

GDPR, CCPA, OPT_OUT, HOUSE = Regime.GDPR, Regime.CCPA, Regime.CCPA_OPT_OUT, Regime.HOUSE

BERLIN = Calendar(ZoneInfo("Europe/Berlin"), PublicHolidays("DE", "BE"))
MUNICH = Calendar(ZoneInfo("Europe/Berlin"), PublicHolidays("DE", "BY"))
CALIFORNIA = Calendar(ZoneInfo("America/Los_Angeles"), PublicHolidays("US", "CA"))
UNITED_STATES = Calendar(ZoneInfo("America/Los_Angeles"), PublicHolidays("US"))
NUUK = Calendar(ZoneInfo("America/Nuuk"), PublicHolidays("GL"))
KIRITIMATI = Calendar(ZoneInfo("Pacific/Kiritimati"), PublicHolidays("KI"))


def day(text: str) -> date:
    """`Mon 2026-06-15`; the weekday must be right."""
    weekday, _, iso = text.partition(" ")
    found = date.fromisoformat(iso)
    assert found.strftime("%a") == weekday, f"{text} is a {found:%A}"
    return found


def moment(calendar: Calendar, text: str) -> datetime:
    """`Mon 2026-06-01 14:30` on the calendar's own clock; noon when no time is given."""
    weekday, iso, *clock = text.split()
    hour, minute = map(int, (clock or ["12:00"])[0].split(":"))
    found = day(f"{weekday} {iso}")
    return datetime(found.year, found.month, found.day, hour, minute, tzinfo=calendar.zone)


def is_end_of(calendar: Calendar, at: datetime, text: str) -> bool:
    assert at.utcoffset() == timedelta(0)
    local = at.astimezone(calendar.zone)
    assert (local.hour, local.minute, local.second, local.microsecond) == (23, 59, 59, 0)
    return local.date() == day(text)


GDPR_CASES = [
    # 15 Feb is a Sunday: Monday.
    (BERLIN, "Thu 2026-01-15", "Mon 2026-02-16"),
    # The same number in the next month, a Monday.
    (BERLIN, "Fri 2026-01-16", "Mon 2026-02-16"),
    # No 31 Feb; 2026 is no leap year: 28 Feb, a Saturday: Monday is already March.
    (BERLIN, "Sat 2026-01-31", "Mon 2026-03-02"),
    # No 31 Feb; 2025 is no leap year: 28 Feb, a Friday.
    (BERLIN, "Fri 2025-01-31", "Fri 2025-02-28"),
    # No 31 Feb; leap year: 29 Feb.
    (BERLIN, "Wed 2024-01-31", "Thu 2024-02-29"),
    # The next leap year.
    (BERLIN, "Mon 2028-01-31", "Tue 2028-02-29"),
    # 30 Jan has no 30 Feb either: the same 29 Feb.
    (BERLIN, "Tue 2024-01-30", "Thu 2024-02-29"),
    # 29 Jan in a common year: 28 Feb.
    (BERLIN, "Wed 2025-01-29", "Fri 2025-02-28"),
    # 29 Mar 2024 is Good Friday (Easter 31 Mar); Sat, Sun, Easter Monday 1 Apr: Tuesday.
    (BERLIN, "Thu 2024-02-29", "Tue 2024-04-02"),
    # 29 Mar 2028, a plain Wednesday (Easter is 16 Apr).
    (BERLIN, "Tue 2028-02-29", "Wed 2028-03-29"),
    # The last day of February goes to 28 March, not to the end of March; that Saturday goes to Monday.
    (BERLIN, "Sat 2026-02-28", "Mon 2026-03-30"),
    # No 31 Apr: 30 Apr, the day before a holiday.
    (BERLIN, "Tue 2026-03-31", "Thu 2026-04-30"),
    # 1 May is Labour Day, a Friday: over the weekend to Monday.
    (BERLIN, "Wed 2026-04-01", "Mon 2026-05-04"),
    # No 31 Jun: 30 Jun. That it came on a Sunday changes nothing.
    (BERLIN, "Sun 2026-05-31", "Tue 2026-06-30"),
    # No 31 Sep.
    (BERLIN, "Mon 2026-08-31", "Wed 2026-09-30"),
    # No 31 Nov.
    (BERLIN, "Sat 2026-10-31", "Mon 2026-11-30"),
    # Over the year's end; 31 Jan 2027 is a Sunday.
    (BERLIN, "Thu 2026-12-31", "Mon 2027-02-01"),
    # 30 Dec, between the holidays, is a working day.
    (BERLIN, "Mon 2026-11-30", "Wed 2026-12-30"),
    # Christmas Day is a Friday, 26 Dec a Saturday, then Sunday; Germany gives no day instead: Monday.
    (BERLIN, "Wed 2026-11-25", "Mon 2026-12-28"),
    # Christmas Day is a Wednesday, Boxing Day a holiday too: Friday.
    (BERLIN, "Mon 2024-11-25", "Fri 2024-12-27"),
    # Christmas Eve is no public holiday in Germany.
    (BERLIN, "Mon 2025-11-24", "Wed 2025-12-24"),
    # New Year is a Friday: Monday the 4th.
    (BERLIN, "Tue 2026-12-01", "Mon 2027-01-04"),
    # New Year is a Thursday: Friday the 2nd.
    (BERLIN, "Mon 2025-12-01", "Fri 2026-01-02"),
    # 3 Apr 2026 is Good Friday; Sat, Easter Sunday, Easter Monday: Tuesday.
    (BERLIN, "Tue 2026-03-03", "Tue 2026-04-07"),
    # A day earlier there is no chain.
    (BERLIN, "Mon 2026-03-02", "Thu 2026-04-02"),
    # 14 May is Ascension Day (Easter 5 Apr + 39): Friday.
    (BERLIN, "Tue 2026-04-14", "Fri 2026-05-15"),
    # 25 May is Whit Monday (Easter 5 Apr + 50): Tuesday.
    (BERLIN, "Sat 2026-04-25", "Tue 2026-05-26"),
    # Unity Day falls on a Sunday and is not given back: Monday.
    (BERLIN, "Fri 2027-09-03", "Mon 2027-10-04"),
    # Epiphany is no holiday in Berlin …
    (BERLIN, "Sun 2026-12-06", "Wed 2027-01-06"),
    # … but one in Bavaria.
    (MUNICH, "Sun 2026-12-06", "Thu 2027-01-07"),
    # Women's Day is a holiday in Berlin …
    (BERLIN, "Mon 2027-02-08", "Tue 2027-03-09"),
    # … but none in Bavaria.
    (MUNICH, "Mon 2027-02-08", "Mon 2027-03-08"),
]


@pytest.mark.parametrize(("calendar", "received", "due"), GDPR_CASES)
def test_gdpr_gives_a_month(calendar: Calendar, received: str, due: str) -> None:
    deadlines = calendar.deadlines(GDPR, moment(calendar, received))
    assert deadlines.acknowledge_by is None
    assert is_end_of(calendar, deadlines.due_at, due)


CONFIRMED_CASES = [
    # Jun 2-5 are 1-4, 8-12 are 5-9, 15 is 10. Jun 1 + 29 = 30, + 16 = Jul 16.
    (CALIFORNIA, CCPA, "Mon 2026-06-01", "Mon 2026-06-15", "Thu 2026-07-16"),
    # Came on a Saturday: Jun 1-5 are 1-5, 8-12 are 6-10. May 31 is 1, Jun 30 is 31, Jul 14 is 45.
    (CALIFORNIA, CCPA, "Sat 2026-05-30", "Fri 2026-06-12", "Tue 2026-07-14"),
    # Nov 17-20: 1-4, 23-25: 5-7, Thanksgiving and the day after, 30: 8, Dec 1, 2: 9, 10. Nov 30 is 14, Dec 31 is 45.
    (CALIFORNIA, CCPA, "Mon 2026-11-16", "Wed 2026-12-02", "Thu 2026-12-31"),
    # Without a state the day after Thanksgiving counts: one day earlier.
    (UNITED_STATES, CCPA, "Mon 2026-11-16", "Tue 2026-12-01", "Thu 2026-12-31"),
    # Dec 21-24: 1-4, Christmas, 28-31: 5-8, New Year, Jan 4, 5: 9, 10. Dec 31 is 13, Jan 31 is 44.
    (CALIFORNIA, CCPA, "Fri 2026-12-18", "Tue 2027-01-05", "Mon 2027-02-01"),
    # Jan 8, 9: 1, 2, 12-16: 3-7, Martin Luther King Day 19, 20-22: 8-10. Jan 31 is 24, Feb 21 is 45: a Saturday, kept.
    (CALIFORNIA, CCPA, "Wed 2026-01-07", "Thu 2026-01-22", "Sat 2026-02-21"),
    # Veterans Day 11, Nov 12, 13: 1, 2, 16-20: 3-7, 23-25: 8-10. Nov 30 is 20, Dec 25 is 45: Christmas, kept.
    (CALIFORNIA, CCPA, "Tue 2026-11-10", "Wed 2026-11-25", "Fri 2026-12-25"),
    # King Day is the 17th, 18-21: 1-4, 24-28: 5-9, 31: 10. Jan 31 is 16, Feb 29 of the leap year is 45.
    (CALIFORNIA, CCPA, "Sat 2028-01-15", "Mon 2028-01-31", "Tue 2028-02-29"),
    # King Day is the 18th, 19-22: 1-4, 25-29: 5-9, Feb 1: 10. Jan 31 is 16, Feb 28 is 44, no leap day: Mar 1.
    (CALIFORNIA, CCPA, "Fri 2027-01-15", "Mon 2027-02-01", "Mon 2027-03-01"),
    # From a leap day: Mar 1-3: 1-3, 6-10: 4-8, 13, 14: 9, 10. Mar 31 is 31, Apr 14 is 45.
    (CALIFORNIA, CCPA, "Tue 2028-02-29", "Tue 2028-03-14", "Fri 2028-04-14"),
    # New Year, Jan 4-8: 1-5, 11-15: 6-10. Jan 31 is 31, Feb 14 is 45: a Sunday, kept.
    (CALIFORNIA, CCPA, "Thu 2026-12-31", "Fri 2027-01-15", "Sun 2027-02-14"),
    # 23-27: 1-5, 30: 6, Cesar Chavez Day 31, Apr 1-3: 7-9 (Good Friday is none), 6: 10. Mar 31 is 11, Apr 30 is 41.
    (CALIFORNIA, CCPA, "Fri 2026-03-20", "Mon 2026-04-06", "Mon 2026-05-04"),
    # Memorial Day 25, 26, 27: 1, 2. May 31 is 9, Jun 21 is 30: a Sunday, kept.
    (CALIFORNIA, HOUSE, "Fri 2026-05-22", "Wed 2026-05-27", "Sun 2026-06-21"),
    # Thanksgiving and the day after, 30: 1, Dec 1: 2. Nov 30 is 5, Dec 25 is 30.
    (CALIFORNIA, HOUSE, "Wed 2026-11-25", "Tue 2026-12-01", "Fri 2026-12-25"),
    # From 31 January: Monday, Tuesday. Feb 28 is 28, Mar 2 is 30.
    (CALIFORNIA, HOUSE, "Sat 2026-01-31", "Tue 2026-02-03", "Mon 2026-03-02"),
    # From 31 January of a leap year: Feb 29 is 29, Mar 1 is 30.
    (CALIFORNIA, HOUSE, "Mon 2028-01-31", "Wed 2028-02-02", "Wed 2028-03-01"),
    # Dec 31 is 29: New Year, kept.
    (CALIFORNIA, HOUSE, "Wed 2026-12-02", "Fri 2026-12-04", "Fri 2027-01-01"),
    # 4 July is a Sunday, Monday is given instead; 6, 7: 1, 2. Jul 31 is 29, Aug 1 is 30.
    (UNITED_STATES, HOUSE, "Fri 2027-07-02", "Wed 2027-07-07", "Sun 2027-08-01"),
    # New Year 2028 is a Saturday, Friday 31 Dec is given instead; 30: 1, Jan 3: 2. Dec 31 is 2, Jan 28 is 30.
    (UNITED_STATES, HOUSE, "Wed 2027-12-29", "Mon 2028-01-03", "Fri 2028-01-28"),
]


@pytest.mark.parametrize(("calendar", "regime", "received", "acknowledge", "due"), CONFIRMED_CASES)
def test_california_and_the_house_confirm_and_answer(
    calendar: Calendar, regime: Regime, received: str, acknowledge: str, due: str
) -> None:
    deadlines = calendar.deadlines(regime, moment(calendar, received))
    assert deadlines.acknowledge_by is not None
    assert is_end_of(calendar, deadlines.acknowledge_by, acknowledge)
    assert is_end_of(calendar, deadlines.due_at, due)


OPT_OUT_CASES = [
    # Jun 2-5: 1-4, 8-12: 5-9, 15-18: 10-13, Juneteenth 19, 22, 23: 14, 15.
    (CALIFORNIA, "Mon 2026-06-01", "Tue 2026-06-23"),
    # Nov 17-20: 1-4, 23-25: 5-7, Thanksgiving and the day after, 30: 8, Dec 1-4: 9-12, 7-9: 13-15.
    (CALIFORNIA, "Mon 2026-11-16", "Wed 2026-12-09"),
    # Dec 11: 1, 14-18: 2-6, 21-24: 7-10, Christmas, 28-31: 11-14, New Year, Jan 4: 15.
    (CALIFORNIA, "Thu 2026-12-10", "Mon 2027-01-04"),
    # Came on a Saturday; three whole weeks without a holiday: Aug 3-7, 10-14, 17-21.
    (CALIFORNIA, "Sat 2026-08-01", "Fri 2026-08-21"),
]


@pytest.mark.parametrize(("calendar", "received", "due"), OPT_OUT_CASES)
def test_an_opt_out_takes_fifteen_business_days(calendar: Calendar, received: str, due: str) -> None:
    deadlines = calendar.deadlines(OPT_OUT, moment(calendar, received))
    assert deadlines.acknowledge_by is None
    assert is_end_of(calendar, deadlines.due_at, due)


MIDNIGHT_CASES = [
    # 23:59 of 9 Mar in California (summer time since the 8th) is 07:59 of the 10th in Berlin: counted from the 10th.
    (BERLIN, GDPR, "2026-03-09T23:59:00-07:00", "Fri 2026-04-10"),
    # The same moment at a desk in California: counted from the 9th.
    (CALIFORNIA, GDPR, "2026-03-09T23:59:00-07:00", "Thu 2026-04-09"),
    # The last minute of 9 Mar in Berlin …
    (BERLIN, GDPR, "2026-03-09T23:59:00+01:00", "Thu 2026-04-09"),
    # … and the first of the 10th.
    (BERLIN, GDPR, "2026-03-10T00:00:00+01:00", "Fri 2026-04-10"),
    # 00:30 of 2 Feb in Tokyo is 16:30 of the 1st in Berlin; 1 Mar is a Sunday.
    (BERLIN, GDPR, "2026-02-02T00:30:00+09:00", "Mon 2026-03-02"),
    # 23:59 of 2 Feb in Tokyo is 15:59 of the 2nd in Berlin: the 2nd of March, a Monday.
    (BERLIN, GDPR, "2026-02-02T23:59:00+09:00", "Mon 2026-03-02"),
    # 07:59 UTC is still 31 Jan in California: Feb 28 is 28, Mar 17 is 45.
    (CALIFORNIA, CCPA, "2026-02-01T07:59:00+00:00", "Tue 2026-03-17"),
    # A minute later it is 1 Feb there.
    (CALIFORNIA, CCPA, "2026-02-01T08:00:00+00:00", "Wed 2026-03-18"),
    # 23:59 of New Year's Eve in Berlin is 14:59 of the same day in California: Jan 30 is 30.
    (CALIFORNIA, HOUSE, "2026-12-31T23:59:00+01:00", "Sat 2027-01-30"),
    # 23:59 of New Year's Eve in California is 08:59 of 1 Jan in Berlin: the 1st of February, a Monday.
    (BERLIN, GDPR, "2026-12-31T23:59:00-08:00", "Mon 2027-02-01"),
    # 23:59 UTC of 28 Feb 2028 is 00:59 of the leap day in Berlin: 29 Mar.
    (BERLIN, GDPR, "2028-02-28T23:59:00+00:00", "Wed 2028-03-29"),
    # The night California's clocks go back: 06:59 UTC is 23:59 of 31 Oct in summer time, 30 days later is 30 Nov.
    (CALIFORNIA, HOUSE, "2026-11-01T06:59:00+00:00", "Mon 2026-11-30"),
    # 07:00 UTC is 1 Nov already, though it were 31 Oct by winter time.
    (CALIFORNIA, HOUSE, "2026-11-01T07:00:00+00:00", "Tue 2026-12-01"),
    # 01:30 of that night comes twice; the second time is the same day.
    (CALIFORNIA, HOUSE, "2026-11-01T01:30:00-08:00", "Tue 2026-12-01"),
]


@pytest.mark.parametrize(("calendar", "regime", "received", "due"), MIDNIGHT_CASES)
def test_a_day_is_the_desks_own_day(calendar: Calendar, regime: Regime, received: str, due: str) -> None:
    assert is_end_of(calendar, calendar.deadlines(regime, datetime.fromisoformat(received)).due_at, due)


UTC_CASES = [
    # 27 Mar, two days before Europe's clocks go forward: winter time, an hour ahead of UTC.
    (BERLIN, GDPR, "Fri 2026-02-27", "2026-03-27T22:59:59+00:00"),
    # 2 Apr, after it: two hours.
    (BERLIN, GDPR, "Mon 2026-03-02", "2026-04-02T21:59:59+00:00"),
    # 24 Oct + a month = 24 Nov, after Europe's clocks went back on 25 Oct: one hour.
    (BERLIN, GDPR, "Sat 2026-10-24", "2026-11-24T22:59:59+00:00"),
    # Feb 28 is 18, Mar 12 is 30, after 8 Mar: seven hours behind.
    (CALIFORNIA, HOUSE, "Tue 2026-02-10", "2026-03-13T06:59:59+00:00"),
    # Feb 28 is 22, Mar 8 is 30, the very day: it ends in summer time.
    (CALIFORNIA, HOUSE, "Fri 2026-02-06", "2026-03-09T06:59:59+00:00"),
    # Feb 28 is 23, Mar 7 is 30, the day before: winter time, eight hours.
    (CALIFORNIA, HOUSE, "Thu 2026-02-05", "2026-03-08T07:59:59+00:00"),
    # Oct 31 is 26, Nov 4 is 30, after 1 Nov: eight hours.
    (CALIFORNIA, HOUSE, "Mon 2026-10-05", "2026-11-05T07:59:59+00:00"),
    # Oct 31 is 29, Nov 1 is 30, the very day: it ends in winter time.
    (CALIFORNIA, HOUSE, "Fri 2026-10-02", "2026-11-02T07:59:59+00:00"),
    # Sep 30 is 6, Oct 24 is 30. In Nuuk that day's last hour comes twice; the second one is two hours behind.
    (NUUK, HOUSE, "Thu 2026-09-24", "2026-10-25T01:59:59+00:00"),
    # Jan 31 is 29, Feb 1 is 30, fourteen hours ahead.
    (KIRITIMATI, HOUSE, "Fri 2026-01-02", "2026-02-01T09:59:59+00:00"),
]


@pytest.mark.parametrize(("calendar", "regime", "received", "due"), UTC_CASES)
def test_the_last_second_of_the_day_knows_summer_time(
    calendar: Calendar, regime: Regime, received: str, due: str
) -> None:
    assert calendar.deadlines(regime, moment(calendar, received)).due_at == datetime.fromisoformat(due)


EXTENDED_CASES = [
    # Three months from receipt: no 31 Apr, so the 30th; not 28 Feb + two months.
    (BERLIN, GDPR, "Sat 2026-01-31", "Thu 2026-04-30"),
    # No 30 Feb 2027: the 28th, a Sunday.
    (BERLIN, GDPR, "Mon 2026-11-30", "Mon 2027-03-01"),
    # No 30 Feb 2028: the leap day.
    (BERLIN, GDPR, "Tue 2027-11-30", "Tue 2028-02-29"),
    # New Year, a Friday.
    (BERLIN, GDPR, "Thu 2026-10-01", "Mon 2027-01-04"),
    # Over the year's end to a plain Monday.
    (BERLIN, GDPR, "Sun 2026-11-15", "Mon 2027-02-15"),
    # 26 Mar 2027 is Good Friday (Easter 28 Mar): Tuesday.
    (BERLIN, GDPR, "Sat 2026-12-26", "Tue 2027-03-30"),
    # Dec 31 is 45, Jan 31 is 76, Feb 14 is 90: a Sunday, kept.
    (CALIFORNIA, CCPA, "Mon 2026-11-16", "Sun 2027-02-14"),
    # Jan 31 is 30, Feb 29 is 59, Mar 31 is 90: Cesar Chavez Day, kept.
    (CALIFORNIA, CCPA, "Sat 2028-01-01", "Fri 2028-03-31"),
    # Jan 1 is 30, Jan 31 is 60: a Sunday, kept.
    (CALIFORNIA, HOUSE, "Wed 2026-12-02", "Sun 2027-01-31"),
]


@pytest.mark.parametrize(("calendar", "regime", "received", "due"), EXTENDED_CASES)
def test_an_extension_counts_from_receipt(calendar: Calendar, regime: Regime, received: str, due: str) -> None:
    assert calendar.extension_allowed(regime)
    assert is_end_of(calendar, calendar.extended(regime, moment(calendar, received)), due)


def test_an_opt_out_is_never_extended() -> None:
    assert not CALIFORNIA.extension_allowed(OPT_OUT)
    with pytest.raises(IllegalTransition):
        CALIFORNIA.extended(OPT_OUT, moment(CALIFORNIA, "Mon 2026-06-01"))


PAUSED_CASES = [
    # Two days: Monday to Wednesday.
    (BERLIN, "Mon 2026-02-16", "Tue 2026-01-20 10:00", "Thu 2026-01-22 10:00", "Wed 2026-02-18"),
    # Five days: a Saturday, so Monday.
    (BERLIN, "Mon 2026-02-16", "Tue 2026-01-20 10:00", "Sun 2026-01-25 10:00", "Mon 2026-02-23"),
    # 23 hours are no day.
    (BERLIN, "Mon 2026-02-16", "Tue 2026-01-20 10:00", "Wed 2026-01-21 09:00", "Mon 2026-02-16"),
    # Two days and a half are two.
    (BERLIN, "Mon 2026-02-16", "Tue 2026-01-20 10:00", "Thu 2026-01-22 22:00", "Wed 2026-02-18"),
    # Noon to noon over the change to summer time: 23 hours, but a day. 11 Apr is a Saturday.
    (BERLIN, "Fri 2026-04-10", "Sat 2026-03-28 12:00", "Sun 2026-03-29 12:00", "Mon 2026-04-13"),
    # Over the change to winter time 24½ hours pass until 11:30, but no day.
    (BERLIN, "Tue 2026-11-10", "Sat 2026-10-24 12:00", "Sun 2026-10-25 11:30", "Tue 2026-11-10"),
    # Fourteen days: New Year, a Friday, so Monday.
    (BERLIN, "Fri 2026-12-18", "Mon 2026-11-30 09:00", "Mon 2026-12-14 09:00", "Mon 2027-01-04"),
    # Two days: Good Friday, so Tuesday after Easter.
    (BERLIN, "Wed 2026-04-01", "Mon 2026-03-16 09:00", "Wed 2026-03-18 09:00", "Tue 2026-04-07"),
    # One day over 28 Feb of a leap year: the 29th.
    (BERLIN, "Mon 2028-02-28", "Tue 2028-02-01 09:00", "Wed 2028-02-02 09:00", "Tue 2028-02-29"),
]


@pytest.mark.parametrize(("calendar", "due", "held_from", "held_until", "moved"), PAUSED_CASES)
def test_gdprs_clock_stands_still(calendar: Calendar, due: str, held_from: str, held_until: str, moved: str) -> None:
    due_at = moment(calendar, f"{due} 23:59") + timedelta(seconds=59)
    moments = (due_at, moment(calendar, held_from), moment(calendar, held_until))
    stored = (at.astimezone(timezone.utc) for at in moments)
    assert is_end_of(calendar, calendar.paused(GDPR, *stored), moved)


@pytest.mark.parametrize("regime", [CCPA, OPT_OUT, HOUSE])
def test_no_other_clock_does(regime: Regime) -> None:
    due_at = CALIFORNIA.deadlines(regime, moment(CALIFORNIA, "Mon 2026-06-01")).due_at
    held = (moment(CALIFORNIA, "Tue 2026-06-02"), moment(CALIFORNIA, "Tue 2026-06-09"))
    assert not CALIFORNIA.pauses(regime)
    assert CALIFORNIA.paused(regime, due_at, *held) == due_at
    assert CALIFORNIA.pauses(GDPR)


def test_a_moment_needs_a_time_zone() -> None:
    naive = datetime(2026, 6, 1, 12)  # noqa: DTZ001 - the point
    aware = moment(BERLIN, "Mon 2026-06-01")
    for regime in Regime:
        with pytest.raises(ValueError, match="time zone"):
            BERLIN.deadlines(regime, naive)
    with pytest.raises(ValueError, match="time zone"):
        BERLIN.extended(GDPR, naive)
    with pytest.raises(ValueError, match="time zone"):
        BERLIN.paused(GDPR, aware, aware, naive)


def test_a_hold_ends_after_it_begins() -> None:
    due_at = moment(BERLIN, "Wed 2026-07-01")
    with pytest.raises(ValueError, match="hold"):
        BERLIN.paused(GDPR, due_at, moment(BERLIN, "Tue 2026-06-02"), moment(BERLIN, "Mon 2026-06-01"))


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2045, 12, 31), timezones=st.just(timezone.utc))  # noqa: DTZ001
CALENDARS = st.sampled_from([BERLIN, MUNICH, CALIFORNIA, UNITED_STATES, NUUK, KIRITIMATI])
REGIMES = st.sampled_from(list(Regime))


@settings(deadline=None)
@given(CALENDARS, REGIMES, MOMENTS)
def test_nothing_is_due_before_it_came(calendar: Calendar, regime: Regime, received_at: datetime) -> None:
    deadlines = calendar.deadlines(regime, received_at)
    assert deadlines.due_at > received_at
    if deadlines.acknowledge_by is not None:
        assert received_at < deadlines.acknowledge_by < deadlines.due_at


@settings(deadline=None)
@given(CALENDARS, REGIMES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_who_came_first_is_due_first(
    calendar: Calendar, regime: Regime, received_at: datetime, later: timedelta
) -> None:
    first, second = (calendar.deadlines(regime, at) for at in (received_at, received_at + later))
    assert first.due_at <= second.due_at
    if first.acknowledge_by is not None and second.acknowledge_by is not None:
        assert first.acknowledge_by <= second.acknowledge_by


@settings(deadline=None)
@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_gdpr_always_ends_on_a_working_day(calendar: Calendar, received_at: datetime, held: timedelta) -> None:
    due_at = calendar.deadlines(GDPR, received_at).due_at
    moved = calendar.paused(GDPR, due_at, received_at, received_at + held)
    assert moved >= due_at
    for at in (due_at, calendar.extended(GDPR, received_at), moved):
        assert calendar.days.is_working_day(at.astimezone(calendar.zone).date())


@settings(deadline=None)
@given(CALENDARS, st.sampled_from([GDPR, CCPA, HOUSE]), MOMENTS)
def test_an_extension_gives_more_time(calendar: Calendar, regime: Regime, received_at: datetime) -> None:
    assert calendar.extended(regime, received_at) > calendar.deadlines(regime, received_at).due_at


@pytest.mark.parametrize("country", ["", "XX", "us", "USA", "Atlantis", "date"])
def test_an_unknown_country_is_refused_by_name(country: str) -> None:
    with pytest.raises(ConfigurationError, match="HOLIDAYS_COUNTRY"):
        PublicHolidays(country)


@pytest.mark.parametrize(("country", "subdivision"), [("DE", "XX"), ("US", "Berlin"), ("MC", "X")])
def test_an_unknown_subdivision_is_refused_by_name(country: str, subdivision: str) -> None:
    with pytest.raises(ConfigurationError, match="HOLIDAYS_SUBDIVISION"):
        PublicHolidays(country, subdivision)
