"""What each field of a person's copy means, in their words."""

from __future__ import annotations

from typing import Mapping

_ANYWHERE = {
    "record": "What kind of entry this is",
    "at": "When it happened (UTC)",
    "created_at": "When it came into being (UTC)",
    "conversation_id": "Which conversation it belongs to",
}

FIELDS: Mapping[str, Mapping[str, str]] = {
    "profile": {
        "id": "The number under which we keep your account",
        "email": "Your e-mail address",
        "full_name": "Your name",
        "phone": "Your phone number",
        "street_address": "Your street address",
        "company_name": "Your company",
        "website": "Your website",
        "company_description": "What you told us about your company",
        "facebook_user": "The Facebook user id you connected",
        "email_changed_at": "When you last changed your address (UTC)",
    },
    "settings": {
        "setting": "The setting, by its name in our catalogue",
        "value": "Whether you allow it",
        "changed_at": "When you chose so (UTC)",
    },
    "consents": {
        "setting": "What you decided about",
        "granted": "Whether you allowed it",
        "channel": "Where you said so: web, mail or terminal",
        "policy_id": "The policy you were shown",
        "policy_version": "The version of that policy, as a fingerprint of its text",
    },
    "conversations": {
        "id": "The number of the conversation",
        "channel": "How it was held: web, mail or terminal",
        "mailbox": "The address you proved, or a code was sent to",
        "handoff_at": "When you asked for a person (UTC)",
        "seq": "Place of the message in the conversation",
        "sender": "Who said it: you (person), the assistant (bot) or our staff",
        "text": "What was said",
        "kind": "What you wanted to do",
        "state": "What became of it",
        "details": "The particulars of what you wanted",
        "name": "First name of the member of staff who helped you",
        "up": "Whether you found the answer helpful",
        "score": "How content you were with the conversation, 1 to 5",
        "taken_at": "When they took over from the assistant (UTC)",
        "given_back_at": "When they gave the conversation back (UTC)",
    },
    "mail": {
        "arrived_at": "When your mail arrived (UTC)",
        "envelope_from": "The sender named by your mail server",
        "recipients": "Where the mail was sent to",
        "state": "What became of the mail",
        "reason": "Why",
        "raw": "The mail itself, exactly as it arrived",
        "reference": "The number of the exchange of mails",
        "sender": "Who writes in it",
        "subject": "Its subject",
        "waiting": "Questions that wait until another one is settled",
        "recipient": "Where we sent a mail to",
        "address": "An address of yours that mail could not be delivered to",
    },
    "outbox": {
        "kind": "What waits to be done",
        "template": "Which mail it is",
    },
    "exports": {
        "expires_at": "Until when the copy can be taken (UTC)",
        "taken_at": "When it was taken (UTC)",
    },
    "requests": {
        "reference": "The number of your request",
        "type": "What you asked for",
        "state": "Where it stands",
        "regime": "The law whose deadlines we keep",
        "channel": "Where you asked: web, mail or terminal",
        "mailbox": "Where we write to about it",
        "reason": "Why it waits or was turned down",
        "explanation": "What we told you about it",
        "details": "What exactly you asked for",
        "received_at": "When you asked (UTC)",
        "verified_at": "When you showed who you are (UTC)",
        "acknowledged_at": "When we confirmed it (UTC)",
        "due_at": "When we must answer (UTC)",
        "scheduled_for": "When we carry it out (UTC)",
        "extended_at": "When we took more time (UTC)",
        "closed_at": "When it was closed (UTC)",
        "name": "First name of the member of staff who noted something",
        "text": "What they noted",
    },
    "tracker": {
        "text": "What you or the assistant said",
        "intent": "What the assistant took it to mean",
        "name": "Something it remembered for the conversation",
        "value": "What it remembered",
    },
    "maildir": {
        "to": "Who the mail is for",
        "date": "Its date",
        "subject": "Its subject",
        "text": "What it says",
    },
    "facebook": {"facebook_user": "The Facebook user id whose permission we hold"},
    "partner": {"partner": "A partner we may have given your data to; ask them for what they hold"},
}
"""Store → field → meaning; `_ANYWHERE` is known in all of them."""


def meaning(store: str, field: str) -> str:
    """What a field of a store means; one that is explained nowhere has none.

    >>> meaning("partner-acme", "partner")[:12]
    'A partner we'
    """
    fields = FIELDS.get(store) or FIELDS.get(store.partition("-")[0], {})
    return fields.get(field) or _ANYWHERE.get(field, "")
