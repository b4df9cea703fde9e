"""What the assistant set out to do in a turn, as the labels of the evaluation file.

The label comes from the use cases that were called, not from the name of an intent: a wish that only got as far as
the sign-in counts as that wish, and an unclear message that the policy could answer counts as a question.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Sequence

from bot.domain.passages import Outcome
from bot.domain.proposals import ProposalKind
from bot.domain.settings import SETTINGS

LABELS = (
    "opt_out_sharing",
    "opt_in_sharing",
    "opt_out_facebook",
    "opt_in_facebook",
    "opt_out_marketing",
    "opt_in_marketing",
    "delete_account",
    "cancel_deletion",
    "deletion_status",
    "change_setting",
    "view_settings",
    "login",
    "logout",
    "human_handoff",
    "ask_policy",
    "greet",
    "goodbye",
    "thanks",
    "affirm",
    "deny",
    "out_of_scope",
    "child_data",
    "negated",
)
_WISHES = {
    ProposalKind.VIEW_SETTINGS.value: "view_settings",
    ProposalKind.VIEW_PROFILE.value: "view_settings",
    ProposalKind.CHANGE_PROFILE.value: "change_setting",
    ProposalKind.DELETE_ACCOUNT.value: "delete_account",
    ProposalKind.REQUEST_STATUS.value: "deletion_status",
    ProposalKind.REVOKE_REQUEST.value: "cancel_deletion",
    ProposalKind.SIGN_IN.value: "login",
    "export": "view_settings",
    "preview_deletion": "ask_policy",
    "report_child": "child_data",
}
# What an action stands for where no use case tells more. Seeing one's own data has the label of seeing settings, and
# a question about one's own deletion that of a question.
_ACTIONS = {
    "action_request_export": "view_settings",
    "action_preview_deletion": "ask_policy",
    "action_report_child": "child_data",
    "action_talk_to_person": "human_handoff",
    "action_sign_out": "logout",
    "action_confirm": "affirm",
    "action_decline": "deny",
    "action_change_setting": "change_setting",
    "action_out_of_scope": "out_of_scope",
    "action_other_language": "out_of_scope",
    "action_fallback": "out_of_scope",
    "action_help": "greet",
    "profile_form": "change_setting",
    "utter_greet": "greet",
    "utter_bot_challenge": "greet",
    "utter_goodbye": "goodbye",
    "utter_thanks": "thanks",
}
# Wishes among several that are no business of the flows.
_TAKEN_BY = {
    "ask_policy": "action_answer_policy",
    "human_handoff": "action_talk_to_person",
    "change_profile": "profile_form",
    "change_setting": "action_change_setting",
    "sign_out": "action_sign_out",
}
_LABELLED_GROUPS = ("sharing", "facebook", "marketing")
_GROUP = {entry.key: entry.group for entry in SETTINGS}
_ABOUT_PRIVACY = (Outcome.ANSWERED, Outcome.PARTLY, Outcome.NOT_IN_POLICY)


@dataclass
class Doings:
    """The use cases called in one turn, as labels, in order."""

    labels: list[str] = field(default_factory=list)
    answered: bool = False

    def wish(self, kind: ProposalKind, details: Mapping[str, Any]) -> None:
        """A wish was taken."""
        if kind is ProposalKind.CHANGE_SETTINGS:
            self.labels += _settings(details["keys"], bool(details["on"]))
        elif kind.value in _WISHES:
            self.labels.append(_WISHES[kind.value])

    def answer(self, outcomes: Iterable[Outcome]) -> None:
        """The policy was asked."""
        self.answered = any(outcome in _ABOUT_PRIVACY for outcome in outcomes)

    def of_turn(self, actions: Sequence[str], wishes: Sequence[str] = ()) -> tuple[str, ...]:
        """All labels of the turn, each once.

        Args:
            actions: names of the actions that ran, in order.
            wishes: intents of the several wishes that one of them took, in order.
        """
        found = list(self.labels)
        taken = [_TAKEN_BY[intent] for intent in wishes if intent in _TAKEN_BY]
        for name in [each for action in actions for each in (taken if action == "action_several" else [action])]:
            if name == "action_answer_policy" or (name == "action_fallback" and self.answered):
                found.append("ask_policy" if self.answered else "out_of_scope")
            elif name in _ACTIONS and not (name == "action_change_setting" and found):
                found.append(_ACTIONS[name])
        return tuple(dict.fromkeys(found)) or ("out_of_scope",)


def _settings(keys: Sequence[str], on: bool) -> list[str]:
    """Tailored advertising counts as marketing; research has no label of its own."""
    labels = []
    for key in keys:
        group = "marketing" if key == "ads_tailoring" else _GROUP.get(key, key)
        way = "in" if on else "out"
        labels.append(f"opt_{way}_{group}" if group in _LABELLED_GROUPS else "change_setting")
    return labels
