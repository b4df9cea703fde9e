"""Tells machines from people, so that no machine is ever answered."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.mail.inbound.headers import Headers

_ROBOT = re.compile(
    r"^(?:mailer[-_.]?daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply|bounces?|autoreply|auto[-_.]reply"
    r"|listserv|majordomo|root|daemon|notifications?)(?:[+=\-].*)?$"
)
_OUT_OF_OFFICE = re.compile(
    r"^(?:(?:automatic reply|auto(?:matic)?[ -]?reply|auto(?:matic)?[ -]?response|out of (?:the )?office"
    r"|automatische antwort|abwesenheitsnotiz|réponse automatique|respuesta automática|risposta automatica)\b"
    r"|auto:)",
    re.IGNORECASE,
)
_REPLY_MARKS = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-mail-autoreply", "x-autoresponder", "x-vacation")


def automatic(headers: Headers, envelope_from: str | None, sender: str, own: Collection[str], kind: str) -> str | None:
    """Why this message must not be answered, or None for a person's.

    Args:
        envelope_from: MAIL FROM; empty for the null path, None when it is not known.
        own: our own addresses.
        kind: content type of the whole message.
    """
    submitted = headers.raw("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted and submitted != "no":
        return "Auto-Submitted (RFC 3834 §2)"
    if kind == "multipart/report":
        return "a report (RFC 3464)"
    if envelope_from in ("", "<>") or headers.raw("return-path").strip() == "<>":
        return "null return path (RFC 3834 §2)"
    if headers.has_prefix("list-"):
        return "a mailing list (RFC 2369, RFC 2919)"
    precedence = headers.raw("precedence").partition("(")[0].strip().lower()
    if precedence in ("bulk", "list", "junk", "auto_reply"):
        return f"Precedence: {precedence}"
    if any(mark in headers for mark in _REPLY_MARKS) or headers.raw("x-fc-machinegenerated").strip() == "true":
        return "marked as an automatic reply"
    if sender in own:
        return "one of our own addresses"
    local = sender.partition("@")[0]
    if _ROBOT.match(local) or _ROBOT.match((envelope_from or "").partition("@")[0].lower()):
        return "sent by a machine's address"
    if _OUT_OF_OFFICE.match(headers.text("subject")):
        return "the subject of an automatic reply"
    return None
