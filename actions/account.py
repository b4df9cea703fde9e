"""Signing in and out, details, and answers to what the assistant proposed."""

from __future__ import annotations

import re
from typing import Any, Sequence

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import steps
from actions.base import DeskAction, Heard
from actions.registry import ANSWERED_BY, hand_on
from actions.settings import ask_which
from bot.domain.accounts import clean_detail, mask_email, profile_field
from bot.domain.errors import ProposalGone
from bot.domain.identity import normalise_email
from bot.domain.proposals import ProposalKind
from bot.services.flows import SignInNeeded

# "No, the other one": what was offered was not what was meant.
_CORRECTS = re.compile(r"\b(?:other|another|different|wrong|instead|meant|mean|not (?:that|this) one|rather)\b", re.I)


class SignIn(DeskAction):
    """Offers the sign-in panel, or mails a code to an address that was typed; what waited keeps waiting."""

    rasa_name = "action_sign_in"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        address = heard.first("email_address")
        step = self.services.flows.resume(heard.conversation)
        if step is None:
            step = self.services.flows.begin(heard.conversation, ProposalKind.SIGN_IN, {})
        if address is None or not isinstance(step, SignInNeeded):
            steps.say(dispatcher, step)
            return []
        self.services.identity.send_code(heard.conversation, address)
        dispatcher.utter_message(response="utter_code_sent", mailbox=mask_email(normalise_email(address)))
        return []


class SignOut(DeskAction):
    """Forgets who is talking."""

    rasa_name = "action_sign_out"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        self.services.identity.sign_out(heard.conversation)
        dispatcher.utter_message(response="utter_signed_out")
        return []


class ViewProfile(DeskAction):
    """Shows the details on the account."""

    rasa_name = "action_view_profile"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.VIEW_PROFILE, {}))
        return []


class ChangeProfile(DeskAction):
    """Corrects the detail the form collected, or answers what was said instead."""

    rasa_name = "action_change_profile"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        if not heard.slots.get("profile_value"):
            return self._left(heard, dispatcher)
        field = profile_field(str(heard.slots.get("profile_field") or ""))
        value = clean_detail(field.key, str(heard.slots.get("profile_value") or ""))
        details = {"field": field.key, "value": value}
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.CHANGE_PROFILE, details))
        return [SlotSet("profile_field", None), SlotSet("profile_value", None)]

    def _left(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        """The form ended without a value: the message that ended it is answered as what it is."""
        intent = heard.intent if heard.intent in ANSWERED_BY else "deny"
        return hand_on(intent, heard, dispatcher, self.services)


class Confirm(DeskAction):
    """A yes to what is on the table, and to nothing else."""

    rasa_name = "action_confirm"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        try:
            steps.say(dispatcher, self.services.flows.confirm(heard.conversation, heard.first("proposal")))
        except ProposalGone:
            dispatcher.utter_message(response="utter_nothing_to_confirm")
        return []


class Decline(DeskAction):
    """A no, or a never mind."""

    rasa_name = "action_decline"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        corrected = _CORRECTS.search(heard.text) is not None
        asked = self.services.flows.waiting(heard.conversation)
        try:
            step = self.services.flows.decline(heard.conversation, heard.first("proposal"))
        except ProposalGone:
            step = None
            if not corrected:
                dispatcher.utter_message(response="utter_okay")
                return []
        if corrected and (asked is None or asked.kind is ProposalKind.CHANGE_SETTINGS):
            on = asked is not None and bool(asked.details.get("on"))
            ask_which(dispatcher, "opt_in" if on else "opt_out", heard.entities.get("setting", ()))
        else:
            dispatcher.utter_message(response="utter_declined")
        if step is not None:
            steps.say(dispatcher, step)
        return []


class Resume(DeskAction):
    """After a sign-in: goes on with what waited for it."""

    rasa_name = "action_resume"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        step = self.services.flows.resume(heard.conversation)
        if step is None:
            step = self.services.flows.begin(heard.conversation, ProposalKind.SIGN_IN, {})
        steps.say(dispatcher, step)
        return []
