"""Request bodies: small JSON objects with text in them."""

from __future__ import annotations

import json
from typing import Any, Mapping

from aiohttp import web

from bot.domain.errors import InvalidInput

MAX_BODY = 128 * 1024
"""Bytes; room for a message that is far too long to be told so kindly."""


async def json_object(request: web.Request) -> Mapping[str, Any]:
    """The body; an absent one counts as empty.

    Raises:
        InvalidInput: it is not a JSON object.
    """
    raw = await request.read()
    return parse_object(raw) if raw else {}


def parse_object(raw: str | bytes) -> Mapping[str, Any]:
    """A JSON object. Raises InvalidInput."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidInput("That request was not readable.") from None
    if not isinstance(body, dict):
        raise InvalidInput("That request was not readable.")
    return body


def text_field(body: Mapping[str, Any], name: str, limit: int) -> str:
    """A text of at most `limit` characters. Raises InvalidInput."""
    value = body.get(name)
    if not isinstance(value, str):
        raise InvalidInput("A part of that request is missing.")
    if len(value) > limit:
        raise InvalidInput("A part of that request is too long.")
    return value


def after(value: Any) -> int:
    """The number of the last message a client has. Raises InvalidInput."""
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise InvalidInput("That request was not readable.") from None
    return min(max(number, 0), 2**31 - 1)
