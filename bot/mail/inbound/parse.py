"""One raw message to one `InboundMail`. No input raises anything but `UnreadableMail`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from bot.domain.errors import UnreadableMail
from bot.domain.identity import normalise_email
from bot.domain.mail import InboundMail
from bot.mail.inbound.asks import asks
from bot.mail.inbound.authentication import check
from bot.mail.inbound.automatic import automatic
from bot.mail.inbound.body import Body, read
from bot.mail.inbound.bounces import bounce
from bot.mail.inbound.headers import Headers
from bot.mail.inbound.quotes import cut

MAX_BOUNDARIES = 60
"""Nested multiparts cost time in proportion to depth times lines; no person's client comes near this."""
MAX_HEAD = 256 * 1024
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Reader:
    """Knows which server's word counts and which addresses are ours.

    Attributes:
        authserv_id: of our own mail server (RFC 8601 §2.5); empty: nobody's word counts.
        own: addresses that only we send from.
        max_bytes: longer messages are not read.
    """

    authserv_id: str
    own: frozenset[str]
    max_bytes: int

    def read(self, raw: bytes, envelope_from: str | None = None, delivered_to: Collection[str] = ()) -> InboundMail:
        """The message as what it is.

        Raises:
            UnreadableMail: too large or too deeply nested; says which.
        """
        if len(raw) > self.max_bytes:
            raise UnreadableMail("larger than this inbox takes")
        if raw.lower().count(b"boundary") > MAX_BOUNDARIES:
            raise UnreadableMail("nested too deeply")
        if _head_length(raw) > MAX_HEAD:
            raise UnreadableMail("a header without end")
        try:
            message = message_from_bytes(raw, policy=compat32)
            return self._read(message, envelope_from, delivered_to)
        except (RecursionError, MessageError) as error:
            raise UnreadableMail(type(error).__name__) from None

    def _read(self, message: Message, envelope_from: str | None, delivered_to: Collection[str]) -> InboundMail:
        headers, kind, report = Headers(message), message.get_content_type(), bounce(message)
        body = read(message)
        senders = headers.addresses("from")
        sender = senders[0] if len(senders) == 1 and len(headers.all("from")) == 1 else ""
        subject = headers.text("subject")[:300]
        reply = cut(body.text)
        asked, more = asks(reply, subject)
        parents, chain = headers.ids("in-reply-to"), headers.ids("references")
        delivered = headers.addresses("to", "cc", "delivered-to", "x-original-to", "envelope-to")
        return InboundMail(
            message_id=next(iter(headers.ids("message-id")), ""),
            sender=sender,
            recipients=tuple(dict.fromkeys((*map(normalise_email, delivered_to), *delivered))),
            reply_ids=tuple(dict.fromkeys((*parents, *reversed(chain)))),
            references=chain or parents,
            subject=subject,
            text=body.text,
            reply=reply,
            asks=asked,
            more_asks=more,
            attachments=body.attachments,
            automatic=automatic(headers, envelope_from, sender, self.own, kind),
            quiet=_quiet(headers),
            bounce=report,
            check=check(headers, sender, self.authserv_id),
            defects=_defects(headers, body, len(senders)),
        )


def fingerprint(raw: bytes) -> str:
    """The same for the same mail, however it came: over Message-ID, From and content, as hex.

    Two people may send the same Message-ID, and one mail may be delivered twice; only the second is a repetition.
    """
    headers = Headers(BytesHeaderParser(policy=compat32).parsebytes(raw[:MAX_HEAD]))
    start = _head_length(raw)
    content = raw[start:].replace(b"\r\n", b"\n").strip()
    parts = (headers.raw("message-id").strip(), headers.raw("from").strip(), headers.raw("subject").strip())
    named = "\x00".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.sha256(named + b"\x00" + hashlib.sha256(content).digest()).hexdigest()


def _head_length(raw: bytes) -> int:
    end = _END_OF_HEAD.search(raw)
    return end.start() if end else len(raw)


def _quiet(headers: Headers) -> bool:
    words = {word.strip() for word in headers.raw("x-auto-response-suppress").lower().split(",")}
    return bool(words & {"all", "autoreply"})


def _defects(headers: Headers, body: Body, senders: int) -> tuple[str, ...]:
    found = {
        "no sender that can be used": senders == 0,
        "several senders": senders > 1 or len(headers.all("from")) > 1,
        "no usable Message-ID": not headers.ids("message-id"),
        "too many parts": not body.complete,
        "no words": not body.text,
    }
    return tuple(name for name, holds in found.items() if holds)
