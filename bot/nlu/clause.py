"""One clause of a message, and whether what it asks for counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, List

from bot.nlu.modality import Kind, read
from bot.nlu.modality_guard import GRAVE
from bot.nlu.settings_extractor import ENTITY

# What an order needs, what anything else needs, and what deletion and opting in need.
SURE, VERY_SURE, CERTAIN, BEYOND_DOUBT = 0.75, 0.9, 0.95, 0.99
WISHES = frozenset(
    [
        "ask_policy",
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
_FEW = 4
# Without one of these, a few words are no order: "Facebook likewise", "my wall too".
_TURNS = re.compile(
    r"\b(?:off|on|out|in|no|not|never|none|end\w*|stop\w*|stay|go|goes|gone|away|back|again|yes|ok|okay|fine|may|can"
    r"|resum\w+|start|allow\w*|want|welcome|gladly|less|without|quit|kill|bin|cut|cancel|(?:un|re)?sub(?:scribe)?|begone"
    r"|enough|finito|done|over|finish|mayn't|don'?t|remove|take|leave|switch|turn|disable|enable|block|hid\w+|private"
    r"|sign\w*|add|put|send|bring|show|shar(?:e|ing)|post(?:ing)?|unlink|disconnect|revoke)\b",
    re.IGNORECASE,
)
# What a clause must name to order a deletion for a message that as a whole does not.
_ENDED = re.compile(
    r"\b(?:delet|eras|remov|terminat|purg|destroy|dissol|obliterat|eliminat|deactivat|unregister|deregister|expung)\w*"
    r"|\b(?:clos|scrub|shred|wip|nuk|kill|bin|scrap|ax|ditch|trash|cancel|end|forget|drop|shut|burn)(?:e|ed|ing|ning)?\b"
    r"|\b(?:gone|go|away|out|down|off|rid|closure)\b",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"\b(?:accounts?|acct?|profile|me|us|membership|registration|data|details|info\w*|records?|page|log-?in|presence"
    r"|everything|all|lot|name|listing)\b",
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


@dataclass(frozen=True)
class Clause:
    """One clause as it was understood.

    Attributes:
        confidence: 0..1, of the intent.
        opens: it begins like an order or a question, not like a story.
        entities: as Rasa writes them.
        clauses: how many were joined to this one.
        mentioned: the act that is mentioned, where the intent is `mention`.
    """

    text: str
    intent: str
    confidence: float
    opens: bool = True
    entities: List[Dict[str, Any]] = field(default_factory=list)
    clauses: int = 1
    mentioned: str | None = None

    @property
    def settings(self) -> List[str]:
        """Catalogue keys named or guessed."""
        return [str(entity["value"]) for entity in self.entities if entity.get("entity") == ENTITY]

    @property
    def named(self) -> bool:
        """Whether a setting was named word for word, not guessed."""
        return any(e.get("entity") == ENTITY and float(e.get("confidence", 1.0)) == 1 for e in self.entities)


def bare(text: str) -> bool:
    """Whether a few words name a thing and not what shall become of it."""
    return len(text.split()) <= _FEW and _TURNS.search(text) is None


def _spelt_out(clause: Clause) -> bool:
    """Whether a clause leaves no doubt that it orders a deletion or an opting in, and of what."""
    if clause.intent == "delete_account":
        return clause.opens and _ENDED.search(clause.text) is not None and _ACCOUNT.search(clause.text) is not None
    return (clause.named or clause.confidence >= BEYOND_DOUBT) and _TURNS.search(clause.text) is not None


def counts(text: str, clause: Clause, whole: str) -> bool:
    """Whether a clause asks for what it was understood as.

    It counts only where it is understood well, and where the rules agree that it does not deny, tell, quote or retract
    the act; where there is a doubt, and for a deletion always, they are heard on what stands around it, too.

    Args:
        text: the whole message.
        whole: intent of the whole message.
    """
    if clause.intent not in WISHES or (clause.intent in SWITCHES and not clause.settings):
        return False
    if clause.intent in _SHOWN and len(clause.text.split()) <= _FEW and _SHOW.search(clause.text) is None:
        return False
    if clause.intent == "change_profile" and _SIGNATURE.fullmatch(clause.text) and not text.isupper():
        return False
    ordered = clause.opens or clause.intent == whole
    enough = CERTAIN if clause.intent in GRAVE else SURE if ordered else VERY_SURE
    if clause.confidence < enough or (clause.intent in GRAVE and clause.intent != whole and not _spelt_out(clause)):
        return False
    readings = [read(clause.text, clause.intent), read(text, clause.intent, around=True)]
    surely = clause.confidence >= CERTAIN and clause.intent != "delete_account"
    return all(reading is None or (surely and reading.kind is not Kind.RETRACTED) for reading in readings)
