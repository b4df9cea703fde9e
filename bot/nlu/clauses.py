"""Cuts a message where another wish or statement begins.

Where that is, the encoder was taught (`bot.encoder.beginnings`): "turn off facebook and marketing" stays one clause,
"facebook posts back on, promo texts off" becomes two. Rules keep a condition whole up to its comma, and a quotation.
"""

from __future__ import annotations

import re
from typing import List, Sequence, Tuple

MOST_CLAUSES = 8
_BEGINS, _AFTER_A_MARK = 0.5, 0.2
_OPENERS = (
    r"(?:please|pls|plz|kindly|also|then|now|just|only|instead|afterwards|after that|finally|lastly|secondly|first)",
    r"(?:turn|switch|stop|quit|cancel|delete|remove|erase|close|unsub\w*|opt|disable|enable|block|revoke|withdraw|take|get"
    r"|put|sign|log|show|list|tell|give|send|mail|email|export|download|change|update|correct|keep|don'?t|do not|never"
    r"|leave|let|lemme|make|start|subscribe|wipe|disconnect|unlink|hide|end|explain|display|connect|call off|bin|kill"
    r"|cease|fix|set|swap|nuke|put|read|forward|allow|resume|pass|nobody|nothing|no)\b(?! of)",
    r"(?:who|whom|what|why|when|where|how|which|whose|do|does|did|is|are|am|was|were|can|could|may|will|would|should"
    r"|have|has)\b",
    r"(?:i|we)(?:'d| would| also| still| do)? (?:want|need|like|wish|would)\b",
    r"(?:i'd|we'd) (?:like|love|prefer|rather)\b",
    r"no more\b|my (?:phone|number|e-?mail|address|name|son|daughter|kid)\b",
)
_OPENER = rf"(?:{'|'.join(_OPENERS)})"
_MARK = re.compile(r"[.!?;\n…][)\"'”]*\s*(?:[-*•(]\s*)?$")
# A cut must not part a condition from what hangs on it, nor a quotation.
_OPEN_CONDITION = re.compile(
    r"\b(?:if|when|once|unless|after|before|whether|while|suppose|imagine|in case)\b[^,.;!?\n]*$", re.IGNORECASE
)
_SAYS = re.compile(r"\b(?:said|says|say|told|asked|wrote|writes|suggested|wants|tells)\b[^.;!?\n]*$", re.IGNORECASE)


def cut(text: str, begins: Sequence[Tuple[int, float]]) -> List[Tuple[int, int]]:
    """Start and end of each clause, in order; the whole text where nothing can be cut.

    Args:
        begins: offsets of words with the probability, 0..1, that a clause begins there. The first word needs none.
    """
    cuts = [0]
    for at, probability in begins:
        before = text[cuts[-1] : at]
        marked = _MARK.search(before) is not None
        if probability < (_AFTER_A_MARK if marked else _BEGINS) or not before.strip() or _quoting(before):
            continue
        if not marked and (_OPEN_CONDITION.search(before) or _SAYS.search(before)):
            continue
        cuts.append(at)
    spans = [_trimmed(text, start, end) for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    spans = [(start, end) for start, end in spans if end - start > 1]
    if len(spans) > MOST_CLAUSES:
        spans = [*spans[: MOST_CLAUSES - 1], (spans[MOST_CLAUSES - 1][0], spans[-1][1])]
    return spans or [(0, len(text))]


_OPENS = re.compile(rf"\W*(?:(?:and|but|so|ok|hi|hello)\W+)*{_OPENER}|.*\?\s*$", re.IGNORECASE | re.DOTALL)


def opens(clause: str) -> bool:
    """Whether a clause begins like an order or a question."""
    return _OPENS.match(clause) is not None


_OPENING, _CLOSING = (
    re.compile(r"(?:^|[\s(:])'(?=\w)(?!(?:em|til|cause|n)\b)"),
    re.compile(r"(?<=[\w.!?,])'(?=[\s.,;!?)]|$)"),
)


def _quoting(before: str) -> bool:
    """Whether a quotation is open."""
    single = len(_OPENING.findall(before)) > len(_CLOSING.findall(before))
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”") or single


def _trimmed(text: str, start: int, end: int) -> Tuple[int, int]:
    """Without the white space, the bullet and the joining word around it; a question mark stays, it carries meaning."""
    piece = text[start:end]
    lead = _LEAD.match(piece)
    begin = start + (lead.end() if lead else 0)
    tail = _TAIL.search(text[begin:end])
    return begin, begin + (tail.start() if tail else len(text[begin:end]))


_LEAD = re.compile(r"[\s,;&+/–—*•-]*(?:(?:and|but|plus|then|n)\b[\s,]*)?(?:\(?[1-9a-e][.)]\s+)?", re.IGNORECASE)
_TAIL = re.compile(r"(?:[\s,;&+/–—*•(-]|\b(?:and|but|plus|also|then|or|as well as))*$", re.IGNORECASE)
