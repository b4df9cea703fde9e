"""The JSON a browser gets."""

from __future__ import annotations

from typing import Any, Iterable

from bot.domain.accounts import mask_email
from bot.domain.identity import Conversation
from bot.domain.messages import Message
from bot.gateway.tokens import Buttons


def message_json(message: Message, buttons: Buttons) -> dict[str, Any]:
    """One line of the transcript."""
    return {
        "seq": message.seq,
        "from": message.sender.value,
        "at": message.at.isoformat(),
        "text": message.text,
        "buttons": [
            {"title": button.title, "token": buttons.seal(message.conversation_id, button)}
            for button in message.buttons
        ],
        "card": message.card,
        "delivery": message.delivery.value,
        "client_id": message.client_id,
    }


def messages_json(messages: Iterable[Message], buttons: Buttons) -> list[dict[str, Any]]:
    """Several lines."""
    return [message_json(message, buttons) for message in messages]


def identity_json(conversation: Conversation) -> dict[str, Any]:
    """Who the conversation belongs to, as far as the person at the screen should see it."""
    return {
        "signed_in": conversation.account_id is not None,
        "email": mask_email(conversation.mailbox) if conversation.mailbox else None,
    }
