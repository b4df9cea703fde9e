"""The signal of several tabs at once."""

from __future__ import annotations

from bot.domain.accounts import Account
from bot.domain.identity import Conversation
from tests.requests.conftest import Desk
from tests.requests.examples import NOW
from tests.storage.threads import at_once


def test_several_tabs_at_once_count_once(stored: Desk) -> None:
    with stored.transactions() as uow:
        uow.accounts.add(Account("anna", "anna@example.com", NOW))
        for number in range(4):
            uow.conversations.add(Conversation(f"c{number}", "web", NOW, mailbox="anna@example.com", account_id="anna"))
        uow.commit()
    told = at_once(4, lambda number: stored.services.privacy_signal.heed(f"c{number}"))
    assert sum(message is not None for message in told) == 1
    with stored.transactions() as uow:
        assert len(uow.consents.of("anna")) == 3
        assert len(uow.requests.of_account("anna")) == 1
