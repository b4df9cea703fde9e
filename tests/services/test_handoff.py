"""Bringing in a person."""

from __future__ import annotations

from tests.services.conftest import Desk


def test_the_team_is_told_once_per_conversation(desk: Desk) -> None:
    conversation = desk.signed_in()
    assert desk.services.handoff.ask(conversation.id) is True
    assert desk.services.handoff.ask(conversation.id) is False
    (mail,) = desk.mails("handoff")
    assert mail["to"] == "support@outsource.com"
    assert "conversation:handoff" in desk.tags()
