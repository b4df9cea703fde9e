"""How often a stranger may do what costs us something or could be guessed.

These limits are about volume. What protects a secret for good is counted in the database: wrong passwords, tries of a
code, codes per mailbox.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import math
import time
from collections.abc import Mapping
from typing import Any

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from bot.domain.errors import ConfigurationError, TooManyAttempts

RULES: Mapping[str, str] = {
    "messages_per_conversation": "40/minute; 600/hour",
    "messages_per_address": "120/minute; 2000/hour",
    "sessions_per_address": "30/minute; 300/hour",
    "sign_ins_per_address": "20/minute; 100/hour",
    "sign_ins_per_account": "10 per 15 minutes; 50/day",
    "codes_per_address": "10 per 10 minutes; 40/day",
    "code_tries_per_address": "30 per 10 minutes; 200/day",
    "host_tokens_per_address": "30/minute",
    "links_per_address": "30/minute",
}
"""Moving windows; all windows of a rule must have room."""

_REDIS_SECONDS = 1.0
_REDIS_PAUSE = 30.0
"""Seconds without trying Redis again after it failed."""

log = logging.getLogger(__name__)


class Limiter:
    """Counts in this process, or in Redis for all processes together; may be shared between threads.

    When Redis cannot be reached each process counts for itself until it is back: limits then are per process, and
    nobody is locked out.

    Args:
        redis_url: `redis://…`, or empty for counting in memory.
        rules: limit strings by rule name.
    """

    def __init__(self, redis_url: str = "", rules: Mapping[str, str] = RULES) -> None:
        self._rules: dict[str, list[RateLimitItem]] = {name: parse_many(text) for name, text in rules.items()}
        self._local = _Counter(MemoryStorage())
        self._shared = _redis(redis_url) if redis_url else None
        self._skip_redis_until = -math.inf

    def hit(self, rule: str, *keys: str) -> None:
        """Counts one event of `rule` for `keys`.

        Raises:
            TooManyAttempts: there is no room; the event was not let through.
            KeyError: there is no such rule.
        """
        # Hashed: Redis then holds no addresses of people, and a key has one length whatever was sent.
        key = hashlib.sha256(repr(keys).encode("utf-8", "backslashreplace")).hexdigest()
        windows = self._rules[rule]
        if self._shared is not None and time.monotonic() >= self._skip_redis_until:
            try:
                self._shared.hit(windows, rule, key)
            except RedisError as error:
                self._skip_redis_until = time.monotonic() + _REDIS_PAUSE
                log.warning("Redis does not answer (%s); counting limits in memory", type(error).__name__)
            else:
                return
        self._local.hit(windows, rule, key)


def network(address: str) -> str:
    """What to count an IP address under: an IPv6 customer has a whole /64, so the addresses in it are one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip.packed, 64), strict=False))


class _Counter:
    """Moving windows in one storage; the library itself holds the storage only weakly."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._limiter = MovingWindowRateLimiter(storage)

    def hit(self, windows: list[RateLimitItem], rule: str, key: str) -> None:
        for window in windows:
            if not self._limiter.hit(window, rule, key):
                reset_at, _ = self._limiter.get_window_stats(window, rule, key)
                raise TooManyAttempts(max(1, math.ceil(reset_at - time.time())))


def _redis(url: str) -> _Counter:
    options: dict[str, Any] = {"socket_connect_timeout": _REDIS_SECONDS, "socket_timeout": _REDIS_SECONDS}
    try:
        return _Counter(RedisStorage(url, **options))
    except (ValueError, RedisError):
        raise ConfigurationError("REDIS_URL must look like redis://host:6379/0.") from None
