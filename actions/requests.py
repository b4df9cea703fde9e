"""Privacy requests, and a person to talk to."""

from __future__ import annotations

from typing import Any, Sequence

from rasa_sdk.executor import CollectingDispatcher

from actions import steps
from actions.base import DeskAction, Heard
from bot.domain.proposals import ProposalKind


class RequestDeletion(DeskAction):
    """Starts a deletion: fresh code, explicit yes, reference."""

    rasa_name = "action_request_deletion"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.DELETE_ACCOUNT, {}))
        return []


class PreviewDeletion(DeskAction):
    """Says what a deletion would take away; changes nothing."""

    rasa_name = "action_preview_deletion"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.PREVIEW_DELETION, {}))
        return []


class RequestExport(DeskAction):
    """Starts a copy of everything: fresh code, then a link by mail."""

    rasa_name = "action_request_export"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.EXPORT, {}))
        return []


class ReportChild(DeskAction):
    """A parent reports the account of a child."""

    rasa_name = "action_report_child"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        details = {"email_address": heard.first("email_address")}
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.REPORT_CHILD, details))
        return []


class RequestStatus(DeskAction):
    """Says where a request stands."""

    rasa_name = "action_request_status"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        details = {"reference": heard.first("reference")}
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.REQUEST_STATUS, details))
        return []


class RevokeRequest(DeskAction):
    """Takes a request back."""

    rasa_name = "action_revoke_request"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        details = {"reference": heard.first("reference")}
        steps.say(dispatcher, self.services.flows.begin(heard.conversation, ProposalKind.REVOKE_REQUEST, details))
        return []


class TalkToPerson(DeskAction):
    """Tells the support team, and says how else to reach them."""

    rasa_name = "action_talk_to_person"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        config = self.services.config
        contact = {"email": config.support_email, "phone": config.support_phone}
        if heard.first("crisis"):
            dispatcher.utter_message(response="utter_crisis")
        told = heard.conversation_id is not None and self.services.handoff.ask(heard.conversation)
        dispatcher.utter_message(
            response="utter_person_told" if told else "utter_person_contact",
            **contact,
            json_message={"type": "contact", **contact},
        )
        return []
