"""Seeing and changing privacy settings."""

from __future__ import annotations

from typing import Any, Sequence

from rasa_sdk.executor import CollectingDispatcher

from actions import steps
from actions.base import DeskAction, Heard
from actions.wording import payload
from bot.domain.errors import NotSwitchable
from bot.domain.proposals import ProposalKind
from bot.domain.settings import ALL_TITLES, GROUPS, resolve


class ViewSettings(DeskAction):
    """Shows every setting with its state."""

    rasa_name = "action_view_settings"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.VIEW_SETTINGS, {}))
        return []


class ChangeSetting(DeskAction):
    """Turns settings off at once, and on after a yes; asks when it is not clear which or which way."""

    rasa_name = "action_change_setting"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        keys = self._switchable(heard.entities.get("setting", ()), dispatcher)
        if keys is None:
            return []
        if heard.intent == "change_setting" or not keys:
            self._ask(heard.intent, keys, dispatcher)
            return []
        details = {"keys": list(keys), "on": heard.intent == "opt_in"}
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.CHANGE_SETTINGS, details))
        return []

    def _switchable(self, keys: tuple[str, ...], dispatcher: CollectingDispatcher) -> tuple[str, ...] | None:
        """The keys that have a switch, each once; the others are explained. None when only those were named."""
        kept = []
        for key in dict.fromkeys(keys):
            try:
                resolve((key,))
                kept.append(key)
            except NotSwitchable as refusal:
                dispatcher.utter_message(response="utter_not_switchable", reason=refusal.reason)
        return tuple(kept) if kept or not keys else None

    def _ask(self, intent: str, keys: tuple[str, ...], dispatcher: CollectingDispatcher) -> None:
        if keys:
            buttons = [
                {"title": title, "payload": payload(choice, setting=key)}
                for key in keys
                for choice, title in (("opt_out", "Turn off"), ("opt_in", "Turn on"))
            ]
            dispatcher.utter_message(response="utter_ask_direction", buttons=buttons[:2])
            return
        ask_which(dispatcher, intent)


def ask_which(dispatcher: CollectingDispatcher, intent: str, named: Sequence[str] = ()) -> None:
    """Asks which setting is meant, with a button for each that was named, else for each group."""
    choice, verb = ("opt_in", "Turn on") if intent == "opt_in" else ("opt_out", "Turn off")
    titles = {group.key: group.title for group in GROUPS if group.key != "fixed"}
    if named:
        titles = {key: title for key, title in ALL_TITLES.items() if key in named}
    buttons = [{"title": f"{verb}: {title}", "payload": payload(choice, setting=key)} for key, title in titles.items()]
    buttons.append({"title": "Show all my settings", "payload": payload("view_settings")})
    dispatcher.utter_message(response="utter_ask_which_setting", buttons=buttons)
