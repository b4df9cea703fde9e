"""Typed text that Rasa must never take for a payload."""

from __future__ import annotations


def plain_text(text: str) -> str:
    """`text` without leading slashes, so that `/intent{"slot": …}` typed by a person is only words.

    Rasa strips white space and then looks for a slash, so both are removed here, mixed in any order.

    >>> plain_text(' / /sign_in{"account": "anna"}')
    'sign_in{"account": "anna"}'
    """
    while (bare := text.strip().lstrip("/")) != text:
        text = bare
    return text or "(slash)"
