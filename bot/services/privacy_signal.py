"""Global Privacy Control: a browser that asks, for its user, not to sell or share their data (11 CCR §§ 7025, 7026)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.messages import Message, Sender
from bot.domain.requests import RequestType
from bot.domain.settings import group_title, resolve
from bot.services.choices import Choices
from bot.services.identity import load
from bot.services.ports import Clock, Hasher, Transactions
from bot.services.requests.register import Register

GPC = "gpc"
"""How the choice was made, in the proof of it."""
SET = (
    f"Your browser asks us not to share your data, so “{group_title('sharing')}” is now off. You can turn it on again"
    " at any time."
)


@dataclass(frozen=True)
class PrivacySignal:
    """An account heeds the signal once. What its person decides after that is theirs, and no signal ever opts in."""

    transactions: Transactions
    clock: Clock
    hasher: Hasher
    choices: Choices
    register: Register

    def heed(self, conversation_id: str) -> Message | None:
        """Turns sharing off for whoever is signed in; what to tell them, or None when there was nothing to do."""
        now = self.clock.now()
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            account = conversation.account_id
            if account is None or any(consent.channel == GPC for consent in uow.consents.of(account)):
                return None
            # Of two tabs at once one gets further.
            if not uow.spent_tokens.spend(f"{GPC}:{self.hasher.subject(account)}", now + timedelta(days=1)):
                return None
            for entry in resolve(("sharing",)):
                self.choices.record(uow, conversation, account, entry, False, channel=GPC)
            self.register.settle(uow, conversation, RequestType.OPT_OUT, now)
            told = uow.messages.append(Message(conversation.id, 0, Sender.BOT, now, SET))
            uow.commit()
        return told
