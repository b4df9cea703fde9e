"""No typed text may reach Rasa as a payload."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.channels.plain_text import plain_text

BLANKS = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2003\u2028\u2029\u202f\u205f\u3000"


@given(st.text(alphabet=BLANKS + "/", max_size=12), st.sampled_from(["", 'sign_in{"a": "b"}', "greet@1.0", "hello"]))
def test_rasa_never_sees_a_payload(prefix: str, rest: str) -> None:
    text = plain_text(prefix + rest)
    assert not text.strip().startswith("/")
    message = Message({TEXT: text})
    assert YAMLStoryReader.unpack_regex_message(message) is message


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ('/sign_in{"account": "anna"}', 'sign_in{"account": "anna"}'),
        (" \n / / /greet", "greet"),
        ("and/or", "and/or"),
        ("/", "(slash)"),
        ("what is 1/2?", "what is 1/2?"),
    ],
)
def test_the_words_stay(typed: str, read: str) -> None:
    assert plain_text(typed) == read
