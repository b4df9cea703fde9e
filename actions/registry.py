"""Which action answers which intent, for actions that hand a message on."""

from __future__ import annotations

from typing import Any, Sequence

from rasa_sdk.executor import CollectingDispatcher

from actions.base import DeskAction, Heard
from bot.wiring import Services

# As in data/rules; tests/actions checks that the two agree.
ANSWERED_BY = {
    "ask_policy": "action_answer_policy",
    "change_setting": "action_change_setting",
    "delete_account": "action_request_deletion",
    "deny": "action_decline",
    "human_handoff": "action_talk_to_person",
    "mention": "action_decline",
    "opt_in": "action_change_setting",
    "opt_out": "action_change_setting",
    "preview_deletion": "action_preview_deletion",
    "report_child": "action_report_child",
    "request_export": "action_request_export",
    "revoke_request": "action_revoke_request",
    "several": "action_several",
    "sign_out": "action_sign_out",
}


def hand_on(
    intent: str, heard: Heard, dispatcher: CollectingDispatcher, services: Services
) -> Sequence[dict[str, Any]]:
    """Lets the action of `intent` answer; any PrivacyDeskError of it passes through."""
    name = ANSWERED_BY[intent]
    found = next(kind for kind in _concrete(DeskAction) if kind.rasa_name == name)  # type: ignore[type-abstract]
    return found(services).act(heard, dispatcher)


def _concrete(kind: type[DeskAction]) -> list[type[DeskAction]]:
    return [found for child in kind.__subclasses__() for found in (child, *_concrete(child))]
