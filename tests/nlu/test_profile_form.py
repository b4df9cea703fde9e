"""The form's own reading of a turn."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.profile_form import ValidateProfileForm
from bot.nlu.details_extractor import find_details


def turn(
    text: str,
    intent: str,
    *,
    confidence: float = 0.9,
    active: bool = False,
    requested: str | None = None,
    field: str | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """Slots set, and texts said, when the form hears `text`."""
    entities = [{"entity": detail.entity, "value": detail.value} for detail in find_details(text)]
    latest = {"text": text, "intent": {"name": intent, "confidence": confidence}, "entities": entities}
    slots = {"profile_field": field, "profile_value": None, "requested_slot": requested}
    loop = {"name": "profile_form"} if active else {}
    tracker = Tracker("c", slots, latest, [], False, None, loop, "action_listen")
    dispatcher = CollectingDispatcher()
    events = asyncio.run(ValidateProfileForm().run(dispatcher, tracker, {}))
    return {event["name"]: event["value"] for event in events}, [said["text"] for said in dispatcher.messages]


def asked(text: str, intent: str, field: str, **more: Any) -> tuple[dict[str, Any], list[str]]:
    return turn(text, intent, active=True, requested="profile_value", field=field, **more)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("change my phone to +44 20 7946 0958", "phone", "+442079460958"),
        ("change my email from a@b.org to c@d.org", "email", "c@d.org"),
        ("please use jo@example.com from now on", "email", "jo@example.com"),
        ("change my name to Ana Torres", "full_name", "Ana Torres"),
        ("my new address is 5 Harbour Road, Cork.", "street_address", "5 Harbour Road, Cork"),
        ("set my website to https://studio.example", "website", "https://studio.example"),
        ("change my phone", "phone", None),
        ("change my profile", None, None),
    ],
)
def test_what_the_first_message_already_says_is_taken(text: str, field: str | None, value: str | None) -> None:
    assert turn(text, "change_profile")[0] == {"profile_field": field, "profile_value": value}


def test_what_an_earlier_form_left_behind_is_dropped() -> None:
    assert turn("change my profile", "change_profile", field="phone")[0]["profile_field"] is None


@pytest.mark.parametrize(
    ("field", "text"),
    [("full_name", "Grace Hopper"), ("street_address", "12 Elm Street"), ("company_description", "We bake bread.")],
)
def test_free_text_is_the_value_when_asked(field: str, text: str) -> None:
    assert asked(text, "nlu_fallback", field, confidence=0.35)[0]["profile_value"] == text


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("do you sell my phone number?", "ask_policy"),
        ("what for", "nlu_fallback"),
        ("hello", "greet"),
    ],
)
def test_a_question_leaves_the_value_open(text: str, intent: str) -> None:
    assert asked(text, intent, "full_name") == ({}, [])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("never mind", "deny"),
        ("stop", "deny"),
        ("let me talk to a human", "human_handoff"),
        ("delete my account", "delete_account"),
        ("turn off facebook", "opt_out"),
        ('/opt_out{"setting": "facebook"}', "opt_out"),
    ],
)
@pytest.mark.parametrize("field", ["full_name", "email", "phone", "website"])
def test_another_wish_ends_the_form(text: str, intent: str, field: str) -> None:
    assert asked(text, intent, field)[0] == {"profile_field": None, "profile_value": None, "requested_slot": None}


@pytest.mark.parametrize(
    ("field", "text", "intent"),
    [
        ("company_name", "Delete & Co", "delete_account"),
        ("company_name", "Human Agent Ltd", "human_handoff"),
        ("full_name", "Deny Moreau", "deny"),
        ("street_address", "4 Signout Lane", "sign_out"),
        ("website", "unsubscribe.example", "opt_out"),
    ],
)
def test_a_value_that_sounds_like_a_wish_is_a_value(field: str, text: str, intent: str) -> None:
    assert asked(text, intent, field)[0]["profile_value"].casefold() == text.casefold()


def test_a_word_that_is_no_address_is_refused_and_asked_again() -> None:
    slots, said = asked("not-an-email", "deny", "email")
    assert slots == {"profile_field": "email", "profile_value": None}
    assert len(said) == 1


def test_a_bare_yes_asks_again() -> None:
    assert asked("yes", "affirm", "phone")[0] == {"profile_field": "phone", "profile_value": None}


def test_another_field_in_the_middle_is_a_correction() -> None:
    assert asked("actually my email", "change_profile", "phone")[0] == {"profile_field": "email", "profile_value": None}


@pytest.mark.parametrize(
    ("field", "text"), [("email", "a@b"), ("phone", "12 34 x"), ("website", "my page"), ("phone", "+1 23 45 67")]
)
def test_a_value_of_the_wrong_shape_is_refused_with_a_reason(field: str, text: str) -> None:
    slots, said = asked(text, "nlu_fallback", field, confidence=0.3)
    assert slots["profile_value"] is None
    assert len(said) == 1
    assert said[0].startswith("That")


def test_an_unknown_field_from_a_payload_is_refused() -> None:
    latest = {
        "text": '/change_profile{"profile_field": "password_hash"}',
        "intent": {"name": "change_profile", "confidence": 1.0},
        "entities": [{"entity": "profile_field", "value": "password_hash"}],
    }
    tracker = Tracker("c", {"profile_field": "password_hash"}, latest, [], False, None, {}, "action_listen")
    events = asyncio.run(ValidateProfileForm().run(CollectingDispatcher(), tracker, {}))
    assert {event["name"]: event["value"] for event in events}["profile_field"] is None
