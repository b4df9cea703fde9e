"""What the encoder is taught: `python -m bot tune`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Callable, Dict

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.loading import load_data

from bot.encoder.export import TAUGHT
from bot.encoder.tuning import Lesson, tune
from bot.nlu.labels import label_of
from bot.nlu.wording import plain

DATA = Path("data/nlu")
# More of the same kind as data/nlu. The tuned encoder makes them needless for the regression, and Rasa reads slowly.
LESSONS = Path(__file__).parent / "lessons"


def labelled(data: Path = DATA, lessons: Path = LESSONS) -> Dict[str, str]:
    """Every message of data/nlu and of the lessons as the featurizer will see it, with its label.

    Commands ("/resume") are left out.
    """
    found: Dict[str, str] = {}
    for example in load_data(str(data)).intent_examples:
        if not example.get(TEXT).startswith("/"):
            found.setdefault(plain(example.get(TEXT)), label_of(example))
    for path in sorted(lessons.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.setdefault(plain(row["text"]), row["label"])
    return found


def teach(data: Path = DATA, out: Path = TAUGHT, *, epochs: int, say: Callable[[str], None] = print) -> int:
    """Tunes the encoder and writes what it learnt.

    Returns:
        The number of messages.
    """
    examples = labelled(data)
    tune(list(examples), list(examples.values()), out, Lesson(epochs=epochs), say)
    return len(examples)
