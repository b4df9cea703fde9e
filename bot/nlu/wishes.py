"""What a message asks for when it is taken clause by clause."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Sequence, Set, Tuple

from bot.domain.settings import SETTINGS
from bot.nlu.labels import MENTION
from bot.nlu.modality import Kind, read
from bot.nlu.settings_extractor import ENTITY

# What an order needs, what anything else needs, and what deletion and opting in need.
SURE, VERY_SURE, CERTAIN, BEYOND_DOUBT = 0.75, 0.9, 0.95, 0.99
ASK = "ask_policy"
WISHES = frozenset(
    [
        ASK,
        "opt_out",
        "opt_in",
        "change_setting",
        "view_settings",
        "view_profile",
        "change_profile",
        "request_export",
        "preview_deletion",
        "delete_account",
        "request_status",
        "revoke_request",
        "report_child",
        "human_handoff",
        "sign_in",
        "sign_out",
    ]
)
SWITCHES = ("opt_out", "opt_in")
_GROUP_OF = {entry.key: entry.group for entry in SETTINGS}
_GRAVE = ("delete_account", "opt_in")
_FEW = 4
# Without one of these, a few words are no order: "Facebook likewise", "my wall too".
_TURNS = re.compile(
    r"\b(?:off|on|out|in|no|not|never|none|end\w*|stop\w*|stay|go|goes|gone|away|back|again|yes|ok|okay|fine|may|can"
    r"|resum\w+|start|allow\w*|want|welcome|gladly|less|without|quit|kill|bin|cut|cancel|(?:un|re)?sub(?:scribe)?|begone"
    r"|enough|finito|done|over|finish|mayn't|don'?t|remove|take|leave|switch|turn|disable|enable|block|hid\w+|private"
    r"|show|shar(?:e|ing)|post(?:ing)?|unlink|disconnect|revoke)\b",
    re.IGNORECASE,
)
# "Delete my account and all my data" asks for no copy of it.
_SHOWN = ("view_profile", "view_settings", "request_export")
_SHOW = re.compile(
    r"\b(?:show\w*|see|view|cop(?:y|ies)|export|send|what|which|tell|list|give|read|look|check|download|display|print\w*"
    r"|get|want|need|know|access|file|report|settings?|pls|please)\b",
    re.IGNORECASE,
)
# Nothing but names, with a title: how a letter ends.
_SIGNATURE = re.compile(r"(?:[A-Z][\w.'’-]*[\s,]*){1,5}")
# Said together, the first means the second as well, or makes it moot.
_SWALLOWS: Dict[str, Tuple[str, ...]] = {
    "report_child": ("delete_account", "request_status", "sign_in", "change_setting", "opt_in"),
    "revoke_request": ("delete_account", "request_status"),
    "human_handoff": ("sign_in",),
    "delete_account": ("change_setting", "sign_in"),
    "opt_out": ("change_setting", "sign_in"),
    "opt_in": ("change_setting", "sign_in"),
    "view_settings": ("sign_in",),
    "view_profile": ("sign_in",),
    "request_export": ("view_profile", "sign_in"),
    "change_profile": ("change_setting", "sign_in", "view_profile"),
}


@dataclass(frozen=True)
class Clause:
    """One clause as it was understood.

    Attributes:
        confidence: 0..1, of the intent.
        opens: it begins like an order or a question, not like a story.
        entities: as Rasa writes them.
        clauses: how many were joined to this one.
    """

    text: str
    intent: str
    confidence: float
    opens: bool = True
    entities: List[Dict[str, Any]] = field(default_factory=list)
    clauses: int = 1

    @property
    def settings(self) -> List[str]:
        """Catalogue keys named or guessed."""
        return [str(entity["value"]) for entity in self.entities if entity.get("entity") == ENTITY]


def wishes(text: str, clauses: Sequence[Clause], whole: str = "") -> List[Clause]:
    """What is asked for, in order, each kind once.

    A clause counts only where it is understood well, and where the rules agree that it does not deny, tell, quote or
    retract the act; where there is a doubt, and for a deletion always, they are heard on what stands around it, too.

    Args:
        whole: intent of the whole message.
    """
    found: List[Clause] = []
    named: List[Dict[str, Any]] = []
    before = ""
    for clause in clauses:
        entities = [entity for entity in clause.entities if entity.get("entity") == ENTITY]
        if clause.intent in SWITCHES and not entities:
            # "Why is this on my Facebook? Switch it off": it is what was named before.
            clause = replace(clause, entities=[*clause.entities, *named])
        named = entities or named
        if clause.intent in SWITCHES and _bare(clause.text):
            # "No newsletter. Facebook likewise": as was said before.
            clause = replace(clause, intent=before)
        before = clause.intent
        if _counts(text, clause, whole):
            _join(found, clause)
    intents = {clause.intent for clause in found}
    moot = {other for intent in intents for other in _SWALLOWS.get(intent, ())}
    found = [clause for clause in found if clause.intent not in moot]
    return _spared(_at_one(found, whole) if whole in SWITCHES else found, clauses)


def _bare(text: str) -> bool:
    """Whether a few words name a thing and not what shall become of it."""
    return len(text.split()) <= _FEW and _TURNS.search(text) is None


def _counts(text: str, clause: Clause, whole: str) -> bool:
    if clause.intent not in WISHES or (clause.intent in SWITCHES and not clause.settings):
        return False
    if clause.intent in _SHOWN and len(clause.text.split()) <= _FEW and _SHOW.search(clause.text) is None:
        return False
    if clause.intent == "change_profile" and _SIGNATURE.fullmatch(clause.text) and not text.isupper():
        return False
    ordered = clause.opens or clause.intent == whole
    enough = CERTAIN if clause.intent in _GRAVE else SURE if ordered else VERY_SURE
    if clause.intent == "delete_account" and not ordered:
        enough = BEYOND_DOUBT
    if clause.confidence < enough or (clause.intent in _GRAVE and " " not in clause.text):
        return False
    readings = [read(clause.text, clause.intent), read(text, clause.intent, around=True)]
    surely = clause.confidence >= CERTAIN and clause.intent != "delete_account"
    return all(reading is None or (surely and reading.kind is not Kind.RETRACTED) for reading in readings)


def _spared(found: Sequence[Clause], clauses: Sequence[Clause]) -> List[Clause]:
    """Where several settings go at once, what another clause only mentions stays: "all off, except the newsletter"."""
    kept = {_GROUP_OF.get(key, key) for clause in clauses if clause.intent == MENTION for key in clause.settings}
    spared = [_without(wish, kept) if wish.intent in SWITCHES else wish for wish in found]
    return [rest if rest.settings else wish for rest, wish in zip(spared, found, strict=True)]


def _without(wish: Clause, groups: Set[str]) -> Clause:
    rest = [entity for entity in wish.entities if _GROUP_OF.get(str(entity["value"]), entity["value"]) not in groups]
    return replace(wish, entities=rest)


def _at_one(found: Sequence[Clause], whole: str) -> List[Clause]:
    """What is to be off and on at once goes the way of the whole: "I unsubscribed in a huff. Put me back"."""
    groups = {_GROUP_OF.get(key, key) for wish in found if wish.intent == whole for key in wish.settings}
    at_odds = [wish for wish in found if wish.intent in SWITCHES and wish.intent != whole]
    kept = [_without(wish, groups) if wish in at_odds else wish for wish in found]
    return [wish for wish in kept if wish.settings or wish.intent not in SWITCHES]


def _join(found: List[Clause], clause: Clause) -> None:
    """Adds a clause, or makes it part of an earlier one of its kind."""
    for at, earlier in enumerate(found):
        if earlier.intent == clause.intent:
            both = replace(
                earlier,
                text=f"{earlier.text} {clause.text}",
                confidence=min(earlier.confidence, clause.confidence),
                entities=[*earlier.entities, *clause.entities],
                clauses=earlier.clauses + clause.clauses,
            )
            found[at] = both
            return
    found.append(clause)
