"""No held-out case is a training sentence in other clothes.

Two measures. What is the same once typing habits are taken out (case, short forms, end marks) is a copy, however
short. What is longer is compared by the encoder's cosine: in this data, pairs at 0.93 and above are the same sentence
with a function word exchanged ("what details/info do you hold about me", "the upload button does nothing/doesn't
work"); from 0.92 down there are pairs that mean opposite things ("turn on facebook posting" beside the same with
"do not"), which a case must be allowed to be. One to three words have too little in them for a cosine to tell.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.nlu.encoder_featurizer import shared_encoder
from bot.nlu.teaching import compounds, labelled
from bot.nlu.wording import plain
from tests.nlu.conftest import ROOT

NEAR_COPY = 0.93
FEW_WORDS = 3
HELD_OUT = [
    ROOT / "tests/nlu/heldout.jsonl",
    *sorted((ROOT / "tests/evals").glob("several*.jsonl")),
    *sorted((ROOT / "tests/evals").glob("intents*.jsonl")),
]


def held_out(path: Path) -> dict[str, str]:
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {case["id"]: plain(case["text"]).strip(" .!?") for case in cases}


@pytest.fixture(scope="module")
def learnt() -> list[str]:
    texts = [*labelled(ROOT / "data" / "nlu"), *(plain(compound.text) for compound in compounds())]
    return [text.strip(" .!?") for text in texts]


@pytest.mark.parametrize("path", HELD_OUT, ids=lambda path: path.stem)
def test_no_case_is_a_copy(path: Path, learnt: list[str]) -> None:
    known = set(learnt)
    assert {id_: text for id_, text in held_out(path).items() if text in known} == {}


@pytest.mark.model
def test_no_case_is_a_near_copy(learnt: list[str]) -> None:
    encoder = shared_encoder(str(ROOT / "models" / "encoder"))
    cases = {f"{path.stem} {id_}": text for path in HELD_OUT for id_, text in held_out(path).items()}
    long = {name: text for name, text in cases.items() if len(text.split()) > FEW_WORDS}
    scores = encoder.encode(list(long.values())) @ encoder.encode(learnt).T
    near = {
        id_: f"{text} ~ {learnt[int(row.argmax())]} ({row.max():.3f})"
        for (id_, text), row in zip(long.items(), scores, strict=True)
        if row.max() >= NEAR_COPY
    }
    assert near == {}
