"""E-mail addresses, phone numbers, references and profile fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.details_extractor import DetailsExtractor, find_details
from tests.nlu.graph import message


def found(text: str, entity: str) -> list[str]:
    return [detail.value for detail in find_details(text) if detail.entity == entity]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("change my email to Jo.Smith+x@Mail.Example.com.", ["jo.smith+x@mail.example.com"]),
        ("from a@b.org to c@d.co", ["a@b.org", "c@d.co"]),
        ("i write @ home", []),
        ("a@b", []),
    ],
)
def test_email_addresses(text: str, expected: list[str]) -> None:
    assert found(text, "email_address") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("change my phone to +44 20 7946 0958", ["+442079460958"]),
        ("(800) 609-2135 please", ["+18006092135"]),
        ("call 020 7946 0123", ["02079460123"]),
        ("my number: 07700 900123.", ["07700900123"]),
        ("since 12/03/2024", []),
        ("on 2024-03-12", []),
        ("room 12345", []),
        ("REQ-12345-67890", []),
        ("write to 5551234567@example.com", []),
    ],
)
def test_phone_numbers(text: str, expected: list[str]) -> None:
    assert found(text, "phone_number") == expected


@pytest.mark.parametrize(
    "text",
    [
        "REQ-7K2QX-9M4TB",
        "req-7k2qx-9m4tb",
        "REQ7K2QX9M4TB",
        "req 7k2qx 9m4tb",
        "req: 7k2qx-9m4tb",
        "it is 7K2QX-9M4TB!",
    ],
)
def test_references_however_typed(text: str) -> None:
    assert found(text, "reference") == ["REQ-7K2QX-9M4TB"]


def test_letters_crockford_leaves_out_are_read_as_digits() -> None:
    assert found("REQ-OIL23-45678", "reference") == ["REQ-01123-45678"]


@pytest.mark.parametrize(
    "text", ["cancel my request about sharing", "requisitioned", "well-known thing", "abcde-fghjk"]
)
def test_words_are_not_references(text: str) -> None:
    assert found(text, "reference") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("change my phone number", ["phone"]),
        ("update my number", ["phone"]),
        ("my mobile has changed", ["phone"]),
        ("new e-mail address", ["email"]),
        ("change my email to a.name@company.example", ["email"]),
        ("my home address is wrong", ["street_address"]),
        ("my surname is misspelled", ["full_name"]),
        ("rename my company", ["company_name"]),
        ("the name of our company", ["company_name"]),
        ("the description of my company", ["company_description", "company_name"]),
        ("the web address on my page", ["website"]),
        ("my IP address", []),
        ("my user name", []),
    ],
)
def test_profile_fields(text: str, expected: list[str]) -> None:
    assert found(text, "profile_field") == expected


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for detail in find_details(text):
        assert 0 <= detail.start < detail.end <= len(text)


def test_a_long_text_is_read_quickly() -> None:
    find_details("1 " * 50_000)
    find_details("a@" * 50_000)
    find_details("a" * 100_000)


def test_component_names_itself() -> None:
    spoken = message("mail jo@example.com")
    DetailsExtractor().process([spoken])
    assert {e["extractor"] for e in spoken.get("entities")} == {"DetailsExtractor"}
