"""Replies that agents send often. Adding one means adding one entry here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping

_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Canned:
    """One ready reply; `{name}`, `{agent}`, `{company}`, `{reference}` and `{due}` are filled in."""

    key: str
    title: str
    text: str

    def filled(self, values: Mapping[str, str]) -> str:
        """The text with every variable that has a value; what has none stays visible, to be typed."""
        return _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], self.text)


CANNED: tuple[Canned, ...] = (
    Canned("hello", "Hello", "Hello {name}, this is {agent} from {company}. I have read what you wrote; one moment."),
    Canned(
        "prove",
        "Ask to sign in",
        "Before I can look at your account I need to know it is you. Please press “Sign in” at the top of this chat.",
    ),
    Canned(
        "request",
        "Where the request stands",
        "Your request {reference} is with us. You will have an answer by {due} at the latest.",
    ),
    Canned(
        "no_policy", "Not in the policy", "Our privacy policy does not say anything about that, so I asked a colleague."
    ),
    Canned("bye", "Goodbye", "Is there anything else? Otherwise I will hand you back to the assistant. {agent}"),
)
