"""A real SMTP server that keeps what it is sent."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Outside:
    """The rest of the world: takes every mail.

    Attributes:
        port: where it listens.
    """

    port: int
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return "250 OK"

    def messages(self, to: str) -> list[EmailMessage]:
        """What one address was sent, oldest first."""
        mine = [envelope for envelope in self.envelopes if to in envelope.rcpt_tos]
        found: list[Any] = [message_from_bytes(bytes(envelope.content or b""), policy=default) for envelope in mine]
        return found


@contextmanager
def outside_world() -> Iterator[Outside]:
    """Runs the server in a thread of its own."""
    outside = Outside(free_port())
    controller = Controller(outside, hostname="127.0.0.1", port=outside.port)
    controller.start()
    try:
        yield outside
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
