"""Make everything that answering needs: the encoder, topic vectors, and for each policy its indexes and answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bot.domain.passages import PolicyRef
from bot.encoder import export as encoder
from bot.encoder.serving import Encoder
from bot.policy import corpus, curated, knowledge, stored
from bot.policy.curated import CuratedAnswer
from bot.policy.errors import IndexUnavailable
from bot.policy.index import PolicyIndex
from bot.policy.knowledge import Head, Weights
from bot.policy.lexical import LexicalIndex
from bot.policy.matching import CuratedMatcher
from bot.policy.topics import TopicVectors
from bot.policy.units import units_of

DEFAULT_MODELS = Path("models")
_FORMAT = "2"


def build_all(
    corpus_dir: Path = corpus.DEFAULT_CORPUS,
    models_dir: Path = DEFAULT_MODELS,
    *,
    say: Callable[[str], None] = print,
    force: bool = False,
) -> None:
    """Build what is missing or stale under `models_dir`.

    Raises:
        CorpusError, CuratedError: the corpus must be mended first.
    """
    policies = corpus.load_corpus(corpus_dir)
    made = encoder.export(models_dir / "encoder", force=force)
    say("encoder: exported to ONNX" if made else "encoder: up to date")
    model = Encoder.load(models_dir / "encoder", threads=2)
    topics = _topics(models_dir, model, force)
    weights = Weights.load()
    for name, versions in policies.items():
        for document in versions:
            path = index_path(models_dir, document.ref)
            if not force and _usable(partial(PolicyIndex.load, path, document.ref, model.sha256)):
                say(f"policy {name} {document.ref.effective}: up to date")
                continue
            units = units_of(document)
            PolicyIndex.build(units, model, topics, weights).save(path, document.ref, model.sha256)
            say(f"policy {name} {document.ref.effective}: indexed {len(units)} sentences")
        entries = curated.load_curated(corpus_dir / name)
        for stale in curated.check_curated(entries, versions):
            say(f"policy {name}: curated answer {stale} is stale and will not be served")
        if entries and (force or not _usable(partial(load_matcher, models_dir, name, entries, model.sha256))):
            _save_matcher(models_dir, name, entries, model)
            say(f"policy {name}: {len(entries)} curated answers")


def index_path(models_dir: Path, ref: PolicyRef) -> Path:
    """Where the index of a policy version lies."""
    return models_dir / "policy" / f"{ref.id}-{ref.effective}.npz"


def _usable(load: Callable[[], object]) -> bool:
    try:
        load()
    except IndexUnavailable:
        return False
    return True


def _topics_key(encoder_sha: str) -> list[str]:
    return [_FORMAT, encoder_sha, knowledge.digest()]


def _topics(models_dir: Path, model: Encoder, force: bool) -> TopicVectors:
    if not force and _usable(lambda: load_topics(models_dir, model.sha256)):
        return load_topics(models_dir, model.sha256)
    made = TopicVectors.build(model)
    stored.save(models_dir / "policy" / "topics.npz", _topics_key(model.sha256), dict(vars(made)))
    return made


def load_topics(models_dir: Path, encoder_sha: str) -> TopicVectors:
    """Vectors of the topics.

    Raises:
        IndexUnavailable: missing, stale or broken.
    """
    path = models_dir / "policy" / "topics.npz"
    arrays, _ = stored.load(path, _topics_key(encoder_sha))
    try:
        return TopicVectors(**arrays)
    except TypeError as error:
        raise stored.unavailable(path, "it cannot be read") from error


def _matcher_file(models_dir: Path, policy: str) -> Path:
    return models_dir / "policy" / f"{policy}-answers.npz"


def _matcher_key(entries: Sequence[CuratedAnswer], encoder_sha: str) -> list[str]:
    return [_FORMAT, curated.digest(entries), encoder_sha, knowledge.digest()]


def _save_matcher(models_dir: Path, policy: str, entries: Sequence[CuratedAnswer], model: Encoder) -> None:
    made = CuratedMatcher.build(entries, model)
    arrays: stored.Arrays = {
        "phrasings": made.phrasings,
        "owners": made.owners,
        "votes": made.classifier.weights,
        "bias": made.classifier.bias,
        **made.lexical.arrays(),
    }
    path = _matcher_file(models_dir, policy)
    stored.save(path, _matcher_key(entries, model.sha256), arrays, made.lexical.words())


def load_matcher(
    models_dir: Path, policy: str, entries: Sequence[CuratedAnswer], encoder_sha: str
) -> CuratedMatcher | None:
    """The matcher of a policy's curated answers; None when it has none.

    Raises:
        IndexUnavailable: missing, stale or broken.
    """
    if not entries:
        return None
    path = _matcher_file(models_dir, policy)
    arrays, words = stored.load(path, _matcher_key(entries, encoder_sha))
    try:
        head = Head(np.asarray(arrays["votes"]), np.asarray(arrays["bias"]))
        lexical = LexicalIndex.from_arrays(arrays, words, len(entries))
        return CuratedMatcher(arrays["phrasings"], arrays["owners"], head, lexical)
    except (KeyError, TypeError, ValueError) as error:
        raise stored.unavailable(path, "it cannot be read") from error


if __name__ == "__main__":
    build_all()
