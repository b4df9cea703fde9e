"""The public holidays of a country, from the `holidays` library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from bot.domain.errors import ConfigurationError

SATURDAY = 5


@dataclass(frozen=True)
class PublicHolidays:
    """See deadlines.WorkingDays: Monday to Friday, without public holidays and the days given instead of them.

    Attributes:
        country: ISO 3166-1 alpha-2, for example `DE`.
        subdivision: the second half of ISO 3166-2, for example `BE` for Berlin; empty: what the whole country keeps.

    Raises:
        ConfigurationError: the library does not know the place.
    """

    country: str
    subdivision: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]{2}", self.country):
            raise ConfigurationError(f"HOLIDAYS_COUNTRY: {self.country!r} is not two capitals, such as DE")
        try:
            known = holidays.country_holidays(self.country).subdivisions
        except NotImplementedError:
            raise ConfigurationError(f"HOLIDAYS_COUNTRY: no holidays are known for {self.country!r}") from None
        try:
            holidays.country_holidays(self.country, subdiv=self.subdivision or None)
        except NotImplementedError:
            raise ConfigurationError(
                f"HOLIDAYS_SUBDIVISION: {self.country} has no {self.subdivision!r}; "
                f"known are {', '.join(known) or 'none, leave it empty'}"
            ) from None

    def is_working_day(self, day: date) -> bool:
        """See deadlines.WorkingDays."""
        return day.weekday() < SATURDAY and day not in _of_year(self.country, self.subdivision, day.year)


@lru_cache(maxsize=256)
def _of_year(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year, expand=False))
