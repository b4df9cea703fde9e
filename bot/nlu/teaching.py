"""What the encoder is taught: `python -m bot tune`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Callable, Dict, List

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.loading import load_data

from bot.encoder.beginnings import PartedText
from bot.encoder.export import TAUGHT
from bot.encoder.tuning import Lesson, tune
from bot.nlu.labels import label_of
from bot.nlu.wording import plain, same_length

DATA = Path("data/nlu")
# More of the same kind as data/nlu. The tuned encoder makes them needless for the regression, and Rasa reads slowly.
LESSONS = Path(__file__).parent / "lessons"
# Messages of several parts: `parts` is a list of (text, what it asks for), and the texts joined are the message.
COMPOUNDS = Path(__file__).parent / "compounds.jsonl"
_JOINT = re.compile(r"\W*", re.DOTALL)


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


def compounds(path: Path = COMPOUNDS) -> List[PartedText]:
    """The messages of several parts, as the reader sees them."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = [text for text, _ in json.loads(line)["parts"]]
        message, at, begins = "".join(parts), 0, set()
        for part in parts[:-1]:
            at += len(part)
            begins.add(_JOINT.match(message, at).end())  # type: ignore[union-attr]
        found.append(PartedText(same_length(message), frozenset(begins)))
    return found


def teach(
    data: Path = DATA, out: Path = TAUGHT, *, epochs: int, more: bool = False, say: Callable[[str], None] = print
) -> int:
    """Tunes the encoder and writes what it learnt.

    Args:
        epochs: how often every message is read.
        more: goes on from what `out` holds, at half the rate, instead of from nothing.

    Returns:
        The number of messages.
    """
    examples = labelled(data)
    lesson = Lesson(epochs=epochs, rate=Lesson().rate / 2 if more else Lesson().rate)
    tune(list(examples), list(examples.values()), compounds(), out, lesson, out if more else None, say)
    return len(examples)
