"""A choice about a setting: the choice itself, the proof of it, and its audit row, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.audit import AuditTag
from bot.domain.consents import Consent
from bot.domain.identity import Conversation
from bot.domain.settings import Setting
from bot.services.journal import Journal
from bot.services.ports import Clock, Policy, UnitOfWork


@dataclass(frozen=True)
class Choices:
    """Writes choices down."""

    clock: Clock
    policy: Policy
    journal: Journal

    def record(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        account_id: str,
        entry: Setting,
        value: bool,
        channel: str | None = None,
    ) -> None:
        """From now on `value` holds.

        Args:
            channel: how the choice was made, where that is not the conversation's own channel.
        """
        now, ref = self.clock.now(), self.policy.ref
        uow.preferences.put(account_id, entry.key, value, now)
        uow.consents.add(
            Consent(
                account_id=account_id,
                setting=entry.key,
                granted=value,
                at=now,
                channel=channel or conversation.channel,
                conversation_id=conversation.id,
                policy_id=ref.id,
                policy_version=ref.version,
            )
        )
        self.journal.write(
            uow, AuditTag.SETTING_CHANGED, conversation, setting=entry.key, value="on" if value else "off"
        )
