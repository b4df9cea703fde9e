"""What an example of data/nlu teaches: its intent, and for some the act or the setting it is about.

A block of examples says so in its `metadata`, which is Rasa's own format: `setting` is a key of the catalogue,
EVERYTHING or NONE; `act` is what a `mention` speaks of without ordering it.
"""

from __future__ import annotations

from typing import Dict, Mapping, Optional

from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT
from rasa.shared.nlu.training_data.message import Message

MENTION, DENY = "mention", "deny"
EVERYTHING, NONE = "everything", "none"
_SEPARATOR, _SETTING = "/", "setting="


def label_of(example: Message) -> str:
    """Intent, act and setting as one label, such as "mention/opt_out/setting=facebook"."""
    told = (example.get(METADATA) or {}).get(METADATA_INTENT) or {}
    parts = [example.get(INTENT), told.get("act"), told.get("setting") and _SETTING + told["setting"]]
    return _SEPARATOR.join(part for part in parts if part)


def intent_of(label: str) -> str:
    """The intent in a label."""
    return label.split(_SEPARATOR)[0]


def act_of(label: str) -> Optional[str]:
    """The act that a mention speaks of, or None where the label is no mention or names no act."""
    intent, *told = label.split(_SEPARATOR)
    return next((part for part in told if not part.startswith(_SETTING)), None) if intent == MENTION else None


def setting_of(label: str) -> Optional[str]:
    """The setting in a label, or None where it has none."""
    last = label.rpartition(_SEPARATOR)[2]
    return last[len(_SETTING) :] if last.startswith(_SETTING) else None


def share_of(scores: Mapping[str, float]) -> Dict[str, float]:
    """How probability is shared among settings, over all labels that have one; empty where none has."""
    found: Dict[str, float] = {}
    for name, score in scores.items():
        setting = setting_of(name)
        if setting is not None:
            found[setting] = found.get(setting, 0.0) + score
    total = sum(found.values())
    return {setting: score / total for setting, score in found.items()} if total else {}
