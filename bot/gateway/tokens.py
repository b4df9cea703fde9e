"""Tokens the gateway hands to a browser: which conversation it holds, and what a button means."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import TokenInvalid
from bot.domain.identity import Conversation
from bot.domain.messages import Button
from bot.security.tokens import Signer

SESSION_LIFETIME = timedelta(hours=12)


class ConversationTokens:
    """A token names a conversation and its epoch, so that it dies with every change of identity."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(secret, "conversation", SESSION_LIFETIME)

    def issue(self, conversation: Conversation) -> str:
        """The token for the conversation as it stands."""
        return self._signer.sign({"cid": conversation.id, "epoch": conversation.epoch})

    def read(self, token: str) -> tuple[str, int]:
        """Conversation id and epoch. Raises TokenInvalid or TokenExpired."""
        facts = self._signer.read(token)
        conversation_id, epoch = facts.get("cid"), facts.get("epoch")
        if not isinstance(conversation_id, str) or not isinstance(epoch, int):
            raise TokenInvalid("not a conversation token")
        return conversation_id, epoch


class Buttons:
    """A button leaves the server signed for one conversation; typed text can never become a payload."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(secret, "button", SESSION_LIFETIME)

    def seal(self, conversation_id: str, button: Button) -> str:
        """The button as the browser keeps it."""
        return self._signer.sign({"cid": conversation_id, "title": button.title, "payload": button.payload})

    def open(self, conversation_id: str, token: str) -> Button:
        """The button behind a token.

        Raises:
            TokenInvalid: forged, or made for another conversation.
            TokenExpired: too old.
        """
        facts = self._signer.read(token)
        if facts.get("cid") != conversation_id:
            raise TokenInvalid("a button of another conversation")
        return Button(str(facts["title"]), str(facts["payload"]))
