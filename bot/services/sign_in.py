"""Signing in for its own sake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from bot.domain.accounts import mask_email
from bot.domain.identity import Assurance
from bot.services.flows import Handler, Wish


@dataclass(frozen=True)
class SignIn(Handler):
    """Details: none. Facts: `mailbox`, masked. Nothing happens beyond the proving itself."""

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.MAILBOX

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        return {"mailbox": mask_email(wish.account.email)}
