"""A choice about a setting: the choice itself, the proof of it, and its audit row, in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.audit import AuditTag
from bot.domain.consents import Consent
from bot.domain.identity import Conversation
from bot.domain.settings import Setting
from bot.services.journal import Journal
from bot.services.ports import Clock, Policy, UnitOfWork
from bot.services.site_changes import SiteChanges


@dataclass(frozen=True)
class Choices:
    """Writes choices down."""

    clock: Clock
    policy: Policy
    journal: Journal
    site: SiteChanges

    def record(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        account_id: str,
        entry: Setting,
        value: bool,
        channel: str | None = None,
    ) -> None:
        """From now on `value` holds, here and at the site.

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
        self.pass_on(uow, conversation, account_id, entry, value)

    def pass_on(
        self, uow: UnitOfWork, conversation: Conversation, account_id: str, entry: Setting, value: bool
    ) -> None:
        """Tells the site only, as for an opt-out that is none here: the person may have opted in there meanwhile."""
        now = self.clock.now()
        self.site.setting(uow, account_id, f"{conversation.id}:{now.isoformat()}", entry.key, value, now)
