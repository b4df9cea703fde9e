"""The words of a message, and the list of what else it carries. Attachments are counted and never opened."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email.message import Message

from bot.domain.mail import Attachment
from bot.mail.inbound.charsets import decode
from bot.mail.inbound.headers import decoded
from bot.mail.inbound.html import text_of

MAX_TEXT = 100_000
"""Characters of words that are kept."""
MAX_PARTS = 1_000
MAX_LISTED = 20
WANTED_COUNT = 10
WANTED_SIZE = 5 * 1024 * 1024
_UNWANTED = re.compile(
    r"\.(?:exe|scr|com|bat|cmd|pif|js|jse|vbs?|vbe|wsf|hta|ps1|msi|jar|lnk|iso|img|dll|docm|xlsm|pptm|html?|zip|rar|7z|gz)$",
    re.IGNORECASE,
)
_STUB = re.compile(
    r"^\W*(?:this (?:is an? )?(?:e-?mail|message)|your (?:e-?mail|mail) client)\b.{0,120}\bhtml\b", re.I | re.S
)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Body:
    """What the parts of a message come to.

    Attributes:
        text: plain text where there is any, else the HTML as text.
        complete: False when there were more parts than are looked at.
    """

    text: str
    attachments: tuple[Attachment, ...]
    complete: bool


def read(message: Message) -> Body:
    """Reads inline text and lists the rest; looks at MAX_PARTS parts and never inside an attached message."""
    plain: list[str] = []
    rich: list[str] = []
    listed: list[Attachment] = []
    waiting, seen = [message], 0
    while waiting and seen < MAX_PARTS:
        part = waiting.pop()
        seen += 1
        kind = part.get_content_type()
        if part.is_multipart() and kind != "message/rfc822":
            waiting += reversed(children(part))
        elif _is_attachment(part, kind):
            if len(listed) < MAX_LISTED:
                listed.append(_listed(part, kind, len(listed)))
        elif kind == "text/html":
            rich.append(_text(part))
        else:
            plain.append(_text(part))
    words = "\n\n".join(text.strip() for text in plain if text.strip())
    if rich and (not words or _STUB.match(words)):
        words = text_of("\n".join(rich)) or words
    return Body(_clean(words), tuple(listed), complete=not waiting)


def _is_attachment(part: Message, kind: str) -> bool:
    disposition = str(part.get("content-disposition", "")).partition(";")[0].strip().lower()
    words = kind.startswith(("text/", "multipart/")) and kind not in ("text/calendar", "text/rfc822-headers")
    return disposition == "attachment" or not words


def children(message: Message) -> list[Message]:
    """The parts of a multipart message; none of any other."""
    payload = message.get_payload() if message.is_multipart() else []
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _text(part: Message) -> str:
    charset = part.get_param("charset")
    return decode(_bytes(part)[: 4 * MAX_TEXT], charset if isinstance(charset, str) else None)[: 4 * MAX_TEXT]


def _bytes(part: Message) -> bytes:
    """The decoded content; as it was sent where the encoding is broken."""
    # Else `email` itself would decode it, with any codec Python has.
    del part["content-type"]
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):
        content = None
    if isinstance(content, bytes):
        return content
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _listed(part: Message, kind: str, position: int) -> Attachment:
    name, size = _name(part), _size(part)
    wanted = position < WANTED_COUNT and size <= WANTED_SIZE and not _UNWANTED.search(name)
    return Attachment(name, kind[:100], size, wanted)


def _name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        name = ""
    last = decoded(str(name)[:2000]).replace("\\", "/").rpartition("/")[2].strip()
    return last[:100] or "unnamed"


def _size(part: Message) -> int:
    """Bytes, reckoned from the encoded length, so that nothing is decoded."""
    del part["content-type"]
    payload = "" if part.is_multipart() else part.get_payload()
    if not isinstance(payload, str):
        return 0
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    return len(payload) * 3 // 4 if encoding == "base64" else len(payload)


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\t", " ")
    return _UNPRINTABLE.sub("", text).strip()[:MAX_TEXT]
