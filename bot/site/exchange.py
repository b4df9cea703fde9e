"""One signed call to the site: time limits, retries with back-off, circuit breaker, and what its statuses mean."""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from typing import Awaitable, Callable

import aiohttp
from yarl import URL

from bot.domain.errors import ConfigurationError, SiteRefused, SiteUnavailable
from bot.services.ports import Clock, Randomness
from bot.site import wire
from bot.site.breaker import CircuitBreaker
from bot.site.signing import Call, headers

POOL = 16
CONNECT_TIMEOUT = 2.0
ATTEMPTS = 3
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
"""Seconds; where the site asks for more, the call fails at once and the worker comes back later."""
MAX_REFUSAL = 16 * 1024
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_REFUSING = frozenset({400, 404, 409, 410, 413, 422})


class _Passing(SiteUnavailable):
    """Worth another attempt within the same call: every call is safe to repeat, by its nature or by its key."""


class Exchange:
    """The pooled, signed line to one site. Its session is made on first use, inside the running loop.

    Args:
        url: of the API, prefix included.
        secret: shared with the site.
        timeout: seconds for one attempt; one that used them up is not repeated at once.
        ca: file with the certificates to trust in place of the system's, or empty.
        sleep, monotonic, jitter: the passing of time, and a number from 0 to 1.

    Raises:
        ConfigurationError: the file is not there or not readable as certificates.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        timeout: float,
        ca: str,
        clock: Clock,
        random: Randomness,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = secrets.SystemRandom().random,
    ) -> None:
        self.url = url.rstrip("/")
        self.breaker = CircuitBreaker(monotonic)
        self._secret = secret
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(CONNECT_TIMEOUT, timeout))
        self._trust = _trust(ca)
        self._clock, self._random = clock, random
        self._sleep, self._jitter = sleep, jitter
        self._session: aiohttp.ClientSession | None = None

    async def call(self, method: str, path: str, body: bytes, *, key: str, largest: int) -> bytes:
        """The body of a good answer, of at most `largest` bytes.

        Raises:
            SiteRefused: a refusal in the agreed shape that no repetition would change.
            SiteUnavailable: anything else; it may be tried again later.
        """
        for attempt in range(1, ATTEMPTS):
            try:
                return await self._attempt(method, path, body, key, largest)
            except _Passing as error:
                if error.retry_after > LONGEST_PAUSE or self.breaker.open:
                    raise
                grown = min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE)
                await self._sleep(max(error.retry_after, grown * (0.5 + self._jitter() / 2)))
        return await self._attempt(method, path, body, key, largest)

    async def close(self) -> None:
        """Closes the pooled connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _attempt(self, method: str, path: str, body: bytes, key: str, largest: int) -> bytes:
        self.breaker.enter()
        try:
            answer = await self._send(method, path, body, key, largest)
        except SiteRefused:
            self.breaker.succeeded()
            raise
        except SiteUnavailable:
            self.breaker.failed()
            raise
        except asyncio.TimeoutError:
            self.breaker.failed()
            raise SiteUnavailable(f"no answer within {self._timeout.total:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            self.breaker.failed()
            raise _Passing(f"cannot be reached ({type(error).__name__})") from None
        except BaseException:
            self.breaker.abandoned()
            raise
        self.breaker.succeeded()
        return answer

    async def _send(self, method: str, path: str, body: bytes, key: str, largest: int) -> bytes:
        url = URL(self.url + path, encoded=True)
        stamp = int(self._clock.now().timestamp())
        signed = headers(self._secret, Call(method, url.raw_path_qs, stamp, self._random.id(), key, body))
        plain = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if body:
            plain["Content-Type"] = "application/json"
        async with self._http().request(
            method, url, data=body or None, headers={**plain, **signed}, allow_redirects=False
        ) as response:
            if response.status == 200:
                return await _bounded(response, largest)
            raise _failure(response, await _bounded(response, MAX_REFUSAL))

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=POOL, ssl=self._trust)
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                trust_env=False,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _bounded(response: aiohttp.ClientResponse, largest: int) -> bytes:
    raw = bytearray()
    async for chunk in response.content.iter_any():
        raw += chunk
        if len(raw) > largest:
            raise SiteUnavailable(f"its answer is longer than {largest} bytes")
    return bytes(raw)


def _failure(response: aiohttp.ClientResponse, raw: bytes) -> Exception:
    """What a status other than 200 means. A 4xx that is not in the agreed shape is not from the site's program."""
    status = response.status
    code = wire.refusal(raw) if status in _REFUSING else None
    if code is not None:
        return SiteRefused(code)
    if status in (401, 403):
        return SiteUnavailable(f"it does not take our signature ({status}); compare secrets and clocks")
    kind = _Passing if status in _PASSING else SiteUnavailable
    return kind(f"it answered {status}", _retry_after(response.headers.get("Retry-After", "")))


def _retry_after(value: str) -> float:
    """Seconds; the other form, a date, is not in the API."""
    return min(float(value), 86400.0) if value.isascii() and value.isdigit() else 0.0


def _trust(ca: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca or None)
    except (OSError, ssl.SSLError):
        raise ConfigurationError(f"SITE_API_CA does not name a file of certificates: {ca}") from None
