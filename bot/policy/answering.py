"""The answer to a question about the policy in force: curated where we have one, found where not, or honest silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import numpy as np

from bot.domain.passages import Answer, Outcome, PolicyRef, Quote
from bot.encoder.serving import Encoder, Vectors
from bot.policy import abstention, build, compose, corpus, curated, query, questions, ranking, versions
from bot.policy.curated import CuratedAnswer
from bot.policy.document import PolicyDocument, Section
from bot.policy.index import PolicyIndex
from bot.policy.knowledge import Weights
from bot.policy.matching import CuratedMatcher, Match
from bot.policy.query import Query
from bot.policy.topics import TopicVectors
from bot.policy.units import units_of

CURATED_FROM = 0.66
_SURE_MARGIN = 1.0
_SURE_SHARE = 0.3
_SHORT_FROM = 0.8
_OFF_TOPIC_BELOW = -1.0
_OFF_TOPIC_NEVER_FROM = 0.6
_SHOWN = 3


class PolicyAnswerer:
    """Answers questions about one version of one policy."""

    def __init__(
        self,
        document: PolicyDocument,
        index: PolicyIndex,
        encoder: Encoder,
        topics: TopicVectors,
        weights: Weights,
        entries: tuple[CuratedAnswer, ...] = (),
        matcher: CuratedMatcher | None = None,
        previous: PolicyDocument | None = None,
    ) -> None:
        self.document = document
        self._previous = previous
        self._index, self._encoder, self._topics, self._weights = index, encoder, topics, weights
        self._entries, self._matcher = entries, matcher
        self._phrasings = [phrasing for entry in entries for phrasing in entry.questions]
        quotes = [entry.quotes_in(document) for entry in entries]
        self._quotes = [q or () for q in quotes]
        self._served = np.array([q is not None for q in quotes], bool)
        self._position = position = {unit.id: i for i, unit in enumerate(index.units)}
        self._stands_on = [
            []
            if entry.outcome is Outcome.NOT_IN_POLICY or not found
            else [position[s] for s in document.sentences_in(found[0].start, found[0].end) if s in position]
            for entry, found in zip(entries, self._quotes, strict=False)
        ]

    @classmethod
    def load(
        cls,
        corpus_dir: Path = corpus.DEFAULT_CORPUS,
        models_dir: Path = build.DEFAULT_MODELS,
        *,
        policy: str | None = None,
        today: date | None = None,
        encoder: Encoder | None = None,
    ) -> PolicyAnswerer:
        """Load what `build_all` made.

        Args:
            corpus_dir: the policies.
            models_dir: what was built.
            policy: id of the policy; may be left out while the corpus holds one.
            today: decides the version in force.
            encoder: an encoder that is already loaded.

        Raises:
            CorpusError, EncoderUnavailable, IndexUnavailable: each says what to do.
        """
        known = corpus.choose(corpus.load_corpus(corpus_dir), policy)
        document = corpus.in_force(known, today or datetime.now(timezone.utc).date())
        encoder = encoder or Encoder.load(models_dir / "encoder")
        index = PolicyIndex.load(build.index_path(models_dir, document.ref), document.ref, encoder.sha256)
        entries = curated.load_curated(corpus_dir / document.ref.id)
        matcher = build.load_matcher(models_dir, document.ref.id, entries, encoder.sha256)
        topics = build.load_topics(models_dir, encoder.sha256)
        earlier = [d for d in known if d.ref.effective < document.ref.effective]
        return cls(document, index, encoder, topics, Weights.load(), entries, matcher, earlier[-1] if earlier else None)

    @classmethod
    def in_memory(
        cls, document: PolicyDocument, encoder: Encoder, entries: tuple[CuratedAnswer, ...] = ()
    ) -> PolicyAnswerer:
        """An answerer for a policy that nothing was built for yet."""
        topics, weights = TopicVectors.build(encoder), Weights.load()
        index = PolicyIndex.build(units_of(document), encoder, topics, weights)
        matcher = CuratedMatcher.build(entries, encoder) if entries else None
        return cls(document, index, encoder, topics, weights, entries, matcher)

    @property
    def ref(self) -> PolicyRef:
        """The version that is quoted."""
        return self.document.ref

    @property
    def text(self) -> str:
        """Its plain text; every quote is a slice of it."""
        return self.document.text

    def sections(self) -> tuple[Section, ...]:
        """The sections of that version."""
        return self.document.sections

    def answer(self, message: str, *, on_topic: bool = False) -> list[Answer]:
        """One answer for each question in the message, in order; never empty and never raises on odd input.

        Args:
            on_topic: it is known to be about privacy, so where the policy is silent, that is the answer.
        """
        parts = questions.split(message)
        if not parts:
            return [Answer(Outcome.OUT_OF_SCOPE, compose.UNREADABLE, (), self.ref, 0.0)]
        answers: list[Answer] = []
        for asked in query.read(parts, self._encoder, self._topics, self._weights):
            found = replace(self._one(asked, on_topic), question=asked.text)
            for quote in found.quotes:
                self.document.check(quote)
            if not any(compose.same(found, other) for other in answers):
                answers.append(found)
        related = [a for a in answers if a.outcome is not Outcome.OUT_OF_SCOPE]
        return related or answers[:1]

    def _one(self, asked: Query, on_topic: bool) -> Answer:
        if versions.asks_what_changed(asked.text):
            return versions.what_changed(self.document, self._previous)
        scores = ranking.rank(self._index, asked, self._weights.ranking)
        score = abstention.score(abstention.features(self._index, asked, scores), self._weights)
        found = self._chosen(asked, scores, score, on_topic)
        return replace(found, quotes=tuple(self._scored(quote, scores) for quote in found.quotes))

    def _chosen(self, asked: Query, scores: Vectors, score: float, on_topic: bool) -> Answer:
        match = self._match(asked, scores)
        if match and match.confidence >= CURATED_FROM:
            sure = match.margin >= _SURE_MARGIN or match.share >= _SURE_SHARE
            return self._curated(match, asked.text) if sure else self._either(match, asked, scores, score)
        off_topic = not on_topic and asked.scope < _OFF_TOPIC_BELOW and score < _OFF_TOPIC_NEVER_FROM
        if off_topic or not any(ch.isalpha() for ch in asked.text):
            lead = compose.OFF_TOPIC if questions.is_english(asked.text) else compose.FOREIGN
            return Answer(Outcome.OUT_OF_SCOPE, lead, (), self.ref, score)
        return self._found(scores, score)

    def _scored(self, quote: Quote, scores: Vectors) -> Quote:
        """The quote with the score of its best sentence."""
        sentences = self.document.sentences_in(quote.start, quote.end)
        own = [float(scores[self._position[name]]) for name in sentences if name in self._position]
        spread = float(scores.std()) or 1.0
        return replace(quote, score=(max(own) - float(scores.mean())) / spread) if own else quote

    def _match(self, asked: Query, scores: Vectors) -> Match | None:
        if self._matcher is None or not self._served.any():
            return None
        evidence = np.array([scores[at].max() if at else 0.0 for at in self._stands_on], np.float32)
        return self._matcher.match(asked, evidence, self._served)

    def _curated(self, match: Match, text: str) -> Answer:
        best = match.order[0]
        entry, quotes = self._entries[best], self._quotes[best]
        nearest = quotes[0].section_title if quotes else None
        score = min(1.0, max(0.0, match.confidence))
        lead = entry.lead
        if self._phrasings[match.phrasing] in entry.short_to and match.nearness >= _SHORT_FROM and compose.plain(text):
            lead = f"{entry.short} {lead}"
        return Answer(entry.outcome, lead, quotes, self.ref, score, entry.follow_ups, nearest, curated=entry.id)

    def _either(self, match: Match, asked: Query, scores: Vectors, score: float) -> Answer:
        """Two entries fit about as well: show the words of both and claim nothing beyond them."""
        first, second = match.order[0], match.order[1]
        if Outcome.NOT_IN_POLICY in (self._entries[first].outcome, self._entries[second].outcome):
            return self._curated(match, asked.text)
        quotes = compose.merge(self._quotes[first][:1], self._quotes[second][:1], self._best_quotes(scores)[:1])
        offers = dict.fromkeys([*self._entries[first].follow_ups, *self._entries[second].follow_ups])
        sure = max(score, min(1.0, match.confidence))
        title = quotes[0].section_title
        return Answer(Outcome.PARTLY, compose.LEAD, quotes[:_SHOWN], self.ref, sure, tuple(offers), title)

    def _found(self, scores: Vectors, score: float) -> Answer:
        quotes = self._best_quotes(scores)
        nearest = quotes[0].section_title
        if score < self._weights.partly_from:
            return Answer(Outcome.NOT_IN_POLICY, compose.SILENT, (), self.ref, score, ("handoff",), nearest)
        if score >= self._weights.answered_from:
            lead = compose.found_lead(self.document, quotes[0])
            return Answer(Outcome.ANSWERED, lead, quotes, self.ref, score, (), nearest)
        return Answer(Outcome.PARTLY, compose.PARTLY_LEAD, quotes, self.ref, score, ("handoff",), nearest)

    def _best_quotes(self, scores: Vectors) -> tuple[Quote, ...]:
        """The best sentences, each text once."""
        found: dict[str, Quote] = {}
        for i in np.argsort(-scores, kind="stable")[: _SHOWN * 4]:
            sentence = self.document.place(self._index.units[int(i)].id)[2]
            found.setdefault(sentence.text, self.document.quote(sentence.start, sentence.end))
        return tuple(found.values())[:_SHOWN]
