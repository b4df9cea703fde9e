"""Make everything that answering needs: the encoder, the index of each policy version, the curated phrasings."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.domain.passages import PolicyRef
from bot.policy import corpus, curated, encoder, files
from bot.policy.curated import CuratedAnswer
from bot.policy.encoder import Encoder, Vectors
from bot.policy.errors import IndexUnavailable
from bot.policy.index import PolicyIndex
from bot.policy.units import units_of


def build_all(
    corpus_dir: Path = corpus.DEFAULT_CORPUS,
    models_dir: Path = Path("models"),
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
    for name, versions in policies.items():
        for document in versions:
            path = index_path(models_dir, document.ref)
            if force or not _fresh(path, document.ref, model.sha256):
                units = units_of(document)
                PolicyIndex.build(units, model).save(path, document.ref, model.sha256)
                say(f"policy {name} {document.ref.effective}: indexed {len(units)} sentences")
            else:
                say(f"policy {name} {document.ref.effective}: up to date")
        entries = curated.load_curated(corpus_dir / name)
        for stale in curated.check_curated(entries, versions):
            say(f"policy {name}: curated answer {stale} is stale and will not be served")
        if entries and (force or not _phrasings_fresh(models_dir, name, entries, model.sha256)):
            _save_phrasings(models_dir, name, entries, model)
            say(f"policy {name}: {len(entries)} curated answers")


def index_path(models_dir: Path, ref: PolicyRef) -> Path:
    """Where the index of a policy version lies."""
    return models_dir / "policy" / f"{ref.id}-{ref.effective}.npz"


def _fresh(path: Path, ref: PolicyRef, encoder_sha: str) -> bool:
    try:
        PolicyIndex.load(path, ref, encoder_sha)
    except IndexUnavailable:
        return False
    return True


def _phrasings_path(models_dir: Path, policy: str) -> Path:
    return models_dir / "policy" / f"{policy}-answers.npz"


def _save_phrasings(models_dir: Path, policy: str, entries: Sequence[CuratedAnswer], model: Encoder) -> None:
    vectors = model.encode([q for entry in entries for q in entry.questions])
    manifest = json.dumps({"digest": curated.digest(entries), "encoder": model.sha256}).encode()

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez(file, vectors=vectors, manifest=np.frombuffer(manifest, np.uint8))

    files.publish_file(_phrasings_path(models_dir, policy), write)


def _phrasings_fresh(models_dir: Path, policy: str, entries: Sequence[CuratedAnswer], encoder_sha: str) -> bool:
    try:
        load_phrasings(models_dir, policy, entries, encoder_sha)
    except IndexUnavailable:
        return False
    return True


def load_phrasings(models_dir: Path, policy: str, entries: Sequence[CuratedAnswer], encoder_sha: str) -> Vectors | None:
    """Vectors of all phrasings of the curated answers, in order; None when there are no curated answers.

    Raises:
        IndexUnavailable: missing, stale or broken.
    """
    if not entries:
        return None
    path = _phrasings_path(models_dir, policy)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            manifest = json.loads(arrays["manifest"].tobytes())
            vectors = np.asarray(arrays["vectors"], np.float32)
    except Exception as error:  # numpy raises many kinds for a broken file
        raise IndexUnavailable(f"curated answers {path}: cannot be read. Run `make train` to make it anew.") from error
    if manifest != {"digest": curated.digest(entries), "encoder": encoder_sha}:
        raise IndexUnavailable(f"curated answers {path}: they are stale. Run `make train` to make it anew.")
    return vectors


if __name__ == "__main__":
    build_all()
