"""What a case is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OWN = "privacy@outsource.com"
AUTHSERV = "mx.outsource.com"
DEFAULTS = {
    "From": "Anna Smith <anna@example.com>",
    "To": f"Privacy <{OWN}>",
    "Subject": "Your privacy policy",
    "Message-ID": "<q1@example.com>",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
}
QUESTION = "Do you sell my phone number?"


@dataclass(frozen=True)
class Case:
    """One message, and what reading it must give.

    Attributes:
        expect: attribute of `InboundMail` → value; `automatic` as bool, `has` and `lacks` about the reply.
    """

    name: str
    raw: bytes
    expect: dict[str, Any] = field(default_factory=dict)
    envelope_from: str | None = "anna@example.com"


def mail(body: str | bytes = QUESTION, *, drop: tuple[str, ...] = (), **headers: str) -> bytes:
    """A message with DEFAULTS; `In_Reply_To="…"` sets In-Reply-To, a list of lines repeats a field."""
    fields = {**DEFAULTS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{name}: {value}" for name, value in fields.items() if name not in drop]
    content = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content.replace(b"\n", b"\r\n")


def parts(*bodies: str, kind: str = "mixed", **headers: str) -> bytes:
    """A multipart message; each body starts with its own headers."""
    joined = "".join(f"--frontier\n{body}\n" for body in bodies)
    return mail(f"{joined}--frontier--\n", Content_Type=f'multipart/{kind}; boundary="frontier"', **headers)


TEXT = "Content-Type: text/plain; charset=utf-8\n\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n"
