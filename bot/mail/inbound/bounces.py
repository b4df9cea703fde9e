"""Delivery reports: which address could not be reached, and whether it ever will be (RFC 3464, RFC 3463)."""

from __future__ import annotations

import re
from email import message_from_string
from email.message import Message

from bot.domain.mail import Bounce
from bot.mail.inbound.body import children
from bot.mail.inbound.charsets import decode
from bot.mail.inbound.headers import Headers, addresses

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_TYPED = re.compile(r"^[^;]{0,40};")
_MAX_PARTS = 50


def bounce(message: Message) -> Bounce | None:
    """What a delivery report says about the first address that failed, or None when it is not such a report."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    recipient = status = ""
    originals: tuple[str, ...] = ()
    for part in _leaves(message):
        headers = Headers(part)
        if "action" in headers and not recipient and headers.raw("action").strip().lower() != "delivered":
            final = headers.raw("final-recipient") or headers.raw("original-recipient")
            found = addresses(_TYPED.sub("", final))
            code = _STATUS.search(headers.raw("status"))
            recipient, status = (found[0] if found else "", code.group() if code else "")
        elif part is not message and "message-id" in headers:
            originals += headers.ids("message-id")
    return Bounce(recipient, status, originals) if recipient and status else None


def _leaves(message: Message) -> list[Message]:
    """The parts that can say something: fields of the report, and the head of what was sent."""
    found: list[Message] = []
    waiting = list(reversed(children(message)))
    while waiting and len(found) < _MAX_PARTS:
        part = waiting.pop()
        found.append(part)
        if part.get_content_type() == "text/rfc822-headers":
            found += _headers_as_message(part)
        waiting += reversed(children(part))
    return found


def _headers_as_message(part: Message) -> list[Message]:
    content = part.get_payload(decode=True)
    return [message_from_string(decode(content[:20_000], None))] if isinstance(content, bytes) else []
