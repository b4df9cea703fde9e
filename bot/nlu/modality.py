"""Does the message ask for the thing, or only speak of it?

A classifier hears "delete my account" in "don't delete my account", in "what happens if I delete my account?"
and in "my friend said delete my account". Acting on those does harm, so this is settled by rule, not by data.

A message is cut into sentences and clauses. Every mention of the action ("delete", "closing", "unsubscribe" …)
gets a reading from the words that govern it. One plain mention is enough to act, unless it is taken back later.
Where no mention is plain, the intent gives way to a safe one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bot.nlu import modality_patterns as say
from bot.nlu.acts import FAMILIES, TURNING_ON, Family
from bot.nlu.wording import plain

ASK, DENY, OUT_OF_SCOPE = "ask_policy", "deny", "out_of_scope"
_OURS = ("delete_account", "opt_out", "opt_in")
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.MULTILINE)


class Kind(str, Enum):
    """How the action is spoken of."""

    PLAIN = "plain"
    NEGATED = "negated"
    HYPOTHETICAL = "hypothetical"
    QUESTION = "question"
    REPORTED = "reported"
    STATUS = "status"
    PAST = "past"
    RETRACTED = "retracted"


@dataclass(frozen=True)
class Reading:
    """Why an intent gave way, and the safe intent to take instead."""

    kind: Kind
    intent: str


@dataclass(frozen=True)
class _Mention:
    at: int
    kind: Kind
    verb: str


def read(text: str, intent: str, *, around: bool = False) -> Reading | None:
    """The safe reading of a message that was understood as an acting intent; None where it may act.

    Args:
        around: the text is what stands around the wish, so a refusal in it may be of something else.
    """
    family = FAMILIES.get(intent)
    if family is None:
        return None
    if intent in _OURS and say.ELSEWHERE.search(plain(text)) and not say.HERE.search(plain(text)):
        return Reading(Kind.REPORTED, OUT_OF_SCOPE)
    if intent == "delete_account" and say.UNDOES.search(plain(text)):
        return Reading(Kind.RETRACTED, "revoke_request")
    reading = _of_the_act(text, family)
    if intent == "opt_out" and reading is None and _stays_off(text, family):
        return Reading(Kind.NEGATED, DENY)
    if intent == "opt_out" and not around and reading is None and _grants(plain(text)):
        return Reading(Kind.PLAIN, "opt_in")
    if intent == "opt_in" and not around and (reading is None or reading.kind is Kind.PAST) and _refuses(plain(text)):
        return Reading(Kind.NEGATED, "opt_out")
    return reading


def _grants(text: str) -> bool:
    """Whether permission is given and nothing is refused; opting in still asks for a yes."""
    if say.REVERTED.search(text) and not say.OFF_NOW.search(text):
        return say.GRANTED.search(text) is not None
    return say.OPPOSED.search(text) is None and say.GRANTED.search(text) is not None


def _refuses(text: str) -> bool:
    return say.OPPOSED.search(text) is not None and say.REVERTED.search(text) is None


def _stays_off(text: str, off: Family) -> bool:
    """Whether all that is said is that nothing shall be turned on ("don't turn on the posts")."""
    sentences = [say.strip_courtesy(sentence) for sentence in say.sentences(plain(text))]
    on = _mentions(sentences, TURNING_ON)
    return bool(on) and all(mention.kind is Kind.NEGATED for mention in on) and not _mentions(sentences, off)


def _of_the_act(text: str, family: Family) -> Reading | None:
    everything = plain(text)
    own = say.FORWARDED.split(plain(_QUOTED_LINE.sub(" ", text)), maxsplit=1)[0]
    sentences = [say.strip_courtesy(sentence) for sentence in say.sentences(own)]
    mentions = _mentions(sentences, family)
    if family.contentment and _content(sentences, mentions):
        return Reading(Kind.NEGATED, DENY)
    if not mentions:
        if own != everything and family.action.search(everything):
            return Reading(Kind.REPORTED, ASK)
        return _unspoken(sentences, family)
    if family.severe and any(say.JUST_ASKING.search(sentence) for sentence in sentences):
        return Reading(Kind.QUESTION, ASK)
    plain_at = [number for number, mention in enumerate(mentions) if mention.kind is Kind.PLAIN]
    if not plain_at:
        spoken = [mention for mention in mentions if mention.kind is not Kind.RETRACTED]
        topics = [mention for mention in spoken if mention.kind not in (Kind.STATUS, Kind.PAST)]
        return _give_way((topics or spoken)[-1], sentences, family)
    if any(mention.kind is Kind.RETRACTED for mention in mentions[plain_at[-1] + 1 :]):
        return Reading(Kind.RETRACTED, DENY)
    return None


def _content(sentences: list[str], mentions: list[_Mention]) -> bool:
    """Whether the person says it may stay as it is, and orders nothing."""
    ordered = any(mention.kind is Kind.PLAIN for mention in mentions)
    return not ordered and any(say.CONTENT.search(sentence) for sentence in sentences)


def _give_way(mention: _Mention, sentences: list[str], family: Family) -> Reading | None:
    kind = mention.kind
    if kind is Kind.QUESTION and family.questions_act:
        return None
    if kind is Kind.STATUS:
        return Reading(kind, family.status)
    if kind is Kind.PAST:
        return None if family.past is None else Reading(kind, family.past)
    if kind is not Kind.NEGATED or any(say.ASKS.search(sentence) for sentence in sentences):
        return Reading(kind, ASK)
    named = (intent for verb, intent in family.negated_as if verb.search(mention.verb))
    return Reading(kind, next(named, DENY))


def _unspoken(sentences: list[str], family: Family) -> Reading | None:
    """No word of the act itself: suppositions, and questions where acting would do harm, are held back."""
    whole = " ".join(sentences)
    if say.SUPPOSE.search(whole) or any(say.BELIEVES.match(sentence) for sentence in sentences):
        return Reading(Kind.HYPOTHETICAL, ASK)
    if len(sentences) == 1 and (say.RIGHT.fullmatch(whole) or _only_asks(whole)):
        return None if family.questions_act else Reading(Kind.QUESTION, ASK)
    if family.severe and say.KEEP.search(whole):
        return Reading(Kind.NEGATED, DENY)
    if (
        family.severe
        and (say.OPEN_QUESTION.match(whole) or say.JUST_ASKING.search(whole))
        and not say.DEMAND.search(whole)
    ):
        return Reading(Kind.QUESTION, ASK)
    return None


def _only_asks(sentence: str) -> bool:
    ordered = say.REQUEST.search(sentence) or say.DEMAND.search(sentence) or " please" in sentence
    return not ordered and (say.OPEN_QUESTION.match(sentence) is not None or say.IN_THEORY.search(sentence) is not None)


def _mentions(sentences: list[str], family: Family) -> list[_Mention]:
    """What is said of the act, in order. Taking back counts only after the act was named."""
    found: list[_Mention] = []
    for sentence in sentences:
        here = [
            _Mention(m.start(), _kind(sentence, m, family), _verb(sentence, m))
            for m in family.action.finditer(sentence)
        ]
        if found or here:
            if family.retractable:
                taken = {mention.at for mention in here}
                backs = [*say.RETRACT.finditer(sentence)]
                if family.severe:
                    backs += say.RETRACT_LEAVING.finditer(sentence)
                here.extend(_Mention(m.start(), Kind.RETRACTED, "") for m in backs if m.start() not in taken)
            here.extend(_Mention(m.start(), Kind.PLAIN, "") for m in say.DO_IT.finditer(sentence))
        found.extend(sorted(here, key=lambda mention: mention.at))
    while found and found[0].kind is Kind.RETRACTED:
        found.pop(0)
    return found


def _verb(sentence: str, mention: re.Match[str]) -> str:
    """The verb, with the "stop" that governs it."""
    stop = re.search(r"\bstop $", sentence[: mention.start()])
    return (stop.group() if stop else "") + mention.group()


def _kind(sentence: str, mention: re.Match[str], family: Family) -> Kind:
    before, verb, after = sentence[: mention.start()], mention.group(), sentence[mention.end() :]
    clause = say.last_clause(before)
    asked = sentence.endswith("?") or say.OPEN_QUESTION.match(sentence) is not None
    if say.quoted(before, after) or say.REPORTED.search(before) or say.of_others(before):
        return Kind.REPORTED
    if say.threatens(before):
        return Kind.PLAIN
    if say.STATUS.search(clause):
        return Kind.STATUS
    if say.negates(clause, after) or say.negated_aside(before):
        return Kind.NEGATED
    if say.TELL.search(clause):
        return Kind.QUESTION
    if say.IN_THEORY.search(sentence) and not say.DEMAND.search(clause):
        return Kind.HYPOTHETICAL
    if say.SUPPOSING.search(before) or say.DOUBTING.search(clause) or say.about_it(before, verb):
        return Kind.HYPOTHETICAL
    if say.done_by_me(clause, verb):
        return Kind.PAST
    if say.DEMAND.search(clause) or (not clause.strip(" ,") and not asked):
        return Kind.PLAIN
    if say.WONDERING.search(clause):
        return Kind.QUESTION
    if say.SUPPOSING_AFTER.match(after):
        return Kind.HYPOTHETICAL
    if say.REQUEST.search(clause) or "please" in after:
        return Kind.PLAIN
    if say.ASKING.search(clause) or (family.severe and (asked or say.unable(clause))):
        return Kind.QUESTION
    return Kind.PLAIN
