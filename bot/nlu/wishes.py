"""What a message asks for when it is taken clause by clause."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Dict, List, Sequence, Set, Tuple

from bot.domain.settings import SETTINGS
from bot.nlu.clause import SWITCHES, VERY_SURE, Clause, bare, counts
from bot.nlu.labels import DENY, MENTION
from bot.nlu.modality_guard import GRAVE
from bot.nlu.settings_extractor import ENTITY

_GROUP_OF = {entry.key: entry.group for entry in SETTINGS}
_IT = re.compile(r"\b(?:it|them)\b", re.IGNORECASE)
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


def wishes(text: str, clauses: Sequence[Clause], whole: str = "") -> List[Clause]:
    """What is asked for, in order, each kind once.

    Args:
        whole: intent of the whole message.
    """
    found: List[Clause] = []
    named: List[Dict[str, Any]] = []
    before = ""
    for at, clause in enumerate(clauses):
        entities = [entity for entity in clause.entities if entity.get("entity") == ENTITY]
        if clause.intent in SWITCHES and named and _points_back(clause, entities):
            # "Why is this on my Facebook? Switch it off": it is what was named before.
            rest = [entity for entity in clause.entities if entity not in entities]
            clause, entities = replace(clause, entities=[*rest, *named]), named
        named = entities or named
        if clause.intent in SWITCHES and bare(clause.text):
            # "No newsletter. Facebook likewise": as was said before.
            clause = replace(clause, intent=before)
        before = clause.intent
        if counts(text, clause, whole) and not _taken_back(clause, clauses, at, whole):
            _join(found, clause)
    intents = {clause.intent for clause in found}
    moot = {other for intent in intents for other in _SWALLOWS.get(intent, ())}
    if "report_child" in intents:
        # "Please take her information out" is no wish about the parent's own.
        found = [clause for clause in found if clause.intent not in SWITCHES or clause.named]
    found = [clause for clause in found if clause.intent not in moot]
    return _spared(_at_one(found, whole) if whole in SWITCHES else found, clauses)


def _points_back(clause: Clause, named: Sequence[Dict[str, Any]]) -> bool:
    """Whether a clause leaves open which setting it is about, or says "it" where its setting is only a guess."""
    return not named or (not clause.named and _IT.search(clause.text) is not None)


def _spared(found: Sequence[Clause], clauses: Sequence[Clause]) -> List[Clause]:
    """Where several settings go at once, what another clause only mentions stays: "all off, except the newsletter"."""
    kept = {_GROUP_OF.get(key, key) for clause in clauses if clause.intent == MENTION for key in clause.settings}
    spared = [_without(wish, kept) if wish.intent in SWITCHES else wish for wish in found]
    return [rest if rest.settings else wish for rest, wish in zip(spared, found, strict=True)]


def _without(wish: Clause, groups: Set[str]) -> Clause:
    rest = [entity for entity in wish.entities if _GROUP_OF.get(str(entity["value"]), entity["value"]) not in groups]
    return replace(wish, entities=rest)


def _taken_back(clause: Clause, clauses: Sequence[Clause], at: int, whole: str) -> bool:
    """Whether something said later is surely no order of the same act: "have it stopped, he wrote. Don't stop it".

    Where the message as a whole does not ask for a deletion or an opting in, one denial or mention anywhere is enough.
    """
    grave = clause.intent in GRAVE and clause.intent != whole
    return any(
        other.confidence >= VERY_SURE
        and ((grave and other.intent == DENY) or (other.mentioned == clause.intent and _about_one(other, clause)))
        for other in (clauses if grave else clauses[at + 1 :])
    )


def _about_one(one: Clause, other: Clause) -> bool:
    """Whether one act mentioned and one ordered may be the same; of switches, where they share a setting."""
    return other.intent not in SWITCHES or not one.settings or bool(set(one.settings) & set(other.settings))


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
