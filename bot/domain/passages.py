"""What an answer from a policy is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class Outcome(str, Enum):
    """How far the policy answers a question."""

    ANSWERED = "answered"
    PARTLY = "partly"
    NOT_IN_POLICY = "not_in_policy"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class PolicyRef:
    """One version of one policy.

    Attributes:
        id: name of the policy in the corpus, for example ``outsource``.
        title: what a person reads.
        effective: first day on which this version is in force.
        version: SHA-256 (hex) of the policy's plain text; explains old answers.
    """

    id: str
    title: str
    effective: date
    version: str


@dataclass(frozen=True)
class Quote:
    """Words of the policy, verbatim.

    Attributes:
        text: equals ``plain_text[start:end]`` of the policy version it comes from.
        passage_id: id of the sentence it starts in; also the anchor on the hosted policy page.
        section_id: id of the section.
        section_title: title of the section, with its number as in the policy.
        start: offset of the first character in the plain text.
        end: offset after the last character.
        score: how far it stands above the average sentence of the policy for the question, in standard deviations;
            None where nothing was asked.
    """

    text: str
    passage_id: str
    section_id: str
    section_title: str
    start: int
    end: int
    score: float | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Answer:
    """The reply to one question.

    Attributes:
        outcome: how far the policy answers it.
        lead: a plain sentence shown before the quotes.
        quotes: best first. With NOT_IN_POLICY they are the nearest the policy comes, and the lead says so.
        policy: the version quoted.
        score: 0..1, how sure we are that the policy answers the question.
        follow_ups: keys of actions to offer, for example ``opt_out:facebook`` or ``delete_account``.
        nearest: title of the section nearest to the question, when there is one.
        question: the part of the message this answers.
        curated: id of the curated entry behind it, or None.
    """

    outcome: Outcome
    lead: str
    quotes: tuple[Quote, ...]
    policy: PolicyRef
    score: float
    follow_ups: tuple[str, ...] = ()
    nearest: str | None = None
    question: str = ""
    curated: str | None = None
