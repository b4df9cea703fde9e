"""Partners that got a person's data from us, told by webhook (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.domain.erasure import Person
from bot.services.ports import Clock

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)


@dataclass(frozen=True)
class Partner:
    """One receiver.

    Attributes:
        secret: `whsec_` and base64, shared with the partner.
    """

    partner: str
    url: str
    secret: str
    clock: Clock

    @property
    def name(self) -> str:
        """Unique among the stores."""
        return f"partner-{self.partner}"

    @property
    def title(self) -> str:
        """What it holds, for the person."""
        return f"What our partner {self.partner} got from us"

    async def count(self, person: Person) -> int | None:
        """Only the partner knows."""
        return None

    async def export(self, person: Person) -> Sequence[Mapping[str, Any]]:
        """What they hold is theirs to copy out; that they may hold something is ours to say."""
        return [{"record": "partner", "partner": self.partner}]

    async def erase(self, person: Person, key: str) -> int | None:
        """Sends `person.erase`; the partner knows a repetition by its key. See ports.RemoteStore."""
        await self.send("person.erase", {"account_id": person.account_id, "mailboxes": list(person.mailboxes)}, key)
        return None

    async def send(self, kind: str, data: Mapping[str, Any], key: str) -> None:
        """Posts one event.

        Raises:
            OSError or TimeoutError: no 2xx came back. 404 and 410 are no receipt either: an address that is gone says
                nothing about the data behind it, and people have to look.
        """
        now = self.clock.now()
        body = json.dumps({"type": kind, "timestamp": now.isoformat(), "data": data}, ensure_ascii=False).encode()
        seconds = int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": key,
            "webhook-timestamp": str(seconds),
            "webhook-signature": sign(self.secret, key, seconds, body),
        }
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as session,
            session.post(self.url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            if not 200 <= response.status < 300:
                raise OSError(f"partner {self.partner} answered {response.status}")


@dataclass(frozen=True)
class Partners:
    """All of a deployment's partners."""

    all: tuple[Partner, ...] = ()

    async def opted_out(self, name: str, payload: Mapping[str, Any], key: str) -> bool:
        """Sends `person.opt_out`; False when there is no such partner any more. Raises as Partner.send does."""
        partner = next((partner for partner in self.all if partner.partner == name), None)
        if partner is None:
            return False
        data = {field: payload[field] for field in ("account_id", "mailboxes", "settings")}
        await partner.send("person.opt_out", data, key)
        return True


def sign(secret: str, message_id: str, seconds: int, body: bytes) -> str:
    """The value of `webhook-signature`."""
    signed = b".".join((message_id.encode(), str(seconds).encode(), body))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
