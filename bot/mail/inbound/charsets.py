"""Bytes to text, with whatever charset was claimed."""

from __future__ import annotations

import codecs

_NOT_FOR_MAIL = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
"""Python codecs that are no charsets; some take quadratic time."""
_MISNAMED = {"iso8859-1": "cp1252", "ascii": "utf-8", "iso8859-8-i": "iso8859-8", "x-unknown": "utf-8"}
"""What senders write and what they mean (WHATWG Encoding §4.2)."""


def decode(data: bytes, charset: str | None) -> str:
    """`data` as text: in its charset, else UTF-8, else Windows-1252; never raises.

    >>> decode(b"caf\\xe9", "no-such-charset"), decode("café".encode(), None)
    ('café', 'café')
    """
    for name in (_known(charset), "utf-8"):
        if name is None:
            continue
        try:
            return data.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    if _known(charset) not in (None, "utf-8"):
        return data.decode(str(_known(charset)), "replace")
    return data.decode("cp1252", "replace")


def _known(charset: str | None) -> str | None:
    """The Python name of a charset that mail may use, or None."""
    name = (charset or "").strip().strip("\"'").lower()
    if not name or not name.isascii() or len(name) > 40:
        return None
    try:
        found = codecs.lookup(_MISNAMED.get(name, name))
    except (LookupError, ValueError):
        return None
    known = _MISNAMED.get(found.name, found.name)
    is_text = getattr(found, "_is_text_encoding", True)
    return None if known in _NOT_FOR_MAIL or not is_text else known
