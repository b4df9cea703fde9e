"""The profile form: which detail, and what it should say. Only the shape is checked here; no account is touched."""

from __future__ import annotations

import re
from typing import Any, Mapping, Optional

import phonenumbers
from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.forms import FormValidationAction
from rasa_sdk.types import DomainDict

from bot.domain.accounts import clean_detail, profile_field
from bot.domain.errors import InvalidInput

FIELD, VALUE = "profile_field", "profile_value"
_KIND = {"email": "email_address", "phone": "phone_number"}
# "change my name to Ana", "my new address is 5 Elm Street", "new name: Ana"
_GIVEN = re.compile(
    r"(?:\b(?:to|is now|is|it's|as|should be|should say|into|with|from now on)\b|[:=])\s*[:\"“']?\s*(.+)$", re.I | re.S
)
# Read as something else than the new value while the value is being asked for.
_INTERRUPTS = frozenset(
    [
        "affirm",
        "deny",
        "mention",
        "thanks",
        "help",
        "human_handoff",
        "greet",
        "goodbye",
        "bot_challenge",
        "opt_out",
        "opt_in",
        "change_setting",
        "view_settings",
        "view_profile",
        "delete_account",
        "request_status",
        "revoke_request",
        "sign_in",
        "sign_out",
        "change_profile",
        "resume",
    ]
)
_ASKS_AGAIN = frozenset(["affirm", "change_profile"])
_SURE, _VERY_SURE = 0.6, 0.85
# What can only be meant as this detail, whatever the classifier heard in it.
_SHAPE = {
    "email": re.compile(r"\S@\S"),
    "phone": re.compile(r"^\W*(?:\w+ ){0,4}\+?\(?\d[\d\s().-]{3,}\d"),
    "website": re.compile(r"^\S+\.\S+$"),
}
_NO_SHAPE = re.compile(r"(?!)")
_QUESTION = re.compile(
    r"\?\s*$|^\W*(?:what|why|how|who|where|when|which|can i|do you|does|is it|are you|will you|should i)\b", re.I
)
# Said in the middle of the form, these end it, and the message is answered as what it is.
LEAVES = frozenset(
    [
        "deny",
        "mention",
        "human_handoff",
        "opt_out",
        "opt_in",
        "change_setting",
        "sign_out",
        "delete_account",
        "revoke_request",
        "request_export",
        "report_child",
        "several",
    ]
)
# Words that names of people, streets and firms do not have, and orders do.
_ORDERLY = re.compile(
    r"\b(?:my|me|i|i'm|i'd|account|please|pls|you|your|it|that|this|settings?|newsletters?|e?mails?|facebook|posts?|human"
    r"|agent|requests?|stop|cancel|never ?mind|no|nope|don'?t|not|want|sign|log|out|turn|everything|data)\b",
    re.I,
)
_CORRECTION = re.compile(r"\W*(?:no|nope|not that|actually|sorry|wait|oops|i mean|i meant|rather)\b.{0,40}$", re.I)
_PROPER = re.compile(r"&|^\S+(?:\s+[A-Z0-9]\S*)+$")
_STOP = re.compile(r"\W*(?:never ?mind|stop|cancel|quit|exit|no|nope|nothing|forget it|leave it|back|abort)\W*", re.I)


