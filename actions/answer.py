"""Answers from the policy."""

from __future__ import annotations

from typing import Any, Sequence

from rasa_sdk.executor import CollectingDispatcher

from actions.base import DeskAction, Heard
from actions.registry import hand_on
from actions.wording import payload
from bot.domain.passages import Answer, Outcome
from bot.domain.settings import ALL_TITLES
from bot.wiring import Services

_ACTS = {
    "delete_account": ("Delete my account", "delete_account"),
    "view_settings": ("Show my settings", "view_settings"),
    "change_profile": ("Correct my details", "change_profile"),
    "handoff": ("Talk to a person", "human_handoff"),
}
_READINGS = {
    "view_settings": "See my privacy settings",
    "opt_out": "Turn something off",
    "opt_in": "Turn something on",
    "change_setting": "Change a privacy setting",
    "view_profile": "See my details",
    "change_profile": "Correct my details",
    "delete_account": "Delete my account",
    "request_status": "Follow my request",
    "revoke_request": "Take my request back",
    "sign_in": "Sign in",
    "sign_out": "Sign out",
    "request_export": "Get a copy of my data",
    "preview_deletion": "See what a deletion covers",
    "report_child": "Report a child's account",
}
_PERSON = {"title": "Talk to a person", "payload": payload("human_handoff")}
# So many misunderstandings in a row, and the next one brings in a person.
_PATIENCE = 2
# From these shares of the classifier's trust on, a message surely asks, or may ask, what the policy says.
_ON_TOPIC, _PERHAPS_ASKED = 0.8, 0.1


class AnswerPolicy(DeskAction):
    """Quotes what the policy says."""

    rasa_name = "action_answer_policy"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        for answer in self.services.policy.answer(heard.text, on_topic=heard.share("ask_policy") >= _ON_TOPIC):
            utter_answer(dispatcher, answer)
        return []


class Fallback(DeskAction):
    """Not sure what was meant: if it may be a question, the policy is asked; else buttons, and in the end a person."""

    rasa_name = "action_fallback"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        answers = self.services.policy.answer(heard.text) if heard.share("ask_policy") >= _PERHAPS_ASKED else ()
        if any(answer.outcome is Outcome.ANSWERED for answer in answers):
            for answer in answers:
                utter_answer(dispatcher, answer)
            return []
        if heard.misses >= _PATIENCE:
            return _give_up(heard, dispatcher, self.services)
        buttons = [_PERSON] if heard.misses == 0 else _suggestions()
        response = "utter_rephrase" if heard.misses == 0 else "utter_rephrase_again"
        dispatcher.utter_message(response=response, buttons=[*_readings(heard), *buttons])
        return []


class OutOfScope(DeskAction):
    """Kindly says what this assistant is for; who keeps asking for something else is brought to a person."""

    rasa_name = "action_out_of_scope"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        if heard.misses >= _PATIENCE:
            return _give_up(heard, dispatcher, self.services)
        dispatcher.utter_message(response="utter_out_of_scope", buttons=_suggestions())
        return []


class Help(DeskAction):
    """Says what can be done here, with buttons."""

    rasa_name = "action_help"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        dispatcher.utter_message(response="utter_help", buttons=_suggestions())
        return []


def _give_up(heard: Heard, dispatcher: CollectingDispatcher, services: Services) -> Sequence[dict[str, Any]]:
    dispatcher.utter_message(response="utter_give_up")
    return hand_on("human_handoff", heard, dispatcher, services)


def _readings(heard: Heard) -> list[dict[str, str]]:
    """The two likeliest wishes as buttons, with the setting that was named."""
    buttons = []
    for name in [name for name, _ in heard.ranking if name in _READINGS][:2]:
        key = heard.first("setting")
        if name in ("opt_out", "opt_in") and key in ALL_TITLES:
            verb = "off" if name == "opt_out" else "on"
            buttons.append({"title": f"Turn {verb}: {ALL_TITLES[key]}", "payload": payload(name, setting=key)})
        else:
            buttons.append({"title": _READINGS[name], "payload": payload(name)})
    return buttons


def _suggestions() -> list[dict[str, str]]:
    return [
        {"title": "See my privacy settings", "payload": payload("view_settings")},
        {"title": "Delete my account", "payload": payload("delete_account")},
        _PERSON,
    ]


def utter_answer(dispatcher: CollectingDispatcher, answer: Answer) -> None:
    """Lead, quotes and source as text, as a card, and what can be done about it as buttons."""
    if answer.outcome is Outcome.OUT_OF_SCOPE:
        dispatcher.utter_message(response="utter_out_of_scope", buttons=_suggestions())
        return
    dispatcher.utter_message(text=_plain(answer), json_message=_card(answer), buttons=_buttons(answer))


def _plain(answer: Answer) -> str:
    quotes = [f"“{quote.text}”\n({quote.section_title})" for quote in answer.quotes]
    source = f"{answer.policy.title}, in force since {answer.policy.effective:%-d %B %Y}"
    return "\n\n".join([answer.lead, *quotes, source])


def _card(answer: Answer) -> dict[str, Any]:
    return {
        "type": "answer",
        "outcome": answer.outcome.value,
        "lead": answer.lead,
        "quotes": [
            {"text": quote.text, "section": quote.section_title, "anchor": quote.passage_id} for quote in answer.quotes
        ],
        "policy": {
            "id": answer.policy.id,
            "title": answer.policy.title,
            "effective": answer.policy.effective.isoformat(),
            "version": answer.policy.version,
        },
    }


def _buttons(answer: Answer) -> list[dict[str, str]]:
    buttons = []
    for key in answer.follow_ups:
        if key in _ACTS:
            title, intent = _ACTS[key]
            buttons.append({"title": title, "payload": payload(intent)})
        elif key.startswith("opt_out:"):
            buttons.append(_opt_out(key.partition(":")[2]))
    return buttons


def _opt_out(key: str) -> dict[str, str]:
    return {"title": f"Turn off: {ALL_TITLES[key]}", "payload": payload("opt_out", setting=key)}
