"""The site's accounts over signed HTTPS; the API is described in docs/connector.openapi.yaml."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Mapping
from urllib.parse import quote

from bot.domain.errors import SiteRefused, SiteUnavailable
from bot.domain.site import SiteProfile, SiteReceipt, is_account_id
from bot.services.ports import Clock, Randomness
from bot.site import wire
from bot.site.exchange import Exchange
from bot.site.signing import WINDOW

MAX_ANSWER = 256 * 1024
MAX_EXPORT = 32 * 1024 * 1024
UNKNOWN, ERASED = "unknown_account", "account_erased"


class HttpSite:
    """`services.site.Site` at the site's own system.

    Args:
        clock: for the moment of an erasure that had nothing to erase, and to compare with the site's.
        random: keys for calls that have none of their own.
    """

    def __init__(self, exchange: Exchange, clock: Clock, random: Randomness) -> None:
        self._exchange = exchange
        self._clock = clock
        self._random = random

    @property
    def external(self) -> bool:
        """See Site."""
        return True

    async def check_sign_in(self, email: str, password: str) -> SiteProfile | None:
        """See Site. The key makes a retry count as the same attempt where the site counts wrong passwords."""
        body = _json({"email": email, "password": password})
        found = await self._find("POST", "/v1/sign-in", body, key=f"sign-in:{self._random.id()}")
        return _about(found, email=email)

    async def profile(self, account_id: str) -> SiteProfile | None:
        """See Site."""
        if not is_account_id(account_id):
            return None
        return _about(await self._find("GET", _account(account_id)), account_id=account_id)

    async def profile_by_email(self, email: str) -> SiteProfile | None:
        """See Site. The address goes in the body, so that it stands in nobody's access log."""
        return _about(await self._find("POST", "/v1/accounts/lookup", _json({"email": email})), email=email)

    async def apply_setting(self, account_id: str, setting: str, value: bool, at: datetime, key: str) -> None:
        """See Site."""
        path = f"{_account(account_id)}/settings/{quote(setting, safe='')}"
        await self._read("PUT", path, _json({"value": value, "at": at.isoformat()}), key=key)

    async def correct(self, account_id: str, field: str, value: str, at: datetime, key: str) -> None:
        """See Site."""
        path = f"{_account(account_id)}/details/{quote(field, safe='')}"
        await self._read("PUT", path, _json({"value": value, "at": at.isoformat()}), key=key)

    async def erase(self, account_id: str, key: str) -> SiteReceipt:
        """See Site."""
        try:
            return wire.receipt(await self._read("POST", f"{_account(account_id)}/erasure", b"{}", key=key))
        except SiteRefused as refusal:
            if refusal.code in (UNKNOWN, ERASED):
                return SiteReceipt(refusal.code, self._clock.now())
            raise

    async def export(self, account_id: str) -> Mapping[str, Any]:
        """See Site."""
        try:
            return wire.export(await self._read("GET", f"{_account(account_id)}/export", largest=MAX_EXPORT))
        except SiteRefused as refusal:
            if refusal.code in (UNKNOWN, ERASED):
                return {}
            raise

    async def ping(self) -> str:
        """See Site. A clock that runs away is found before signatures are refused."""
        answer = await self._read("GET", "/v1/health")
        apart = abs((wire.moment(answer, "time") - self._clock.now()).total_seconds())
        if apart > WINDOW / 2:
            raise SiteUnavailable(f"its clock and ours are {apart:.0f} s apart; signatures are good for {WINDOW} s")
        return f"answers at {self._exchange.url}, clocks {apart:.0f} s apart"

    async def close(self) -> None:
        """See Site."""
        await self._exchange.close()

    async def _find(self, method: str, path: str, body: bytes = b"", key: str = "") -> SiteProfile | None:
        """Nobody who only asks can be refused for good: a refusal without meaning here is the site's fault."""
        try:
            return wire.account(await self._read(method, path, body, key=key))
        except SiteRefused as refusal:
            if refusal.code in (UNKNOWN, ERASED):
                return None
            raise SiteUnavailable(str(refusal)) from None

    async def _read(
        self, method: str, path: str, body: bytes = b"", *, key: str = "", largest: int = MAX_ANSWER
    ) -> Mapping[str, Any]:
        return wire.json_object(await self._exchange.call(method, path, body, key=key, largest=largest))


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body).encode()


def _account(account_id: str) -> str:
    if not is_account_id(account_id):
        raise SiteRefused(UNKNOWN)
    return f"/v1/accounts/{account_id}"


def _about(profile: SiteProfile | None, *, email: str = "", account_id: str = "") -> SiteProfile | None:
    """Refuses an answer about somebody else: on it a person would be signed in to a stranger's account."""
    if profile is not None and (email not in ("", profile.email) or account_id not in ("", profile.id)):
        raise SiteUnavailable("it answered with another account than the one asked for")
    return profile
