"""From a message to the questions in it: chatter and quoted mail cut, several questions split."""

from __future__ import annotations

import re
import unicodedata

from bot.policy import lexical, sentences

MAX_CHARACTERS = 4000
MAX_QUESTIONS = 5
_MAX_WORDS = 80

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffd]")
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.MULTILINE)
_REPLY_TAIL = re.compile(
    r"^(?:on .{5,80} wrote:|-{2,}\s*original message\s*-{2,}|-- ?)$.*", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_GREETING = re.compile(
    r"^\W*(?:(?:hi+|hey+|hello|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|yo|dear)\b"
    r"(?: (?:there|all|everyone|team|guys|folks|bot|support|sir|madam|outsource(?:\.com)?))*[\s,.!:;-]*)+",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"^\W*(?:(?:so|ok(?:ay)?|um+|uh+|well|and|but|also|please|pls|plz|just|quick question|one more (?:thing|question)|"
    r"another (?:thing|question)|first(?:ly)?(?: of all)?|second(?:ly)?|finally|next)\b[\s,.:;!-]+)+",
    re.IGNORECASE,
)
_CHATTER = re.compile(
    r"^\W*(?:thanks?(?: you)?(?: (?:so|very) much| a lot| in advance)?|thx|ty|cheers|(?:(?:kind|best) )?regards|"
    r"sincerely|please|pls|i have (?:a|some|a few|two|three) (?:quick )?questions?|(?:a )?(?:quick )?questions?"
    r"(?: for you)?|"
    r"(?:can|could|may) i ask (?:you )?(?:a question|something)|"
    r"hope (?:you are|you're|this finds you) (?:well|doing well)|"
    r"nice (?:site|bot)|lol|haha|ok(?:ay)?|great|cool|sorry(?: to bother you)?)\W*$",
    re.IGNORECASE,
)
_ASKS = (
    r"(?:what|who|whom|whose|when|where|why|how|which|do|does|did|is|are|am|was|were|can|could|will|would|should|may|have|"
    r"has|can't|cannot|don't|won't|isn't|aren't)"
)
_JOINED = re.compile(
    rf"(?:[,;]?\s+(?:and|or|but|plus)\s+(?:also\s+)?(?:then\s+)?|[;,]\s*(?:also\s+)?)(?={_ASKS}\s+\w+)", re.IGNORECASE
)
_OPENS_QUESTION = re.compile(
    rf"^\W*(?:{_ASKS}|tell me|explain|show me|list|describe|i (?:want|need|would like|'?d like) to)\b", re.IGNORECASE
)
_CONDITION = re.compile(
    r"^\W*(?:if|when|whenever|once|after|before|since|because|as|while|although|in case)\b", re.IGNORECASE
)
_POINTS_BACK = re.compile(r"\b(?:it|that|them|they|those|these|this|so|he|she|one)\b", re.IGNORECASE)
_PRIVACY_NOUN = re.compile(
    r"\b(?:data|info\w*|number|phone|e-?mail|address|name|account|profile|cookies?|password|photos?|card|facebook|policy|"
    r"ads?|newsletter|marketing|children|kids?|details|history|location|ip|messages?|third|partners?|privacy|pictures?)\b",
    re.IGNORECASE,
)


def clean(message: str) -> str:
    """The message in one normal form, cut to a bounded length; quoted mail and control characters are dropped."""
    whole = message[: MAX_CHARACTERS * 4].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = unicodedata.normalize("NFKC", whole)
    text = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = _REPLY_TAIL.sub("", _QUOTED_LINE.sub("", text)).strip()
    return (kept or text)[:MAX_CHARACTERS].strip()


def split(message: str) -> list[str]:
    """The questions of a message, in order, at most MAX_QUESTIONS; empty when there are no words in it."""
    parts: list[str] = []
    for line in clean(message).split("\n"):
        line = " ".join(line.split())
        for start, end in sentences.split(line):
            parts.extend(_divide(line[start:end]))
    parts = [p for p in (_strip(part) for part in parts) if p]
    asked = _asked(parts)
    chosen = asked or ([" ".join(parts)] if parts else [])
    unique = list(dict.fromkeys(" ".join(p.split()[:_MAX_WORDS]) for p in chosen))
    return unique[:MAX_QUESTIONS]


def is_question(text: str) -> bool:
    """Whether a sentence asks for something."""
    return text.rstrip(" )\"'!").endswith("?") or bool(_OPENS_QUESTION.match(text))


def is_english(text: str) -> bool:
    """Whether a text could be English: Latin letters, and from four words on one common English word in five."""
    letters = [ch for ch in text if ch.isalpha()]
    if sum(ch.isascii() for ch in letters) * 2 < len(letters):
        return False
    words = re.findall(r"[a-z']+", text.lower())
    return len(words) < 4 or sum(w in lexical.STOP_WORDS for w in words) * 5 >= len(words)


def _strip(part: str) -> str:
    """Cut greetings and filler around a sentence; empty when nothing else is in it."""
    part = _PREAMBLE.sub("", _GREETING.sub("", part)).strip()
    if _CHATTER.match(part) or not any(ch.isalnum() for ch in part):
        return ""
    return part


def _divide(sentence: str) -> list[str]:
    """Split "do you sell it and how do I delete my account?" where both halves can stand alone."""
    pieces: list[str] = []
    for piece in re.split(r"(?<=\?)\s*", sentence):
        start = 0
        for match in _JOINED.finditer(piece):
            head = piece[start : match.start()]
            whole = not _CONDITION.match(head) or "?" in head
            if (
                whole
                and is_question(_strip(head))
                and len(head.split()) >= 3
                and len(piece[match.end() :].split()) >= 3
            ):
                pieces.append(head)
                start = match.end()
        pieces.append(piece[start:])
    return [p.strip() for p in pieces if p.strip()]


def _asked(parts: list[str]) -> list[str]:
    """The questions; one that only points back ("who gets it?") takes the sentence before it along."""
    result: list[str] = []
    for i, part in enumerate(parts):
        if not is_question(part):
            continue
        pointing = i and len(part.split()) <= 8 and _POINTS_BACK.search(part) and not _PRIVACY_NOUN.search(part)
        result.append(f"{parts[i - 1]} {part}" if pointing else part)
    return result
