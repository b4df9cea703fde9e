"""Says where a wish stands: sign in, type the code, say yes, or done."""

from __future__ import annotations

import json
from typing import Any, Callable, Mapping

from rasa_sdk.executor import CollectingDispatcher

from bot.domain.proposals import ProposalKind
from bot.services.flows import CodeNeeded, Question, Refused, SignInNeeded, Step


def say(dispatcher: CollectingDispatcher, step: Step) -> None:
    """Utters the reply that fits `step`, and behind it the one for the next wish of the same message."""
    if isinstance(step, SignInNeeded):
        card = {"type": "sign_in", "rung": step.rung.name.lower()}
        dispatcher.utter_message(response="utter_sign_in_needed", json_message=card)
    elif isinstance(step, CodeNeeded):
        response = "utter_code_mailed" if step.sent else "utter_code_limit"
        dispatcher.utter_message(response=response, mailbox=step.mailbox)
    elif isinstance(step, Question):
        _QUESTIONS[step.proposal.kind](dispatcher, step)
    elif isinstance(step, Refused):
        dispatcher.utter_message(text=step.reason)
    else:
        _DONE[step.kind](dispatcher, step.facts)
        if step.next is not None:
            say(dispatcher, step.next)


def payload(intent: str, **entities: str) -> str:
    """A button payload: `/intent{…}`."""
    return f"/{intent}{json.dumps(entities)}" if entities else f"/{intent}"


def enumerate_titles(titles: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"


def _yes_no(step: Question, yes: str, no: str) -> list[dict[str, str]]:
    return [
        {"title": yes, "payload": payload("affirm", proposal=step.proposal.id)},
        {"title": no, "payload": payload("deny", proposal=step.proposal.id)},
    ]


def _ask_opt_in(dispatcher: CollectingDispatcher, step: Question) -> None:
    titles = enumerate_titles([f"“{title}”" for title in step.facts["titles"]])
    buttons = _yes_no(step, "Yes, turn on", "No, leave it off")
    dispatcher.utter_message(response="utter_ask_opt_in", titles=titles, buttons=buttons)


def _ask_email(dispatcher: CollectingDispatcher, step: Question) -> None:
    buttons = _yes_no(step, "Yes, change it", "No, keep the old one")
    dispatcher.utter_message(response="utter_ask_email_change", **step.facts, buttons=buttons)


def _ask_deletion(dispatcher: CollectingDispatcher, step: Question) -> None:
    buttons = _yes_no(step, "Yes, delete my account", "No, keep it")
    dispatcher.utter_message(response="utter_ask_deletion", buttons=buttons)


def _signed_in(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    dispatcher.utter_message(response="utter_signed_in", mailbox=facts["mailbox"])


def _settings(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    groups: list[dict[str, Any]] = []
    buttons: list[dict[str, str]] = []
    lines: list[str] = []
    for group in facts["groups"]:
        items = []
        lines.append(f"{group['title']}:")
        for item in group["items"]:
            state = "no switch" if item["locked"] else "on" if item["on"] else "off"
            lines.append(f"– {item['title']}: {state}")
            if item["locked"]:
                items.append(item)
                continue
            items.append({**item, "button": len(buttons)})
            intent, verb = ("opt_out", "off") if item["on"] else ("opt_in", "on")
            title = f"Turn {verb}: {item['title']}"
            buttons.append({"title": title, "payload": payload(intent, setting=item["key"])})
        groups.append({"title": group["title"], "items": items})
    card = {"type": "settings", "groups": groups}
    text = "Here are your privacy settings.\n" + "\n".join(lines)
    dispatcher.utter_message(text=text, json_message=card, buttons=buttons)


def _changed(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    word = "on" if facts["on"] else "off"
    undo = payload("opt_out" if facts["on"] else "opt_in", setting=facts["keys"][0])
    buttons = [{"title": "Show all my settings", "payload": payload("view_settings")}]
    if facts["changed"]:
        titles = enumerate_titles([f"“{title}”" for title in facts["changed"]])
        if len(facts["keys"]) == 1:
            buttons.insert(0, {"title": "Undo", "payload": undo})
        verb = "is" if len(facts["changed"]) == 1 else "are"
        dispatcher.utter_message(response="utter_setting_changed", titles=titles, verb=verb, word=word, buttons=buttons)
    else:
        titles = enumerate_titles([f"“{title}”" for title in facts["already"]])
        verb = "was" if len(facts["already"]) == 1 else "were"
        dispatcher.utter_message(response="utter_setting_already", titles=titles, verb=verb, word=word, buttons=buttons)
    if facts["facebook"]:
        dispatcher.utter_message(response=f"utter_facebook_{facts['facebook']}")


def _profile(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    items = [{**item, "value": item["value"] or "not given"} for item in facts["items"]]
    lines = "\n".join(f"– {item['title']}: {item['value']}" for item in items)
    dispatcher.utter_message(
        text=f"These are the details on your account.\n{lines}",
        json_message={"type": "profile", "items": items},
        buttons=[{"title": "Correct a detail", "payload": payload("change_profile")}],
    )


def _profile_changed(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    response = "utter_email_confirm_sent" if facts["confirm"] else "utter_profile_changed"
    dispatcher.utter_message(response=response, title=facts["title"], value=facts["value"])


def _deletion(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    response = "utter_deletion_already" if facts["already"] else "utter_deletion_filed"
    _request(dispatcher, response, facts["request"], email=facts["email"], phone=facts["phone"])


def _status(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    if not facts["requests"]:
        dispatcher.utter_message(response="utter_no_request")
    for request in facts["requests"][:3]:
        _request(dispatcher, "utter_request_status", request)


def _revoked(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    if facts["request"] is None:
        dispatcher.utter_message(response="utter_nothing_to_revoke")
    else:
        _request(dispatcher, "utter_request_revoked", facts["request"])


def _request(dispatcher: CollectingDispatcher, response: str, request: Mapping[str, Any], **contact: str) -> None:
    buttons: list[dict[str, str]] = []
    if request["revocable"]:
        revoke = payload("revoke_request", reference=request["reference"])
        buttons.append({"title": "Take this request back", "payload": revoke})
    words = {**request, "state": request["state"].replace("_", " ")}
    card = {"type": "request", **words}
    dispatcher.utter_message(response=response, **words, **contact, json_message=card, buttons=buttons)


_QUESTIONS: dict[ProposalKind, Callable[[CollectingDispatcher, Question], None]] = {
    ProposalKind.CHANGE_SETTINGS: _ask_opt_in,
    ProposalKind.CHANGE_PROFILE: _ask_email,
    ProposalKind.DELETE_ACCOUNT: _ask_deletion,
}

_DONE: dict[ProposalKind, Callable[[CollectingDispatcher, Mapping[str, Any]], None]] = {
    ProposalKind.SIGN_IN: _signed_in,
    ProposalKind.VIEW_SETTINGS: _settings,
    ProposalKind.CHANGE_SETTINGS: _changed,
    ProposalKind.VIEW_PROFILE: _profile,
    ProposalKind.CHANGE_PROFILE: _profile_changed,
    ProposalKind.DELETE_ACCOUNT: _deletion,
    ProposalKind.REQUEST_STATUS: _status,
    ProposalKind.REVOKE_REQUEST: _revoked,
}
