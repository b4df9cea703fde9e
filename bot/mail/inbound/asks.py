"""What a mail asks for: its questions and requests, in order, without the words around them."""

from __future__ import annotations

import re

from bot.domain.codes import typed_code
from bot.domain.messages import MAX_TEXT
from bot.policy import sentences
from bot.policy.questions import is_question

MAX_ASKS = 8
_MAX_WORDS = 12_000
_BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)]|[a-h][.)])\s+")
_GREETING = re.compile(
    r"^\W*(?:hi|hey|hello|dear|greetings|good (?:morning|afternoon|evening|day)|to whom it may concern)\b"
    r"[^,.!:?\n]{0,60}"
    r"(?:[,.!:]+\s*|$)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\b(?:please|kindly|i (?:want|need|wish|request|demand|object|consent|withdraw)|i(?:'d| would) like|i hereby"
    r"|i (?:do not|don't) want|delete|erase|remove|unsubscribe|opt (?:me )?(?:out|in)|stop|turn (?:on|off)|take me off"
    r"|close my|cancel|withdraw|revoke|show me|send me|tell me|sign me|correct my|update my|change my)\b",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"^\W*(?:(?:many )?thanks?(?: you)?\b.{0,60}|cheers"
    r"|please (?:help|advise|respond|reply|answer|let me know|see below|find)\b.{0,60}"
    r"|i (?:have|had) (?:a|some|a few|two|three|several)?\s*(?:quick )?questions?.{0,40}"
    r"|i (?:need|want) (?:your |some )?(?:help|to ask)\b.{0,60}|(?:i )?look(?:ing)? forward.{0,60})\W*$",
    re.IGNORECASE,
)
_REPLY_PREFIX = re.compile(r"^(?:(?:re|fwd?|aw|wg|sv|antw|tr|rv)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def asks(reply: str, subject: str) -> tuple[tuple[str, ...], bool]:
    """The asks of a mail and whether there were more than MAX_ASKS.

    A line that is a six-digit code stands alone. Without any ask the whole text is one; where the text says nothing
    that can be asked or is empty, a subject that no client made by itself is.
    """
    found: list[str] = []
    for piece in _pieces(reply[:_MAX_WORDS]):
        words = _GREETING.sub("", piece).strip()
        if typed_code(words):
            found.insert(0, words)
        elif words and not _CHATTER.match(words) and (is_question(words) or _REQUEST.search(words)):
            found.append(words)
    if not found:
        found = _whole(reply, subject)
    unique = list(dict.fromkeys(ask[:MAX_TEXT] for ask in found))
    return tuple(unique[:MAX_ASKS]), len(unique) > MAX_ASKS


def bare_subject(subject: str) -> str:
    """A subject without “Re:” and its like."""
    return _REPLY_PREFIX.sub("", subject).strip()


def _whole(reply: str, subject: str) -> list[str]:
    fresh = subject.strip() if subject.strip() == bare_subject(subject) else ""
    if fresh and (is_question(fresh) or _REQUEST.search(fresh)):
        return [fresh]
    words = _GREETING.sub("", reply.strip()).strip() or reply.strip() or fresh
    return [words] if any(char.isalnum() for char in words) else []


def _pieces(text: str) -> list[str]:
    """Sentences; a wrapped paragraph is one run of text, a bullet or a code line its own."""
    pieces: list[str] = []
    run: list[str] = []

    def flush() -> None:
        joined = " ".join(" ".join(run).split())
        run.clear()
        pieces.extend(joined[start:end] for start, end in sentences.split(joined))

    for line in text.split("\n"):
        bullet = _BULLET.match(line)
        if not line.strip() or bullet or typed_code(line):
            flush()
        if bullet:
            run.append(line[bullet.end() :])
        elif typed_code(line):
            pieces.append(line.strip())
        elif line.strip():
            run.append(line.strip())
            if line.rstrip().endswith(("?", ".", "!")) or _GREETING.fullmatch(line.strip()):
                flush()
    flush()
    return pieces
