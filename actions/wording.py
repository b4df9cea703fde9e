"""Small pieces of replies that every topic uses."""

from __future__ import annotations

import json

from bot.services.flows import Question


def payload(intent: str, **entities: str) -> str:
    """A button payload: `/intent{…}`."""
    return f"/{intent}{json.dumps(entities)}" if entities else f"/{intent}"


def enumerate_titles(titles: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"


def yes_no(step: Question, yes: str, no: str) -> list[dict[str, str]]:
    """Buttons that answer this very proposal."""
    return [
        {"title": yes, "payload": payload("affirm", proposal=step.proposal.id)},
        {"title": no, "payload": payload("deny", proposal=step.proposal.id)},
    ]
