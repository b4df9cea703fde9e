"""Signing in and out, details, and answers to what the assistant proposed."""

from __future__ import annotations

from typing import Any, Sequence

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import steps
from actions.base import DeskAction, Heard
from bot.domain.accounts import clean_detail, mask_email, profile_field
from bot.domain.errors import ProposalGone
from bot.domain.identity import normalise_email
from bot.domain.proposals import ProposalKind
from bot.services.flows import SignInNeeded


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
    """Corrects the detail the form collected."""

    rasa_name = "action_change_profile"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        field = profile_field(str(heard.slots.get("profile_field") or ""))
        value = clean_detail(field.key, str(heard.slots.get("profile_value") or ""))
        details = {"field": field.key, "value": value}
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.CHANGE_PROFILE, details))
        return [SlotSet("profile_field", None), SlotSet("profile_value", None)]


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
        try:
            step = self.services.flows.decline(heard.conversation, heard.first("proposal"))
            dispatcher.utter_message(response="utter_declined")
            if step is not None:
                steps.say(dispatcher, step)
        except ProposalGone:
            dispatcher.utter_message(response="utter_okay")
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