class ValidateProfileForm(FormValidationAction):
    """Fills `profile_field` and `profile_value` from what was said, and refuses values of the wrong shape."""

    def name(self) -> str:
        return "validate_profile_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Checks the turn; when the form starts, slots left over from an earlier form are emptied first."""
        said = tracker.latest_message
        starting = not tracker.active_loop.get("name")
        field = _field(said, tracker.get_slot(FIELD) if not starting else None)
        ask_again = starting or _intent(said) in _ASKS_AGAIN or field != tracker.get_slot(FIELD)
        asked = not starting and tracker.get_slot("requested_slot") == VALUE
        if not starting and leaves(said, field if asked else None):
            return [SlotSet(FIELD, None), SlotSet(VALUE, None), SlotSet("requested_slot", None)]
        value = None if field is None else self._value(said, field, asked)
        if field is None or value is None:
            # Returning nothing lets the form be interrupted; an empty slot makes it ask (again).
            return [SlotSet(FIELD, field), SlotSet(VALUE, None)] if ask_again else []
        try:
            return [SlotSet(FIELD, field), SlotSet(VALUE, checked(field, value))]
        except InvalidInput as error:
            dispatcher.utter_message(text=str(error))
            return [SlotSet(FIELD, field), SlotSet(VALUE, None)]

    def _value(self, said: Mapping[str, Any], field: str, asked: bool) -> Optional[str]:
        text = str(said.get("text") or "").strip()
        kind, match = _KIND.get(field), _GIVEN.search(text)
        given = _entities(said, kind) if kind else []
        if given:
            return given[-1]
        if not kind and match and (not asked or _intent(said) == "change_profile"):
            return match.group(1).strip().strip("\"“”'").rstrip(".!")
        if not asked or not text or text.startswith("/") or _STOP.fullmatch(text):
            return None
        if _SHAPE.get(field, _NO_SHAPE).search(text):
            return text
        intent, confidence = _intent(said), float((said.get("intent") or {}).get("confidence") or 0)
        if intent in LEAVES:
            return text
        sure = _SURE if intent in _INTERRUPTS else _VERY_SURE if intent == "ask_policy" else 2.0
        return None if _QUESTION.search(text) or confidence >= sure else text


def leaves(said: Mapping[str, Any], asked: Optional[str]) -> bool:
    """Whether a message ends the form.

    Args:
        asked: the detail whose value is being asked for, or None while the detail itself is.
    """
    text, intent = str(said.get("text") or "").strip(), _intent(said)
    if _STOP.fullmatch(text):
        return True
    confidence = float((said.get("intent") or {}).get("confidence") or 0)
    if intent not in LEAVES or confidence < _SURE or (asked and _corrects(said)):
        return False
    if text.startswith("/") or asked is None:
        return True
    if _SHAPE.get(asked, _NO_SHAPE).search(text) or _PROPER.search(text):
        return False
    return _ORDERLY.search(text) is not None and (asked not in _KIND or " " in text)


def checked(field: str, value: str) -> str:
    """The value as it may be stored.

    Raises:
        InvalidInput: it has not the shape of this detail.
    """
    value = clean_detail(profile_field(field).key, value)
    if field == "phone":
        try:
            number = phonenumbers.parse(value, "US")
        except phonenumbers.NumberParseException:
            raise InvalidInput("That does not look like a phone number.") from None
        if value.startswith("+") and not phonenumbers.is_possible_number(number):
            raise InvalidInput("That phone number has too many or too few digits for its country.")
    return value


def _field(said: Mapping[str, Any], known: Optional[str]) -> Optional[str]:
    changing = _intent(said) == "change_profile"
    changing = changing or _corrects(said)
    named = _entities(said, FIELD) if changing or known is None else []
    if named:
        return named[0] if _is_field(named[0]) else None
    if known is None and changing:
        return next((field for field, kind in _KIND.items() if _entities(said, kind)), None)
    return known if known and _is_field(known) else None


def _corrects(said: Mapping[str, Any]) -> bool:
    """ "No, my website": another detail is meant than the one asked for."""
    return bool(_entities(said, FIELD)) and _CORRECTION.match(str(said.get("text") or "")) is not None


def _is_field(key: str) -> bool:
    try:
        return profile_field(key) is not None
    except InvalidInput:
        return False


def _intent(said: Mapping[str, Any]) -> Optional[str]:
    return (said.get("intent") or {}).get("name")


def _entities(said: Mapping[str, Any], kind: str) -> list[str]:
    entities: list[dict[str, Any]] = said.get("entities") or []
    return [str(entity["value"]) for entity in entities if entity.get("entity") == kind]
