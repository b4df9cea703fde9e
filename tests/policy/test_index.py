"""The search index is found, or refused with the reason."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from bot.encoder.serving import Encoder
from bot.policy import build
from bot.policy.document import PolicyDocument
from bot.policy.errors import IndexUnavailable
from bot.policy.index import PolicyIndex
from bot.policy.knowledge import Weights
from bot.policy.topics import TopicVectors
from bot.policy.units import units_of, units_of_sentences


def test_save_and_load_give_the_same_index(
    document: PolicyDocument, encoder: Encoder, topics: TopicVectors, weights: Weights, tmp_path: Path
) -> None:
    index = PolicyIndex.build(units_of(document), encoder, topics, weights)
    path = tmp_path / "x.npz"
    index.save(path, document.ref, "sha")
    again = PolicyIndex.load(path, document.ref, "sha")
    assert again.units == index.units
    assert np.array_equal(again.vectors, index.vectors)
    query = "sell phone number"
    assert np.allclose(again.lexical.scores(query), index.lexical.scores(query))
    assert "sold" in index.units[int(index.lexical.scores("phone number third parties sold").argmax())].text


def test_stale_missing_and_broken_are_told_apart(
    document: PolicyDocument, encoder: Encoder, topics: TopicVectors, weights: Weights, tmp_path: Path
) -> None:
    path = tmp_path / "x.npz"
    with pytest.raises(IndexUnavailable, match="not found"):
        PolicyIndex.load(path, document.ref, "sha")
    PolicyIndex.build(units_of(document), encoder, topics, weights).save(path, document.ref, "sha")
    with pytest.raises(IndexUnavailable, match="stale"):
        PolicyIndex.load(path, document.ref, "another encoder")
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(IndexUnavailable, match="cannot be read"):
        PolicyIndex.load(path, document.ref, "sha")
    path.write_bytes(b"")
    with pytest.raises(IndexUnavailable, match="make train"):
        PolicyIndex.load(path, document.ref, "sha")


def test_loading_is_fast(models_dir: Path, document: PolicyDocument, encoder: Encoder) -> None:
    path = build.index_path(models_dir, document.ref)
    started = time.perf_counter()
    PolicyIndex.load(path, document.ref, encoder.sha256)
    assert time.perf_counter() - started < 0.1


def test_units_carry_their_headings(document: PolicyDocument) -> None:
    by_text = {u.text: u for u in units_of(document)}
    phone = by_text["This phone number will not be given or sold to any third-parties who are not on Outsource.com."]
    assert phone.context.startswith("Use of Information Collected. Regarding Phone Numbers Collected.")
    bullet = by_text["enforce our terms and conditions;"]
    assert "we may use information that we collect about you to:" in bullet.context


def test_a_bare_list_of_sentences() -> None:
    units = units_of_sentences(["Sharing.", "We share data with:", "partners;", "", "We keep it."])
    assert [u.id for u in units] == ["0", "1", "2", "3", "4"]
    assert units[2].context == "Sharing. We share data with: partners;"


def test_an_index_without_words(encoder: Encoder, topics: TopicVectors, weights: Weights) -> None:
    index = PolicyIndex.build(units_of_sentences(["...", ""]), encoder, topics, weights)
    assert index.lexical.scores("sell my data").tolist() == [0.0, 0.0]
