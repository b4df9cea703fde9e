"""What our own mail server says about the sender (RFC 8601). Nobody else's word counts."""

from __future__ import annotations

import re

from bot.domain.mail import SenderCheck
from bot.mail.inbound.headers import Headers

_COMMENT = re.compile(r"\([^()]{0,500}\)")
_DMARC = re.compile(r"^dmarc\s*=\s*([a-z]+)\b", re.IGNORECASE)
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*\"?(?:[^\s;\"@]*@)?([^\s;\"]+)", re.IGNORECASE)


def check(headers: Headers, sender: str, authserv_id: str) -> SenderCheck:
    """The weakest DMARC result (RFC 7489) that our server wrote about this very domain.

    Several fields can carry our id: one per filter, or one that a stranger smuggled in. Taking the weakest makes a
    smuggled “pass” worthless wherever our server wrote anything at all (RFC 8601 §5).
    """
    if not authserv_id or not sender:
        return SenderCheck.UNAUTHENTICATED
    results = [
        _result(part, sender.partition("@")[2])
        for value in headers.all("authentication-results")
        for part in _ours(value, authserv_id)
    ]
    found = {result for result in results if result is not None}
    if SenderCheck.FAILED in found:
        return SenderCheck.FAILED
    return SenderCheck.AUTHENTICATED if found == {SenderCheck.AUTHENTICATED} else SenderCheck.UNAUTHENTICATED


def _ours(value: str, authserv_id: str) -> list[str]:
    """The results in a field of ours, none of another server's."""
    bare = _COMMENT.sub(" ", " ".join(value.split()))
    server, *results = bare.split(";")
    name = (server.split() or [""])[0]
    return [part.strip() for part in results] if name.lower() == authserv_id.lower() else []


def _result(part: str, domain: str) -> SenderCheck | None:
    verdict = _DMARC.match(part)
    if verdict is None:
        return None
    if verdict.group(1).lower() == "fail":
        return SenderCheck.FAILED
    about = _HEADER_FROM.search(part)
    aligned = about is not None and about.group(1).lower().rstrip(".") == domain
    passed = verdict.group(1).lower() == "pass" and aligned
    return SenderCheck.AUTHENTICATED if passed else SenderCheck.UNAUTHENTICATED
