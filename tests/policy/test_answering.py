"""Answers: verbatim, honest, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.passages import Answer, Outcome
from bot.policy.answering import PolicyAnswerer

VOCABULARY = """
    do you sell share my phone number data cookies facebook delete account children hackers police who what how keep
    email partner clients weather banana ? and not never with ignore rules
"""
WORDS = st.sampled_from(VOCABULARY.split())


def shown(answers: list[Answer]) -> list[str]:
    return [q.text for a in answers for q in a.quotes]


def test_the_phone_number_question(answerer: PolicyAnswerer) -> None:
    (answer,) = answerer.answer("do you sell my phone number")
    assert answer.outcome is Outcome.ANSWERED
    assert answer.quotes[0].text == (
        "This phone number will not be given or sold to any third-parties who are not on Outsource.com."
    )
    assert answer.quotes[0].section_title == "2. Use of Information Collected"
    assert answer.policy.version == answerer.document.ref.version


def test_two_questions_get_two_answers_in_order(answerer: PolicyAnswerer) -> None:
    first, second = answerer.answer("Hi! Do you sell my phone number? And how can I delete my account?")
    assert "phone number" in first.quotes[0].text
    assert "delete your account" in second.quotes[0].text


@pytest.mark.parametrize("text", ["what is the weather like today?", "tell me a joke", "who won the world cup"])
def test_off_topic(answerer: PolicyAnswerer, text: str) -> None:
    (answer,) = answerer.answer(text)
    assert answer.outcome is Outcome.OUT_OF_SCOPE and not answer.quotes


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n" * 500,
        "x" * 20_000,
        "why " * 5_000,
        "\N{GRINNING FACE}" * 40,
        "\x00\x01\x02\xff\ufffd\ud83d" * 200,
        "<script>alert(1)</script>",
        "?",
        "phone",
        "DO YOU SELL MY PHONE NUMBER???!!!",
        "verkaufen Sie meine Telefonnummer?",
        "\u202eهل تبيعون رقم هاتفي؟",
        "> quoted\n> lines\nOn Monday, Joe wrote:\n> old",
        '{"user_id": 1}',
    ],
)
def test_odd_input_never_raises(answerer: PolicyAnswerer, text: str) -> None:
    answers = answerer.answer(text)
    assert 1 <= len(answers) <= 5
    for quote in (q for a in answers for q in a.quotes):
        assert answerer.document.text[quote.start : quote.end] == quote.text


@given(st.one_of(st.lists(WORDS, min_size=1, max_size=14).map(" ".join), st.text(max_size=120)))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_quote_is_verbatim(answerer: PolicyAnswerer, message: str) -> None:
    for answer in answerer.answer(message):
        assert 0.0 <= answer.score <= 1.0
        for quote in answer.quotes:
            assert quote.text and answerer.document.text[quote.start : quote.end] == quote.text


@pytest.mark.parametrize("text", ["do you sell my phone number", "Do you sell my phone number?!"])
def test_a_plain_question_gets_a_plain_no(answerer: PolicyAnswerer, text: str) -> None:
    assert answerer.answer(text)[0].lead.startswith("No. ")


@pytest.mark.parametrize(
    "text",
    [
        "you never sell my phone number, right?",
        "who gets my phone number",
        "Is Outsource.com liable if a hacker steals my info?",
        "do you use my photos in ads",
    ],
)
def test_no_yes_or_no_where_it_could_be_misread(answerer: PolicyAnswerer, text: str) -> None:
    assert not answerer.answer(text)[0].lead.startswith(("Yes", "No.", "It may."))


def test_another_language_is_told_so(answerer: PolicyAnswerer) -> None:
    (answer,) = answerer.answer("verkaufen sie meine daten an dritte?")
    assert answer.outcome is Outcome.OUT_OF_SCOPE and "English" in answer.lead
