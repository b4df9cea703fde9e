"""Finds the privacy settings a message speaks of: by the phrases of the catalogue, and by what the classifier heard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any, Dict, List, Optional, Text, Tuple, Union

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.domain.settings import GROUPS, SETTINGS, Group, Setting
from bot.nlu.component import SETTING_GUESS, RuleComponent, add_entities, with_clauses
from bot.nlu.labels import EVERYTHING, MENTION, NONE
from bot.nlu.wording import own_words, same_length

ENTITY = "setting"
_TOKEN = re.compile(r"e-mails?\b|[^\W_]+(?:'(?!s\b)[^\W_]+)*", re.UNICODE)
_SHORT_FORMS = {"unsub": "unsubscribe", "info": "information", "infos": "information"}
# Ordinary words one slip away from a catalogue word; they are never taken for a typing error.
_NOT_TYPOS = frozenset(
    ["policy", "policies", "counts", "customs", "search", "searches", "officers", "parties", "clint", "charing"]
)
_EVERYTHING = (
    "everything",
    "all of it",
    "all of them",
    "all settings",
    "all my settings",
    "the lot",
    "all off",
    "all on",
)
_VERBS = frozenset(["share", "shared", "email", "mail"])
_MOST_WORDS = 500
_MIN_TYPO = 6
_MIN_TWO_TYPOS = 9
_ABOUT_SWITCHES = ("opt_out", "opt_in", MENTION)
# How sure of a setting the classifier must be, beside one that was named and where none was.
_SURE, _FAIRLY_SURE = 0.8, 0.6
# What stands between the members of a list.
_LISTED = re.compile(
    r"(?:[\s,;&+/]|\b(?:and|or|nor|plus|also|as well as|the|my|your|all|any|no|more|of|stop|turn|switch|off|on)\b)+",
    re.I,
)


@dataclass(frozen=True)
class Hit:
    """A phrase found in a text: catalogue key, and where it stands.

    Attributes:
        verb: a word like "share", which names a setting only where nothing else does ("share it on Facebook").
    """

    key: str
    start: int
    end: int
    exact: bool
    verb: bool = False


def find_settings(text: str) -> List[Hit]:
    """The settings and groups named, in order, each once.

    The longest phrase wins; a setting silences the group it belongs to, because "sharing with clients" is not
    a word about sharing at large. "Everything" stands for all groups, unless something is named.
    """
    words = islice(_TOKEN.finditer(same_length(text)), _MOST_WORDS)
    tokens = [(match.start(), match.end(), _norm(match.group())) for match in words]
    found: List[Hit] = []
    at = 0
    while at < len(tokens):
        if match := _longest([word for _, _, word in tokens[at : at + _longest_phrase()]]):
            keys, length, exact = match
            verb = length == 1 and tokens[at][2] in _VERBS
            found.extend(Hit(key, tokens[at][0], tokens[at + length - 1][1], exact, verb) for key in keys)
            at += length
        else:
            at += 1
    return _settle(found)


def _settle(found: List[Hit]) -> List[Hit]:
    hits: Dict[str, Hit] = {}
    everything: List[Hit] = []
    if len({hit.key for hit in found}) > 1:
        found = [hit for hit in found if not hit.verb]
    for hit in sorted(found, key=lambda hit: hit.start):
        if hit.key == "*":
            everything.append(hit)
        else:
            hits.setdefault(hit.key, hit)
    if not hits and everything:
        first = everything[0]
        return [Hit(group.key, first.start, first.end, True) for group in GROUPS if group.key != "fixed"]
    narrowed = {_group_of()[key] for key in hits if key in _group_of()}
    return [hit for key, hit in hits.items() if key not in narrowed]


def _longest(words: List[str]) -> Optional[Tuple[Tuple[str, ...], int, bool]]:
    """Keys, length and exactness of the longest phrase these words begin with; exact ones first."""
    close = None
    for phrase, keys in _phrases():
        if len(phrase) > len(words) or (close is not None and len(phrase) < close[1]):
            continue
        if list(phrase) == words[: len(phrase)]:
            return keys, len(phrase), True
        if close is None and all(_close(typed, word) for typed, word in zip(words, phrase, strict=False)):
            close = keys, len(phrase), False
    return close


def _longest_phrase() -> int:
    return len(_phrases()[0][0])


@lru_cache(maxsize=1)
def _phrases() -> Tuple[Tuple[Tuple[str, ...], Tuple[str, ...]], ...]:
    """Every phrase as words with its keys, longest first."""
    table: Dict[Tuple[str, ...], List[str]] = {}
    catalogue: List[Union[Group, Setting]] = [*GROUPS, *SETTINGS]
    for entry in catalogue:
        key = entry.key
        for phrase in (*entry.phrases, entry.title):
            words = tuple(_norm(match.group()) for match in _TOKEN.finditer(same_length(phrase)))
            if key not in table.setdefault(words, []):
                table[words].append(key)
    for phrase in _EVERYTHING:
        table[tuple(_norm(word) for word in phrase.split())] = ["*"]
    return tuple(sorted(((w, tuple(k)) for w, k in table.items()), key=lambda item: (-len(item[0]), item[0])))


@lru_cache(maxsize=1)
def _group_of() -> Dict[str, str]:
    return {entry.key: entry.group for entry in SETTINGS}


def _norm(word: str) -> str:
    word = _SHORT_FORMS.get(word, word).replace("-", "")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _close(typed: str, word: str) -> bool:
    if typed == word:
        return True
    if len(word) < _MIN_TYPO or typed[:1] != word[:1] or typed in _NOT_TYPOS:
        return False
    allowed = 2 if len(word) >= _MIN_TWO_TYPOS else 1
    return abs(len(typed) - len(word)) <= allowed and distance(typed, word, allowed) <= allowed


def distance(a: str, b: str, limit: int) -> int:
    """Edits (insert, drop, replace, swap neighbours) between two words; `limit + 1` stands for "more"."""
    before: List[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def meant(text: str, hits: List[Hit], guess: Optional[Dict[str, Any]]) -> List[str]:
    """Catalogue keys a wish is about: those named, unless the message as a whole is surely about another group.

    What is named in one list ("facebook and the newsletter") is meant as it is named.

    Args:
        guess: `value` and `confidence` of the setting that the classifier heard.
    """
    named = [hit.key for hit in hits]
    gaps = [text[one.end : other.start] for one, other in pairwise(hits)]
    if gaps and all(gap.strip() and _LISTED.fullmatch(gap) for gap in gaps):
        return named
    if guess is None or guess["confidence"] < (_SURE if named else _FAIRLY_SURE) or guess["value"] == NONE:
        return named
    if guess["value"] == EVERYTHING:
        return [group.key for group in GROUPS if group.key != "fixed"]
    return [key for key in named if _of_group(key) == _of_group(guess["value"])] or [guess["value"]]


def _of_group(key: str) -> str:
    return _group_of().get(key, key)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SettingsExtractor(RuleComponent, EntityExtractorMixin):
    """Adds a `setting` entity, valued with the catalogue key, for every setting named or, in a wish, meant."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Appends what was found to the entities of each message and clause."""
        for message in with_clauses(messages):
            text = own_words(message.get(TEXT))
            hits = find_settings(text)
            wish = (message.get(INTENT) or {}).get("name") in _ABOUT_SWITCHES
            keys = meant(text, hits, message.get(SETTING_GUESS)) if wish else [hit.key for hit in hits]
            places = {hit.key: hit for hit in hits}
            whole = Hit("", 0, len(message.get(TEXT)), False)
            add_entities(message, type(self).__name__, [_entity(key, places.get(key, whole)) for key in keys])
        return messages


def _entity(key: str, hit: Hit) -> Dict[Text, Any]:
    confidence = 1.0 if hit.exact else 0.8
    return {"entity": ENTITY, "start": hit.start, "end": hit.end, "value": key, "confidence": confidence}
