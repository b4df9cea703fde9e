"""Who is connected to which conversation, and whose turn it is."""

from __future__ import annotations

import asyncio
from typing import Any, Mapping
from weakref import WeakValueDictionary

from aiohttp import web

SEND_WITHIN = 5.0
"""Seconds one tab may hold up the others."""
IDENTITY_CHANGED = 4401
"""Close code: the token this socket came with is void."""


class Socket:
    """One open tab."""

    def __init__(self, transport: web.WebSocketResponse) -> None:
        self.transport = transport

    async def send(self, frame: Mapping[str, Any]) -> None:
        """Sends a frame; a connection that has gone away, or that nobody reads from, is not an error."""
        if self.transport.closed:
            return
        try:
            await asyncio.wait_for(self.transport.send_json(frame), SEND_WITHIN)
        except (ConnectionError, asyncio.TimeoutError):
            return

    async def close(self, code: int, reason: str) -> None:
        """Says goodbye."""
        await self.transport.close(code=code, message=reason.encode())

    async def dismiss(self) -> None:
        """Tells the tab that its token is void, in words of its own: a close code can get lost on the way."""
        await self.send({"type": "moved"})
        await self.close(IDENTITY_CHANGED, "identity changed")


class Room:
    """One conversation while somebody is connected to it or a turn runs in it."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.sockets: set[Socket] = set()

    async def send(self, frame: Mapping[str, Any]) -> None:
        """Sends a frame to every tab."""
        await asyncio.gather(*(socket.send(frame) for socket in tuple(self.sockets)))

    async def dismiss(self, *, but: Socket | None = None) -> None:
        """Closes every tab whose token is void. They may reconnect with a new one; a stranger has none."""
        others = [socket for socket in self.sockets if socket is not but]
        self.sockets.difference_update(others)
        await asyncio.gather(*(socket.dismiss() for socket in others))


class Rooms:
    """Rooms by conversation id; a room lives as long as anybody holds it."""

    def __init__(self) -> None:
        self._rooms: WeakValueDictionary[str, Room] = WeakValueDictionary()

    def of(self, conversation_id: str) -> Room:
        """The room of a conversation."""
        room = self._rooms.get(conversation_id)
        if room is None:
            room = self._rooms[conversation_id] = Room()
        return room

    async def close(self) -> None:
        """Closes every socket when the process ends; clients come back by themselves."""
        sockets = [socket for room in tuple(self._rooms.values()) for socket in room.sockets]
        await asyncio.gather(*(socket.close(1001, "restarting") for socket in sockets))
