"""Tells every open page, in this gateway and its replicas, that something happened in a conversation.

An event is a pointer (which conversation, up to which message, which colleague); what was said stays in the database.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from contextlib import contextmanager
from typing import Any, Iterator, Mapping

from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

CHANNEL = "desk:events"
WAITING = 200
"""Events a slow page may be behind; older ones are dropped, and the next one makes the page catch up."""
_PAUSE = 5.0
"""Seconds before Redis is tried again."""

Event = Mapping[str, Any]


class Bus:
    """Events by this gateway go to its own pages at once, and through Redis to those of the others.

    Args:
        redis_url: `redis://…`, or empty where there is one gateway.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._redis: Any = Redis.from_url(redis_url, socket_connect_timeout=1.0) if redis_url else None
        self._queues: set[asyncio.Queue[Event]] = set()
        self._me = secrets.token_hex(8)

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[Event]]:
        """A queue of every event from now on; one that came from a replica has `remote`."""
        queue: asyncio.Queue[Event] = asyncio.Queue(WAITING)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    async def publish(self, **event: Any) -> None:
        """Tells everybody. A Redis that does not answer is no reason to fail: own pages are told all the same."""
        self._spread(event)
        if self._redis is None:
            return
        try:
            await self._redis.publish(CHANNEL, json.dumps({**event, "by": self._me}))
        except (RedisError, OSError) as error:
            logger.warning("Redis does not answer (%s); replicas were not told", type(error).__name__)

    async def listen(self) -> None:
        """Passes on what replicas publish, until it is cancelled."""
        while self._redis is not None:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(CHANNEL)
                    async for message in subscription.listen():
                        self._take(message)
            except (RedisError, OSError) as error:
                logger.warning("Redis does not answer (%s); trying again", type(error).__name__)
                await asyncio.sleep(_PAUSE)

    async def close(self) -> None:
        """Lets go of Redis."""
        if self._redis is not None:
            await self._redis.close()

    def _take(self, message: Mapping[str, Any]) -> None:
        if message["type"] != "message":
            return
        event = json.loads(message["data"])
        if event.pop("by", None) != self._me:
            self._spread({**event, "remote": True})

    def _spread(self, event: Event) -> None:
        for queue in tuple(self._queues):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)
