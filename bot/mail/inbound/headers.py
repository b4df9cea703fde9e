"""Header fields as text, addresses and Message-IDs. Nothing here raises, whatever the bytes were."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.message import Message

from bot.domain.accounts import is_email
from bot.domain.identity import normalise_email
from bot.mail.inbound.charsets import decode

MAX_FIELDS = 500
MAX_VALUE = 20_000
MAX_IDS = 50
OUR_NAMESPACE = "x-desk-"
"""Only our own servers may speak in it, so what arrives with it is dropped unread."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{1,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t]+(=\?)")
_ID = re.compile(r"<([!-;=?-~]{1,250})>")
_ANGLE = re.compile(r"<([^<>]*)>")


class Headers:
    """The fields of one message or part, in order, by lower-case name; ours are left out."""

    def __init__(self, message: Message) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in list(message.raw_items())[:MAX_FIELDS]:
            key = name.strip().lower()
            if not key.startswith(OUR_NAMESPACE):
                self._fields.setdefault(key, []).append(str(value)[:MAX_VALUE])

    def all(self, name: str) -> list[str]:
        """The raw values of a field, first one first."""
        return self._fields.get(name, [])

    def raw(self, name: str) -> str:
        """The first raw value, or nothing."""
        return next(iter(self.all(name)), "")

    def text(self, name: str) -> str:
        """The first value as a person reads it (RFC 2047), on one line."""
        return decoded(self.raw(name))

    def addresses(self, *names: str) -> tuple[str, ...]:
        """The addresses in these fields, normalised, each once."""
        found = [address for name in names for value in self.all(name) for address in addresses(value)]
        return tuple(dict.fromkeys(found))

    def ids(self, *names: str) -> tuple[str, ...]:
        """The Message-IDs in these fields, in order, each once."""
        found = [match for name in names for value in self.all(name) for match in _ID.findall(value)]
        return tuple(dict.fromkeys(found))[-MAX_IDS:]

    def has_prefix(self, prefix: str) -> bool:
        """Whether any field's name starts so."""
        return any(name.startswith(prefix) for name in self._fields)

    def __contains__(self, name: str) -> bool:
        return name in self._fields


def decoded(value: str) -> str:
    """A raw value with its encoded words read and everything unprintable gone; broken words stay as they are.

    >>> decoded("=?utf-8?q?Gr=C3=BC=C3=9Fe?=\\r\\n =?utf-8?b?8J+Zgg==?=")
    'Grüße🙂'
    """
    text = decode(value.encode("utf-8", "surrogateescape"), None)
    text = _BETWEEN.sub(r"\1\2", " ".join(text.split()))
    return " ".join(_CONTROL.sub(" ", _WORD.sub(_word, text)).split())


def _word(match: re.Match[str]) -> str:
    charset, encoding, payload = match.groups()
    try:
        if encoding in "bB":
            data = base64.b64decode(payload + "=" * (-len(payload) % 4))
        else:
            data = quopri.decodestring(payload.replace("_", " ").encode("ascii", "replace"), header=False)
    except (binascii.Error, ValueError):
        return match.group()
    return decode(data, charset)


def addresses(value: str) -> tuple[str, ...]:
    """The addresses in a raw value, normalised. What stands in quotes, comments or display names is not one.

    >>> addresses('"boss@bank.example" <eve@example.com>, Bob <bob@example.com>')
    ('eve@example.com', 'bob@example.com')
    """
    bare = _without_quotes(" ".join(_CONTROL.sub(" ", value).split()))
    found = []
    for part in bare.split(","):
        angles = _ANGLE.findall(part)
        address = normalise_email(angles[-1] if angles else part)
        if is_email(address) and ";" not in address:
            found.append(address)
    return tuple(dict.fromkeys(found))


def _without_quotes(value: str) -> str:
    """`value` without quoted strings and comments (RFC 5322 §3.2.2, §3.2.4), in one pass."""
    kept: list[str] = []
    quoted, depth, escaped = False, 0, False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\" and (quoted or depth):
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif char == "(" and not quoted:
            depth += 1
        elif char == ")" and depth and not quoted:
            depth -= 1
        elif not quoted and not depth:
            kept.append(char)
    return "".join(kept)
