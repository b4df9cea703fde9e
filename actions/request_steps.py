"""What the assistant says about privacy requests."""

from __future__ import annotations

from typing import Any, Mapping

from rasa_sdk.executor import CollectingDispatcher

from actions.wording import payload, yes_no
from bot.services.flows import Question

KINDS = {
    "deletion": "deletion request",
    "child_deletion": "request about a child's account",
    "export": "request for a copy of your data",
    "correction": "correction",
    "opt_out": "opt-out",
}
STATES = {
    "awaiting_confirmation": "It waits for your yes. Ask me for it again and I will put the question once more.",
    "acknowledged": "It is in our hands.",
    "in_review": "A colleague looks at it before anything happens. You will have an answer by {due}.",
    "on_hold": "It is paused for the moment, and you were told by mail why. You will have an answer by {due}.",
    "scheduled": "We carry it out on {scheduled}. Until then you can take it back.",
    "executing": "It is being carried out right now.",
    "failed": "It is being carried out. One step is taking longer than it should, and we are on it.",
    "completed": "It is done.",
    "denied": "We could not do it, and told you by mail why and how to complain.",
    "revoked": "You took it back. Nothing more will happen.",
    "canceled": "We closed it without carrying it out, and told you by mail why.",
    "expired": "It was not confirmed in time, so we closed it without carrying it out.",
    "duplicate": "You had asked for the same before. That request goes on, and this one is closed.",
}
NEW_ADDRESS = (
    "It is paused, because your e-mail address was changed not long ago. Ask me for it again in some days and it can go"
    " on; you will have an answer by {due} in any case."
)
SHOWN = 3


def ask_deletion(dispatcher: CollectingDispatcher, step: Question) -> None:
    """The one question before a deletion is filed."""
    buttons = yes_no(step, "Yes, delete my account", "No, keep it")
    dispatcher.utter_message(response="utter_ask_deletion", **_lists(step.facts), buttons=buttons)


def ask_child(dispatcher: CollectingDispatcher, step: Question) -> None:
    """Which account, or whether to file it."""
    if step.facts["child"]:
        buttons = yes_no(step, "Yes, ask for it", "No, leave it")
        dispatcher.utter_message(response="utter_ask_child", child=step.facts["child"], buttons=buttons)
    else:
        buttons = yes_no(step, "I don't know it", "Never mind")
        dispatcher.utter_message(response="utter_ask_child_address", buttons=buttons)


def preview(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    """What would go and what stays."""
    buttons = [{"title": "Delete my account", "payload": payload("delete_account")}]
    dispatcher.utter_message(response="utter_preview_deletion", **_lists(facts), buttons=buttons)


def deletion(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    """Filed, or filed before."""
    _filed(dispatcher, "utter_deletion_filed", facts)


def child(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    """Filed, or filed before."""
    _filed(dispatcher, "utter_child_filed", facts)


def export(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    """Being made, or being made already."""
    _filed(dispatcher, "utter_export_filed", facts)


def status(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    """Where the newest requests stand."""
    if not facts["requests"]:
        dispatcher.utter_message(response="utter_no_request")
    for request in facts["requests"][:SHOWN]:
        _request(dispatcher, "utter_request_status", request)


def revoked(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    """Taken back, too late, or nothing there."""
    if facts["request"] is not None:
        _request(dispatcher, "utter_request_revoked", facts["request"])
    elif facts["late"] is not None:
        _request(dispatcher, "utter_revoke_late", facts["late"])
    else:
        dispatcher.utter_message(response="utter_nothing_to_revoke")


def _filed(dispatcher: CollectingDispatcher, response: str, facts: Mapping[str, Any]) -> None:
    contact = {"email": facts["email"], "phone": facts["phone"]}
    _request(dispatcher, "utter_request_already" if facts["already"] else response, facts["request"], **contact)


def _request(dispatcher: CollectingDispatcher, response: str, request: Mapping[str, Any], **contact: str) -> None:
    buttons: list[dict[str, str]] = []
    if request["revocable"]:
        revoke = payload("revoke_request", reference=request["reference"])
        buttons.append({"title": "Take this request back", "payload": revoke})
    # Only staff who put a request on hold write a mail about it.
    new_address = (request["state"], request["reason"]) == ("on_hold", "recent_email_change")
    standing = (NEW_ADDRESS if new_address else STATES.get(request["state"], "")).format(**request)
    words = {**request, "kind": KINDS[request["kind"]], "state": request["state"].replace("_", " ")}
    card = {"type": "request", **words}
    dispatcher.utter_message(
        response=response, **words, standing=standing, **contact, json_message=card, buttons=buttons
    )


def _lists(facts: Mapping[str, Any]) -> dict[str, str]:
    gone = [
        held["title"] if held["count"] is None else f"{held['title']} ({held['count']:,})" for held in facts["gone"]
    ]
    return {"gone": _lines(gone) or "– nothing is stored yet", "kept": _lines(facts["kept"])}


def _lines(items: list[str]) -> str:
    return "\n".join(f"– {item}" for item in items)
