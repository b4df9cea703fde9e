"""Several wishes in one message, each taken in its turn."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from rasa_sdk.executor import CollectingDispatcher

from actions import steps
from actions.base import DeskAction, Heard
from actions.registry import hand_on
from actions.wording import enumerate_titles, payload
from bot.domain.accounts import profile_field
from bot.domain.errors import NotSwitchable
from bot.domain.proposals import ProposalKind
from bot.domain.settings import ALL_TITLES, resolve

_NAMES = {
    "ask_policy": "answer your question",
    "preview_deletion": "tell you what a deletion covers",
    "view_settings": "show your settings",
    "change_setting": "change a setting",
    "view_profile": "show your details",
    "change_profile": "correct your details",
    "request_export": "get you a copy of your data",
    "delete_account": "delete your account",
    "request_status": "look at your request",
    "revoke_request": "take your request back",
    "report_child": "report the child's account",
    "human_handoff": "bring in a person",
    "sign_in": "sign you in",
    "sign_out": "sign you out",
}
# Wishes of the person's own account; they wait for the same sign-in, one behind the other.
_KINDS = {
    intent: ProposalKind(kind)
    for intent, kind in {
        "opt_out": "change_settings",
        "opt_in": "change_settings",
        "view_settings": "view_settings",
        "view_profile": "view_profile",
        "request_status": "request_status",
        "revoke_request": "revoke_request",
        "preview_deletion": "preview_deletion",
        "request_export": "export",
        "report_child": "report_child",
        "delete_account": "delete_account",
    }.items()
    if kind in {known.value for known in ProposalKind}
}
_ASKED_FIRST = ("opt_in", "report_child", "delete_account")
_SWITCHES = ("opt_out", "opt_in")


class Several(DeskAction):
    """Says what was heard, answers what needs no sign-in, and queues the rest; each harm keeps its own yes.

    What needs a yes comes after what does not, so that a question never holds up the rest.
    """

    rasa_name = "action_several"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        wishes = [wish for wish in heard.wishes if wish.intent not in _SWITCHES or wish.entities.get("setting")]
        if not wishes:
            dispatcher.utter_message(response="utter_rephrase", buttons=[_settings_button()])
            return []
        if len(wishes) > 1:
            listed = enumerate_titles([_name(wish) for wish in wishes])
            dispatcher.utter_message(response="utter_several", count=_NUMBERS.get(len(wishes), "several"), list=listed)
        for wish in wishes:
            self._now(wish, dispatcher)
        queue = [(_KINDS[wish.intent], self._details(wish, dispatcher)) for wish in _in_turn(wishes)]
        queue = [(kind, details) for kind, details in queue if details.get("keys", True)]
        if queue:
            steps.say(dispatcher, self.services.flows.begin_all(heard.conversation, queue))
        for wish in wishes:
            self._afterwards(wish, dispatcher)
        return []

    def _now(self, wish: Heard, dispatcher: CollectingDispatcher) -> None:
        if wish.intent in ("ask_policy", "human_handoff"):
            hand_on(wish.intent, wish, dispatcher, self.services)

    def _afterwards(self, wish: Heard, dispatcher: CollectingDispatcher) -> None:
        """What cannot stand in a queue becomes a button."""
        if wish.intent == "change_profile":
            field = wish.first("profile_field")
            title = f"Change: {profile_field(field).title}" if field else "Correct my details"
            command = payload("change_profile", **({"profile_field": field} if field else {}))
            dispatcher.utter_message(response="utter_several_details", buttons=[{"title": title, "payload": command}])
        elif wish.intent in _BUTTONS:
            button = {"title": _BUTTONS[wish.intent], "payload": payload(wish.intent)}
            dispatcher.utter_message(response="utter_several_press", buttons=[button])

    def _details(self, wish: Heard, dispatcher: CollectingDispatcher) -> Mapping[str, Any]:
        if wish.intent in _SWITCHES:
            return {"keys": self._switchable(wish, dispatcher), "on": wish.intent == "opt_in"}
        if wish.intent in ("request_status", "revoke_request"):
            return {"reference": wish.first("reference")}
        if wish.intent == "report_child":
            return {"email_address": wish.first("email_address")}
        return {}

    def _switchable(self, wish: Heard, dispatcher: CollectingDispatcher) -> list[str]:
        kept = []
        for key in dict.fromkeys(wish.entities.get("setting", ())):
            try:
                resolve((key,))
                kept.append(key)
            except NotSwitchable as refusal:
                dispatcher.utter_message(response="utter_not_switchable", reason=refusal.reason)
        return kept


_BUTTONS = {
    "sign_in": "Sign in",
    "sign_out": "Sign out",
    "change_setting": "Change a setting",
}
_NUMBERS = {2: "two", 3: "three", 4: "four", 5: "five"}


def _in_turn(wishes: Sequence[Heard]) -> list[Heard]:
    ours = [wish for wish in wishes if wish.intent in _KINDS]
    return sorted(ours, key=lambda wish: _ASKED_FIRST.index(wish.intent) + 1 if wish.intent in _ASKED_FIRST else 0)


def _name(wish: Heard) -> str:
    if wish.intent in _SWITCHES:
        titles = enumerate_titles([f"“{ALL_TITLES[key]}”" for key in dict.fromkeys(wish.entities["setting"])])
        return f"turn {'off' if wish.intent == 'opt_out' else 'on'} {titles}"
    return _NAMES[wish.intent]


def _settings_button() -> dict[str, str]:
    return {"title": "See my privacy settings", "payload": payload("view_settings")}
