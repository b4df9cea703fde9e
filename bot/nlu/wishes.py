"""What a message asks for when it is taken clause by clause."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Sequence, Tuple

from bot.nlu.modality import read
from bot.nlu.settings_extractor import ENTITY

SURE, VERY_SURE = 0.6, 0.85
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
# Told as a story more often than ordered.
_TOLD = ("report_child", "human_handoff")
# Said together, the first means the second as well, or makes it moot.
_SWALLOWS: Dict[str, Tuple[str, ...]] = {
    "report_child": ("delete_account", "request_status", "sign_in", ASK, "human_handoff", "change_setting", "opt_in"),
    "revoke_request": ("delete_account", "request_status"),
    "request_status": (ASK,),
    "human_handoff": (ASK, "sign_in"),
    "delete_account": ("change_setting", "sign_in"),
    "opt_out": ("change_setting", "sign_in", "revoke_request"),
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


def wishes(text: str, clauses: Sequence[Clause]) -> List[Clause]:
    """What is asked for, in order, each kind once.

    A clause counts only where it is understood well, and an act only where the message as a whole does not deny,
    quote or retract it.
    """
    found: List[Clause] = []
    named: List[Dict[str, Any]] = []
    for clause in clauses:
        entities = [entity for entity in clause.entities if entity.get("entity") == ENTITY]
        if clause.intent in _SWITCHES and not entities:
            # "Why is this on my Facebook? Switch it off": it is what was named before.
            clause = replace(clause, entities=[*clause.entities, *named])
        named = entities or named
        if _counts(text, clause):
            _join(found, clause)
    intents = {clause.intent for clause in found}
    moot = {other for intent in intents for other in _SWALLOWS.get(intent, ())}
    return [clause for clause in found if clause.intent not in moot]


def _counts(text: str, clause: Clause) -> bool:
    enough = SURE if clause.opens or clause.intent in _TOLD else VERY_SURE
    return clause.intent in WISHES and clause.confidence >= enough and read(text, clause.intent, around=True) is None


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
