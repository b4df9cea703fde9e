"""Says where a wish stands: sign in, type the code, say yes, or done."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from rasa_sdk.executor import CollectingDispatcher

from actions import request_steps
from actions.failures import say_failure
from actions.wording import enumerate_titles, payload, yes_no
from bot.domain.proposals import ProposalKind
from bot.services.flows import CodeNeeded, Done, Question, Refused, SignInNeeded, Step


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
        say_failure(dispatcher, step.error)
    else:
        _DONE[step.kind](dispatcher, step.facts)
    if isinstance(step, (Done, Refused)) and step.next is not None:
        say(dispatcher, step.next)


def _ask_opt_in(dispatcher: CollectingDispatcher, step: Question) -> None:
    titles = enumerate_titles([f"“{title}”" for title in step.facts["titles"]])
    buttons = yes_no(step, "Yes, turn on", "No, leave it off")
    dispatcher.utter_message(response="utter_ask_opt_in", titles=titles, buttons=buttons)


def _ask_email(dispatcher: CollectingDispatcher, step: Question) -> None:
    buttons = yes_no(step, "Yes, change it", "No, keep the old one")
    dispatcher.utter_message(response="utter_ask_email_change", **step.facts, buttons=buttons)


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
        response = "utter_setting_changed_receipt" if facts.get("receipt") else "utter_setting_changed"
        words = {"titles": titles, "verb": verb, "word": word, "receipt": facts.get("receipt")}
        dispatcher.utter_message(response=response, **words, buttons=buttons)
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
        text=f"Here are the details on your account.\n{lines}",
        json_message={"type": "profile", "items": items},
        buttons=[{"title": "Correct a detail", "payload": payload("change_profile")}],
    )


def _profile_changed(dispatcher: CollectingDispatcher, facts: Mapping[str, Any]) -> None:
    response = "utter_email_confirm_sent" if facts["confirm"] else "utter_profile_changed"
    dispatcher.utter_message(response=response, title=facts["title"], value=facts["value"])


_QUESTIONS: dict[ProposalKind, Callable[[CollectingDispatcher, Question], None]] = {
    ProposalKind.CHANGE_SETTINGS: _ask_opt_in,
    ProposalKind.CHANGE_PROFILE: _ask_email,
    ProposalKind.DELETE_ACCOUNT: request_steps.ask_deletion,
    ProposalKind.REPORT_CHILD: request_steps.ask_child,
}

_DONE: dict[ProposalKind, Callable[[CollectingDispatcher, Mapping[str, Any]], None]] = {
    ProposalKind.SIGN_IN: _signed_in,
    ProposalKind.VIEW_SETTINGS: _settings,
    ProposalKind.CHANGE_SETTINGS: _changed,
    ProposalKind.VIEW_PROFILE: _profile,
    ProposalKind.CHANGE_PROFILE: _profile_changed,
    ProposalKind.DELETE_ACCOUNT: request_steps.deletion,
    ProposalKind.REPORT_CHILD: request_steps.child,
    ProposalKind.EXPORT: request_steps.export,
    ProposalKind.PREVIEW_DELETION: request_steps.preview,
    ProposalKind.REQUEST_STATUS: request_steps.status,
    ProposalKind.REVOKE_REQUEST: request_steps.revoked,
}
