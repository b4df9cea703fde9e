"""The answer to a question about the policy in force: curated where we have one, found where not, or honest silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from bot.domain.passages import Answer, Outcome, PolicyRef, Quote
from bot.policy import build, corpus, curated, questions, ranking
from bot.policy.curated import CuratedAnswer
from bot.policy.document import PolicyDocument, Section
from bot.policy.encoder import Encoder, Vectors
from bot.policy.index import PolicyIndex

LEAD = "The policy says:"
SILENT = "The policy does not say anything about that."
OFF_TOPIC = "That is not something a privacy policy answers."
UNREADABLE = "There is no question in that message that I can read."
_CURATED_FROM = 0.66
_PARTLY_FROM = 0.40
_ANSWERED_FROM = 0.48
_ON_TOPIC_FROM = 0.22
_SHOWN = 3


class PolicyAnswerer:
    """Answers questions about one policy, in the version in force."""

    def __init__(
        self,
        document: PolicyDocument,
        index: PolicyIndex,
        encoder: Encoder,
        entries: tuple[CuratedAnswer, ...] = (),
        phrasings: Vectors | None = None,
    ) -> None:
        self.document = document
        self._index, self._encoder = index, encoder
        owners = [i for i, entry in enumerate(entries) for _ in entry.questions]
        quotes = [entry.quotes_in(document) for entry in entries]
        served = [row for row, owner in enumerate(owners) if quotes[owner] is not None]
        self._entries = entries
        self._quotes = [q or () for q in quotes]
        self._owners = [owners[row] for row in served]
        self._phrasings = phrasings[served] if phrasings is not None and served else None

    @classmethod
    def load(
        cls,
        corpus_dir: Path = corpus.DEFAULT_CORPUS,
        models_dir: Path = Path("models"),
        *,
        policy: str | None = None,
        today: date | None = None,
        encoder: Encoder | None = None,
    ) -> PolicyAnswerer:
        """Load what `build_all` made.

        Args:
            policy: id of the policy; may be left out while the corpus holds one.
            today: decides the version in force.
            encoder: an encoder that is already loaded.

        Raises:
            CorpusError, EncoderUnavailable, IndexUnavailable: each says what to do.
        """
        versions = corpus.choose(corpus.load_corpus(corpus_dir), policy)
        document = corpus.in_force(versions, today or date.today())
        encoder = encoder or Encoder.load(models_dir / "encoder")
        path = build.index_path(models_dir, document.ref)
        index = PolicyIndex.load(path, document.ref, encoder.sha256)
        entries = curated.load_curated(corpus_dir / document.ref.id)
        phrasings = build.load_phrasings(models_dir, document.ref.id, entries, encoder.sha256)
        return cls(document, index, encoder, entries, phrasings)

    @property
    def ref(self) -> PolicyRef:
        """The version in force."""
        return self.document.ref

    @property
    def text(self) -> str:
        """Its plain text; every quote is a slice of it."""
        return self.document.text

    def sections(self) -> tuple[Section, ...]:
        """The sections of the version in force."""
        return self.document.sections

    def answer(self, message: str) -> list[Answer]:
        """One answer for each question in the message, in order; never empty and never raises on odd input."""
        parts = questions.split(message)
        if not parts:
            return [Answer(Outcome.OUT_OF_SCOPE, UNREADABLE, (), self.ref, 0.0)]
        vectors = self._encoder.encode(parts)
        answers: list[Answer] = []
        for part, vector in zip(parts, vectors):
            found = replace(self._one(vector), question=part)
            for quote in found.quotes:
                self.document.check(quote)
            if not any(_same(found, other) for other in answers):
                answers.append(found)
        return answers

    def _one(self, vector: Vectors) -> Answer:
        if self._phrasings is not None:
            near = self._phrasings @ vector
            best = int(near.argmax())
            if near[best] >= _CURATED_FROM:
                return self._curated(self._owners[best], float(near[best]))
        return self._found(vector)

    def _curated(self, which: int, score: float) -> Answer:
        entry, quotes = self._entries[which], self._quotes[which]
        nearest = quotes[0].section_title if quotes else None
        score = min(1.0, max(0.0, score))
        return Answer(entry.outcome, entry.lead, quotes, self.ref, score, entry.follow_ups, nearest, curated=entry.id)

    def _found(self, vector: Vectors) -> Answer:
        order = np.argsort(-ranking.rank(self._index, vector))[:_SHOWN]
        quotes = tuple(self._quote(int(i)) for i in order)
        score = ranking.confidence(self._index, vector)
        nearest = quotes[0].section_title
        if score >= _PARTLY_FROM:
            outcome = Outcome.ANSWERED if score >= _ANSWERED_FROM else Outcome.PARTLY
            return Answer(outcome, LEAD, quotes, self.ref, score, (), nearest)
        if score >= _ON_TOPIC_FROM:
            return Answer(Outcome.NOT_IN_POLICY, SILENT, (), self.ref, score, ("handoff",), nearest)
        return Answer(Outcome.OUT_OF_SCOPE, OFF_TOPIC, (), self.ref, score)

    def _quote(self, unit: int) -> Quote:
        sentence = self.document.place(self._index.units[unit].id)[2]
        return self.document.quote(sentence.start, sentence.end)


def _same(one: Answer, other: Answer) -> bool:
    return (one.outcome, one.lead, one.quotes, one.curated) == (other.outcome, other.lead, other.quotes, other.curated)
