"""What a message asks for when it is taken clause by clause."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Sequence, Tuple

from bot.domain.settings import SETTINGS
from bot.nlu.modality import read
from bot.nlu.settings_extractor import ENTITY

SURE, VERY_SURE, CERTAIN = 0.75, 0.9, 0.95
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
_SWITCHES = ("opt_out", "opt_in")
_GROUP_OF = {entry.key: entry.group for entry in SETTINGS}
# Told as a story more often than ordered.
_TOLD = ("report_child",)
# Taken from one clause alone only where there is hardly a doubt, and only from an order.
_GRAVE = ("delete_account", "opt_in")
# Heard too easily in a story.
_IMPLIED = ("human_handoff", "request_status")
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
    """

    text: str
    intent: str
    confidence: float
    opens: bool = True
    entities: List[Dict[str, Any]] = field(default_factory=list)

    @property
    def settings(self) -> List[str]:
        """Catalogue keys named or guessed."""
        return [str(entity["value"]) for entity in self.entities if entity.get("entity") == ENTITY]


def wishes(text: str, clauses: Sequence[Clause], whole: str = "") -> List[Clause]:
    """What is asked for, in order, each kind once.

    A clause counts only where it is understood well. An act that the message as a whole is not about counts only if
    the rules agree: neither the clause nor what stands around it denies, tells, quotes or retracts it.

    Args:
        whole: intent of the whole message.
    """
    found: List[Clause] = []
    named: List[Dict[str, Any]] = []
    for clause in clauses:
        entities = [entity for entity in clause.entities if entity.get("entity") == ENTITY]
        if clause.intent in _SWITCHES and not entities:
            # "Why is this on my Facebook? Switch it off": it is what was named before.
            clause = replace(clause, entities=[*clause.entities, *named])
        named = entities or named
        if _counts(text, clause, whole):
            _join(found, clause)
    intents = {clause.intent for clause in found}
    moot = {other for intent in intents for other in _SWALLOWS.get(intent, ())}
    if whole in _SWITCHES and _at_odds(found):
        # "I unsubscribed in a huff. Put me back": one of the two is the story of the other.
        moot |= set(_SWITCHES) - {whole}
    return [clause for clause in found if clause.intent not in moot]


def _counts(text: str, clause: Clause, whole: str) -> bool:
    if clause.intent not in WISHES:
        return False
    if clause.intent in _GRAVE and not (clause.opens or clause.intent == whole):
        return False
    ordered = clause.opens or clause.intent in _TOLD
    doubtful = clause.intent in _GRAVE or (clause.intent in _IMPLIED and not ordered)
    enough = CERTAIN if doubtful else SURE if ordered else VERY_SURE
    if clause.confidence < enough:
        return False
    if clause.intent == whole and clause.confidence >= VERY_SURE:
        return True
    return read(clause.text, clause.intent) is None and read(text, clause.intent, around=True) is None


def _at_odds(found: Sequence[Clause]) -> bool:
    """Whether settings of one group are to be turned off and on."""
    off, on = ({key for clause in found if clause.intent == way for key in clause.settings} for way in _SWITCHES)
    return bool({_GROUP_OF.get(key, key) for key in off} & {_GROUP_OF.get(key, key) for key in on})


def _join(found: List[Clause], clause: Clause) -> None:
    """Adds a clause, or makes it part of an earlier one of its kind."""
    for at, earlier in enumerate(found):
        if earlier.intent == clause.intent:
            both = replace(
                earlier,
                text=f"{earlier.text} {clause.text}",
                confidence=min(earlier.confidence, clause.confidence),
                entities=[*earlier.entities, *clause.entities],
            )
            found[at] = both
            return
    found.append(clause)
