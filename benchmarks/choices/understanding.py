"""Side by side: ways of telling intents apart. Writes the table of docs/understanding.md.

    python benchmarks/choices/understanding.py --share 0.25 --epochs 30

Every candidate learns from the same stratified share of data/nlu and is measured on the same fifth of it ("fold") and
on tests/evals/intents4.jsonl to intents6.jsonl, messages of strangers ("strangers"), by intent. No guard, no clauses:
this is about the classifier alone. The tuned encoder saw the fold when it was taught: its rows count on strangers only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import structlog
import yaml
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

TOKENIZER = {"name": "WhitespaceTokenizer"}
ENCODER = {"name": "bot.nlu.encoder_featurizer.EncoderFeaturizer", "folder": "models/encoder", "taught": ""}
TUNED = {"name": "bot.nlu.encoder_featurizer.EncoderFeaturizer"}
OURS = "bot.nlu.intent_classifier.VectorIntentClassifier"
SAFE = ["mention", "deny", "ask_policy", "out_of_scope", "request_status", "view_settings"]
# Intents behind the outcome labels of `bot eval intents`.
INTENTS = {
    **{f"opt_{way}_{group}": [f"opt_{way}"] for way in ("in", "out") for group in ("sharing", "facebook", "marketing")},
    "cancel_deletion": ["revoke_request"],
    "deletion_status": ["request_status"],
    "change_setting": ["change_setting", "change_profile"],
    "view_settings": ["view_settings", "view_profile", "request_export"],
    "ask_policy": ["ask_policy", "preview_deletion"],
    "login": ["sign_in"],
    "logout": ["sign_out"],
    "child_data": ["report_child"],
    "greet": ["greet", "help", "bot_challenge"],
    "deny": ["deny", "mention"],
    "negated": SAFE,
}
COUNTS = [
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]


def candidates(epochs: int) -> dict[str, list[dict[str, Any]]]:
    """Pipelines by name."""
    diet = {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "entity_recognition": False}
    stock = [TOKENIZER, {"name": "RegexFeaturizer"}, {"name": "LexicalSyntacticFeaturizer"}, *COUNTS]
    return {
        "regression on the tuned encoder (chosen)": [TOKENIZER, TUNED, {"name": OURS}],
        "Rasa's regression on the tuned encoder": [TOKENIZER, TUNED, {"name": "LogisticRegressionClassifier"}],
        "regression on MiniLM": [TOKENIZER, ENCODER, {"name": OURS, "c": 1.0}],
        "Rasa's regression on MiniLM": [TOKENIZER, ENCODER, {"name": "LogisticRegressionClassifier"}],
        f"DIET with MiniLM, {epochs} epochs": [TOKENIZER, ENCODER, *COUNTS, diet],
        f"DIET without MiniLM, {epochs} epochs": [TOKENIZER, *COUNTS, diet],
        f"stock Rasa pipeline, {epochs} epochs": [
            *stock,
            {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True},
            {"name": "EntitySynonymMapper"},
            {"name": "ResponseSelector", "epochs": epochs, "constrain_similarities": True},
        ],
    }


def examples() -> tuple[list[str], list[str]]:
    """Texts of data/nlu and what they teach, as JSON (intent, metadata), without commands."""
    texts, lessons = [], []
    for path in sorted(Path("data/nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if not line.startswith("- /"):
                    texts.append(line[2:])
                    lessons.append(json.dumps([block["intent"], block.get("metadata")]))
    return texts, lessons


def strangers() -> list[tuple[str, frozenset[str]]]:
    """Messages of people who saw neither code nor data, with the intents that are right."""
    found = []
    for number in (4, 5, 6):
        for line in Path(f"tests/evals/intents{number}.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            labels = [case["expected"], *case.get("also_ok", ())]
            right = frozenset(intent for label in labels for intent in INTENTS.get(label, [label]))
            found.append((case["text"], right))
    return found


def expected_calibration_error(right: Any, sure: Any, bins: int = 10) -> float:
    """Mean distance between confidence and accuracy over equal bins of confidence (Guo et al. 2017)."""
    at = np.minimum((sure * bins).astype(int), bins - 1)
    held = [(at == number) for number in range(bins) if (at == number).any()]
    return float(sum(abs(right[mask].mean() - sure[mask].mean()) * mask.mean() for mask in held))


def measure(
    pipeline: list[dict[str, Any]],
    train: list[tuple[str, str]],
    fold: list[tuple[str, str]],
    unseen: list[tuple[str, frozenset[str]]],
) -> dict[str, float]:
    """Trains one candidate and gives its row."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    with TemporaryDirectory() as name:
        folder = Path(name)
        config = {"recipe": "default.v1", "assistant_id": "choice", "language": "en", "pipeline": pipeline}
        (folder / "config.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        blocks: dict[str, list[str]] = {}
        for text, lesson in train:
            blocks.setdefault(lesson, []).append(text)
        data = []
        for lesson, texts in blocks.items():
            intent, metadata = json.loads(lesson)
            block = {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
            data.append({**block, "metadata": metadata} if metadata else block)
        (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": data}), encoding="utf-8")
        started = time.perf_counter()
        model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
        seconds = time.perf_counter() - started
        agent = Agent.load(model)
    loop = asyncio.new_event_loop()
    spent, heard = [], []
    for text, _ in fold:
        started = time.perf_counter()
        heard.append(loop.run_until_complete(agent.parse_message(text))["intent"])
        spent.append(time.perf_counter() - started)
    told = [loop.run_until_complete(agent.parse_message(text))["intent"]["name"] for text, _ in unseen]
    loop.close()
    truth = np.array([json.loads(lesson)[0] for _, lesson in fold])
    said = np.array([str(intent["name"]) for intent in heard])
    sure = np.array([float(intent["confidence"]) for intent in heard])
    out = truth == "out_of_scope"
    return {
        "fold accuracy": float((truth == said).mean()),
        "macro-F1": float(f1_score(truth, said, average="macro")),
        "out-of-scope recall": float((said[out] == "out_of_scope").mean()),
        "ECE": expected_calibration_error(truth == said, sure),
        "strangers": float(np.mean([name in right for name, (_, right) in zip(told, unseen, strict=True)])),
        "training s": seconds,
        "p50 ms": float(np.median(spent) * 1000),
    }


def main() -> None:
    """Measures every candidate, prints the table and keeps the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--share", type=float, default=1.0, help="of data/nlu, stratified")
    arguments.add_argument("--epochs", type=int, default=100, help="of DIET")
    arguments.add_argument("--only", default="", help="candidates whose name holds this")
    arguments.add_argument("--out", type=Path, default=Path("docs/understanding/figures.json"))
    options = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    texts, lessons = examples()
    if options.share < 1:
        texts, _, lessons, _ = train_test_split(
            texts, lessons, train_size=options.share, stratify=lessons, random_state=1
        )
    learnt, fold, of_learnt, of_fold = train_test_split(texts, lessons, test_size=0.2, stratify=lessons, random_state=1)
    unseen = strangers()
    kept = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else {}
    for name, pipeline in candidates(options.epochs).items():
        if options.only in name:
            row = measure(
                pipeline,
                list(zip(learnt, of_learnt, strict=True)),
                list(zip(fold, of_fold, strict=True)),
                unseen,
            )
            kept[name] = {"examples": len(learnt), **{key: round(value, 4) for key, value in row.items()}}
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
            print(name, kept[name], flush=True)
    print(table(kept))


def table(rows: dict[str, dict[str, float]]) -> str:
    """Markdown."""
    heads = list(next(iter(rows.values())))
    body = "".join(
        f"| {name} | " + " | ".join(f"{row[head]:g}" for head in heads) + " |\n" for name, row in rows.items()
    )
    return f"| classifier | {' | '.join(heads)} |\n|---|{'---|' * len(heads)}\n{body}"


if __name__ == "__main__":
    main()
