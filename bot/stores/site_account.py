"""The account in the site's own system, where that is where accounts live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.erasure import Person
from bot.domain.errors import SiteRefused, SiteUnavailable
from bot.services.site import Site


@dataclass(frozen=True)
class SiteAccount:
    """Erased through the connector; the site knows a repetition by its key."""

    site: Site

    name = "site"
    title = "Your account in the website's own system"

    async def count(self, person: Person) -> int | None:
        """Only the site knows."""
        return None

    async def export(self, person: Person) -> Sequence[Mapping[str, Any]]:
        """See ports.RemoteStore. Raises OSError when the site cannot answer."""
        if person.account_id is None:
            return []
        try:
            held = await self.site.export(person.account_id)
        except (SiteRefused, SiteUnavailable) as error:
            raise OSError(str(error)) from error
        return [{"record": "site", **held}] if held else []

    async def erase(self, person: Person, key: str) -> int | None:
        """See ports.RemoteStore. Raises OSError when the site cannot or will not; people have to look at a refusal."""
        if person.account_id is None:
            return 0
        try:
            await self.site.erase(person.account_id, key)
        except (SiteRefused, SiteUnavailable) as error:
            raise OSError(str(error)) from error
        return None
