"""Shared fixtures: the corpus is read once, the encoder is exported once if it is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.encoder.serving import Encoder
from bot.policy import build, corpus
from bot.policy.answering import PolicyAnswerer
from bot.policy.document import PolicyDocument
from bot.policy.knowledge import Weights
from bot.policy.topics import TopicVectors

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "policy_corpus"
MODELS = ROOT / "models"


@pytest.fixture(scope="session")
def document() -> PolicyDocument:
    return corpus.load_policy(CORPUS / "outsource" / "2015-03-18.md")


@pytest.fixture(scope="session")
def models_dir() -> Path:
    build.build_all(CORPUS, MODELS, say=lambda line: None)
    return MODELS


@pytest.fixture(scope="session")
def encoder(models_dir: Path) -> Encoder:
    return Encoder.load(models_dir / "encoder")


@pytest.fixture(scope="session")
def answerer(models_dir: Path, encoder: Encoder) -> PolicyAnswerer:
    return PolicyAnswerer.load(CORPUS, models_dir, policy="outsource", encoder=encoder)


@pytest.fixture(scope="session")
def topics(models_dir: Path, encoder: Encoder) -> TopicVectors:
    return build.load_topics(models_dir, encoder.sha256)


@pytest.fixture(scope="session")
def weights() -> Weights:
    return Weights.load()
