"""The way messages are classified, on banking77 and clinc150. Writes docs/understanding/public.json.

    python benchmarks/choices/public.py ../shared/bench/nlu

Both encoders as they ship, under the same regression; lexical features under the same regression as a floor. The
encoder that was taught privacy wishes never saw these sets: its row says how much general meaning the teaching cost.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score

from bot.encoder.export import TAUGHT, export
from bot.encoder.serving import Encoder
from bot.nlu.linear_model import LinearModel
from bot.nlu.wording import plain

Rows = list[dict[str, Any]]
OUT = Path("docs/understanding/public.json")


def rows(path: Path) -> Rows:
    """One JSON object a line: text and label."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def by_encoder(encoder: Encoder, learn: Rows, ask: Sequence[str]) -> tuple[list[str], Any]:
    """Intents and confidences of texts, with the regression that serves."""
    model = LinearModel(c=1.0, scale=5.0)
    model.fit(list(encoder.encode([plain(row["text"]) for row in learn])), [row["label"] for row in learn])
    scores = np.stack([model.probabilities(vector) for vector in encoder.encode([plain(text) for text in ask])])
    return [model.labels[i] for i in scores.argmax(1)], scores.max(1)


def by_words(learn: Rows, ask: Sequence[str]) -> tuple[list[str], Any]:
    """The same on character n-grams."""
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=2)
    model = LogisticRegression(C=10.0, max_iter=200, tol=1e-3)
    model.fit(grams.fit_transform([row["text"] for row in learn]), [row["label"] for row in learn])
    scores = model.predict_proba(grams.transform(ask))
    return [str(model.classes_[i]) for i in scores.argmax(1)], scores.max(1)


def main(folder: Path) -> dict[str, dict[str, float]]:
    """A row for each set and way, printed as it comes."""
    encoders = {}
    for name, taught in (("encoder", None), ("reader", TAUGHT)):
        export(Path("models") / name, taught)
        encoders[name] = Encoder.load(Path("models") / name, threads=2, cache_size=0)
    stray = [row["text"] for row in rows(folder / "clinc150_oos_test.jsonl")]
    found: dict[str, dict[str, float]] = {}
    for data in ("banking77", "clinc150"):
        learn, test = rows(folder / f"{data}_train.jsonl"), rows(folder / f"{data}_test.jsonl")
        ask = [row["text"] for row in test] + (stray if data == "clinc150" else [])
        for way in ("regression on MiniLM", "regression on the tuned encoder", "regression on n-grams"):
            started = time.perf_counter()
            encoder = {"regression on MiniLM": encoders["encoder"], "regression on n-grams": None}.get(
                way, encoders["reader"]
            )
            said, sure = by_encoder(encoder, learn, ask) if encoder else by_words(learn, ask)
            truth = [row["label"] for row in test]
            inside = said[: len(test)]
            row = {
                "n": float(len(test)),
                "accuracy": float(np.mean([a == b for a, b in zip(truth, inside, strict=True)])),
                "macro-F1": float(f1_score(truth, inside, average="macro")),
                "seconds": time.perf_counter() - started,
            }
            if data == "clinc150":
                row["out-of-scope AUROC"] = float(roc_auc_score([1] * len(test) + [0] * len(stray), sure))
            found[f"{data}: {way}"] = {key: round(value, 4) for key, value in row.items()}
            print(data, way, found[f"{data}: {way}"], flush=True)
    OUT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
