"""A few steps of teaching move texts of one label together; only small changes are kept."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.beginnings import PartedText, joined
from bot.encoder.export import export, is_exported
from bot.encoder.serving import Encoder
from bot.encoder.tuning import Lesson, tune

STOP = ["lose my number", "leave me in peace", "spare me the weekly mail", "put a sock in it", "enough of your letters"]
LEAVE = ["bin my profile", "I am off for good", "strike me from the books", "shut up shop for me", "wind it all up"]
COMPOUNDS = [
    PartedText(f"{leave}, {stop}", frozenset([len(leave) + 2])) for leave, stop in zip(LEAVE, STOP, strict=True)
]
LESSON = Lesson(rank=4, epochs=30, rate=5e-3, batch=5)


def apart(encoder: Encoder) -> float:
    """How much nearer texts are to their own label than to the other."""
    vectors = encoder.encode([*STOP, *LEAVE])
    near = vectors @ vectors.T
    own = np.kron(np.eye(2), np.ones((5, 5))).astype(bool)
    return float(near[own].mean() - near[~own].mean())


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("taught") / "taught.npz"
    heard: list[str] = []
    tune([*STOP, *LEAVE], ["stop"] * 5 + ["leave"] * 5, COMPOUNDS, out, LESSON, say=heard.append)
    assert heard[-1].startswith("step 60 of 60")
    return out


def test_what_means_the_same_moves_together(taught: Path, tmp_path: Path) -> None:
    assert export(tmp_path / "before") and export(tmp_path / "after", taught)
    before, after = (Encoder.load(tmp_path / name) for name in ("before", "after"))
    assert apart(after) > apart(before) + 0.05
    assert before.sha256 != after.sha256


def test_an_export_of_other_changes_is_stale(taught: Path, tmp_path: Path) -> None:
    export(tmp_path / "reader", taught)
    assert is_exported(tmp_path / "reader", taught) and not is_exported(tmp_path / "reader")
    assert not export(tmp_path / "reader", taught)
    assert export(tmp_path / "reader")


def test_only_small_changes_of_each_matrix_are_kept(taught: Path) -> None:
    with np.load(taught) as changes:
        matrices = [name for name in changes.files if not name.startswith("begins.")]
        assert len(matrices) == 2 * 6 * 6
        assert all(min(changes[name].shape) == LESSON.rank for name in matrices)
        assert np.abs(changes["encoder.layer.5.output.dense.weight.up"]).max() > 0


def test_one_label_teaches_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two labels"):
        tune(["a", "b"], ["same", "same"], [], tmp_path / "taught.npz")
    assert not list(tmp_path.iterdir())


def test_it_learns_where_parts_begin(taught: Path, tmp_path: Path) -> None:
    export(tmp_path / "reader", taught)
    text = "wind it all up, lose my number"
    [words] = Encoder.load(tmp_path / "reader").beginnings([text])
    assert [text[at:].split()[0].strip(",") for at, _ in words] == text.replace(",", "").split()
    likelihood = dict(words)
    assert max(likelihood, key=lambda at: likelihood[at] if at else 0.0) == text.index("lose")


def test_what_was_learnt_is_gone_on_from(taught: Path, tmp_path: Path) -> None:
    more = Lesson(rank=4, epochs=1, rate=0.0, batch=5)
    tune([*STOP, *LEAVE], ["stop"] * 5 + ["leave"] * 5, COMPOUNDS, tmp_path / "more.npz", more, taught)
    with np.load(taught) as before, np.load(tmp_path / "more.npz") as after:
        assert set(before.files) == set(after.files)
        assert all(np.array_equal(before[name], after[name]) for name in before.files)
    with pytest.raises(ValueError, match="another rank"):
        tune(["a", "b"], ["x", "y"], [], tmp_path / "other.npz", Lesson(rank=8), taught)


def test_short_texts_are_joined_and_the_places_told() -> None:
    made = joined([*STOP, *LEAVE], random.Random(1))
    assert made.begins and 0 not in made.begins
    assert all(made.text[at].isalnum() for at in made.begins)
