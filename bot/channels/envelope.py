"""What the gateway tells Rasa, signed, so that nothing else can speak to it.

The envelope carries one turn from the gateway to the Rasa channel. The turn proof travels on in the message metadata
to the action server, which thereby knows that the gateway, not a stranger, started the turn.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Mapping

from bot.domain.errors import TokenInvalid
from bot.security.tokens import Signer

ENVELOPE_LIFETIME = timedelta(seconds=60)
PROOF_LIFETIME = timedelta(minutes=2)


@dataclass(frozen=True)
class Envelope:
    """One turn.

    Attributes:
        conversation_id: becomes Rasa's sender id.
        message_id: the same when the same message is sent again.
        channel: where the person is: `web`, `mail` or `terminal`.
        trusted: `text` is a payload the server signed; only then may it be `/intent{…}`.
        id: of this envelope; each is accepted once.
    """

    conversation_id: str
    message_id: str
    channel: str
    text: str
    trusted: bool
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))


@dataclass(frozen=True)
class TurnProof:
    """Which turn an action runs in."""

    conversation_id: str
    message_id: str
    channel: str


class EnvelopeSigner:
    """Seals envelopes in the gateway and opens them in the channel."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(secret, "rasa-envelope", ENVELOPE_LIFETIME)

    def seal(self, envelope: Envelope) -> dict[str, str]:
        """The envelope as the body of a request, good for a minute.

        The text travels beside the token, which holds its hash: a token has a bounded length, a message has not.
        """
        facts = asdict(envelope)
        text = facts.pop("text")
        return {"envelope": self._signer.sign({**facts, "digest": _digest(text)}), "text": text}

    def open(self, body: Mapping[str, str]) -> Envelope:
        """Raises TokenInvalid or TokenExpired."""
        facts = self._signer.read(body["envelope"])
        texts = _texts(facts, "conversation_id", "message_id", "channel", "digest", "id")
        intact = secrets.compare_digest(texts.pop("digest"), _digest(body["text"]))
        if not intact or not isinstance(facts.get("trusted"), bool):
            raise TokenInvalid("The envelope does not hold together.")
        return Envelope(trusted=facts["trusted"], text=body["text"], **texts)


class TurnSigner:
    """Signs turn proofs in the channel and reads them in the action server."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(secret, "rasa-turn", PROOF_LIFETIME)

    def sign(self, proof: TurnProof) -> str:
        """The proof as a token that is good for two minutes."""
        return self._signer.sign(asdict(proof))

    def read(self, token: str) -> TurnProof:
        """Raises TokenInvalid or TokenExpired."""
        return TurnProof(**_texts(self._signer.read(token), "conversation_id", "message_id", "channel"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _texts(facts: Mapping[str, Any], *names: str) -> dict[str, str]:
    texts = {name: facts.get(name) for name in names}
    if not all(isinstance(text, str) for text in texts.values()) or not texts["conversation_id"]:
        raise TokenInvalid("The token lacks a part.")
    return {name: str(text) for name, text in texts.items()}
