"""Cuts quoted mail and signatures from a reply. The whole text is kept elsewhere; line by line, so time is linear."""

from __future__ import annotations

import re

_SEPARATOR = re.compile(
    r"^\W{0,3}(?:-{2,}\s*(?:original|forwarded|urspr\S+|weitergeleitete|message)\b.{0,60}-{2,}|begin forwarded message:"
    r"|-{4,}\s*message d'origine\s*-{4,})\W{0,3}$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[_\-*=]{10,}$")
_FROM = re.compile(r"^[*\s]{0,4}(?:from|von|de|da|van|från|od|fra)\s?:\*?\s?\S", re.IGNORECASE)
_FIELD = re.compile(
    r"^[*\s]{0,4}(?:sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|objet|à|enviado|para|asunto|inviato|oggetto"
    r"|verzonden|aan|onderwerp|skickat|till|ämne)\s?:",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"^(?:on|am|le|el|il|op|em|den|w dniu|dnia)\b.{3,390}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu"
    r"|skrev|pisze|napisał)\b.{0,80}:$",
    re.IGNORECASE,
)
_BARE_WROTE = re.compile(r"^.{0,200}\S+@\S+.{0,80}(?:wrote|schrieb|a écrit|escribió)\s?:$", re.IGNORECASE)
_MOBILE = re.compile(
    r"^(?:sent (?:from|via|with)\b|get outlook for\b|von meinem .{1,30} gesendet|gesendet (?:von|mit)\b"
    r"|envoyé de(?:puis)? mon\b|enviado desde mi\b|inviato da\b|sent by\b)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:kind|best|warm|warmest|with kind|many|with best) )?(?:regards|wishes|thanks|thank you|cheers|sincerely"
    r"|yours (?:sincerely|faithfully|truly)|best|all the best|thanks (?:in advance|so much|a lot)|many thanks"
    r"|mit freundlichen grüßen|viele grüße|cordialement|saludos)\W{0,3}$",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"^\W{0,3}(?:(?:this|the (?:information|contents?) (?:in|of) this) (?:e-?mail|message)\b.{0,160}"
    r"\b(?:confidential|privileged|intended)|confidentiality notice|disclaimer:)",
    re.IGNORECASE,
)
_SIGNATURE_LINES = 8
_SIGNATURE_WIDTH = 70
_WRAPPED = 4
"""Lines over which a client may wrap “On … wrote:”."""


def cut(text: str) -> str:
    """What the person newly wrote; the whole text when the cut leaves nothing.

    Inline answers survive: below “On … wrote:” only lines that start with `>` go.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    kept = _without_signature(_without_quotes(lines))
    words = "\n".join(kept).strip()
    return words if any(char.isalnum() for char in words) else text.strip()


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index].strip()
        if line.startswith(">"):
            index += 1
            continue
        wrapped = _attribution(lines, index)
        if wrapped:
            index += wrapped
            if not _next_words(lines, index).startswith(">"):
                return kept
            continue
        if _starts_old_mail(lines, index):
            return kept
        kept.append(lines[index])
        index += 1
    return kept


def _attribution(lines: list[str], index: int) -> int:
    """Over how many lines an “On … wrote:” starts here; 0 when none does."""
    joined = ""
    for count, line in enumerate(lines[index : index + _WRAPPED], 1):
        if not line.strip():
            return 0
        joined = f"{joined} {line.strip()}".strip()[:500]
        if joined.endswith(":") and (_WROTE.match(joined) or (count == 1 and _BARE_WROTE.match(joined))):
            return count
    return 0


def _starts_old_mail(lines: list[str], index: int) -> bool:
    line = lines[index].strip()[:300]
    if _SEPARATOR.match(line):
        return True
    start = index + 1 if _RULE.match(line) else index
    following = [entry.strip()[:300] for entry in lines[start : start + 7] if entry.strip()]
    return bool(following) and bool(_FROM.match(following[0])) and any(_FIELD.match(entry) for entry in following[1:5])


def _next_words(lines: list[str], index: int) -> str:
    return next((line.strip() for line in lines[index : index + 5] if line.strip()), "")


def _without_signature(lines: list[str]) -> list[str]:
    words = [index for index, line in enumerate(lines) if line.strip()]
    short_end = words[-_SIGNATURE_LINES - 1] if len(words) > _SIGNATURE_LINES else 0
    for index, raw in enumerate(lines):
        line = raw.strip()[:400]
        if line in ("--", "––", "—") or _MOBILE.match(line) or _DISCLAIMER.match(line):
            return lines[:index]
        if index >= short_end and _CLOSING.match(line) and _is_signature(lines[index + 1 :]):
            return lines[:index]
    return lines


def _is_signature(rest: list[str]) -> bool:
    """Whether a short block without a question is all there is."""
    return all(len(line.strip()) <= _SIGNATURE_WIDTH and "?" not in line for line in rest)
