"""What a person granted our Facebook app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.erasure import Person
from bot.services.ports import FacebookGraph


@dataclass(frozen=True)
class FacebookPermission:
    """Withdrawn at Facebook; a deployment without an app has none to withdraw."""

    graph: FacebookGraph

    name = "facebook"
    title = "The permission you gave our Facebook app"

    async def count(self, person: Person) -> int | None:
        """See ports.RemoteStore."""
        return int(person.facebook_user is not None)

    async def export(self, person: Person) -> Sequence[Mapping[str, Any]]:
        """See ports.RemoteStore."""
        return [{"record": "permission", "facebook_user": person.facebook_user}] if person.facebook_user else []

    async def erase(self, person: Person, key: str) -> int | None:
        """See ports.RemoteStore."""
        if person.facebook_user is None:
            return 0
        return int(await self.graph.revoke(person.facebook_user))
