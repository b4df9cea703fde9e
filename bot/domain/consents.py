"""What a person allowed or refused, and the proof of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Mapping

from bot.domain.settings import Setting, switchable


@dataclass(frozen=True)
class Consent:
    """One decision, kept for ever as it was made (GDPR Art. 7(1): be able to demonstrate consent).

    Attributes:
        policy_version: content hash of the policy in force at that moment.
    """

    account_id: str
    setting: str
    granted: bool
    at: datetime
    channel: str
    conversation_id: str
    policy_id: str
    policy_version: str


def preferences(stored: Mapping[str, bool]) -> dict[Setting, bool]:
    """Every switchable setting with what holds for an account: its choice, else the catalogue's default."""
    return {entry: stored.get(entry.key, entry.default) for entry in switchable()}
