"""The use cases on fakes: no database, no model, no Rasa."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from bot.config import Config
from bot.domain.accounts import Account
from bot.domain.audit import first_broken
from bot.domain.identity import Conversation
from bot.security.tokens import Signer
from bot.services.profile import EMAIL_LINK_LIFETIME
from bot.wiring import Services, build_services
from tests.fakes import FakeTransactions
from tests.fakes_console import FakeCases, FakeStaffSecrets
from tests.fakes_world import FakeBot, FakeClock, FakeHasher, FakePolicy, FakeRandomness


@dataclass
class Desk:
    """Everything a test touches."""

    services: Services
    clock: FakeClock
    hasher: FakeHasher
    bot: FakeBot
    transactions: FakeTransactions
    cases: FakeCases

    def open(self) -> Conversation:
        return self.services.identity.open("web")

    def signed_in(self, who: str = "anna") -> Conversation:
        conversation = self.open()
        return self.services.identity.sign_in(conversation.id, f"{who}@example.com", "right")

    def code(self) -> str:
        """The digits of the newest code mail."""
        found = [payload["values"]["code"] for payload in self.mails("code")]
        return str(found[-1])

    def fresh(self, conversation: Conversation) -> Conversation:
        """Proves a fresh code for whoever is signed in."""
        self.services.identity.send_code(conversation.id, str(conversation.mailbox))
        return self.services.identity.prove_code(conversation.id, self.code())

    def mails(self, template: str) -> list[dict[str, Any]]:
        with self.transactions() as uow:
            items = uow.outbox.claim(self.clock.now(), self.clock.now(), 1000)
        return [dict(item.payload) for item in items if item.payload.get("template") == template]

    def tags(self) -> list[str]:
        with self.transactions() as uow:
            rows = uow.audit.rows()
        assert first_broken(rows) is None
        return [entry.tag.value for _, entry, _ in rows]

    def account(self, account_id: str = "anna") -> Account:
        with self.transactions() as uow:
            found = uow.accounts.by_id(account_id)
        assert found is not None
        return found


@pytest.fixture
def desk() -> Desk:
    clock, hasher, bot, transactions = FakeClock(), FakeHasher(), FakeBot(), FakeTransactions()
    cases = FakeCases()
    services = build_services(
        Config(facebook_app_id="app"),
        clock=clock,
        hasher=hasher,
        bot=bot,
        transactions=transactions,
        random=FakeRandomness(),
        policy=FakePolicy(),
        links=Signer("s" * 40, "email-change", EMAIL_LINK_LIFETIME),
        secrets=FakeStaffSecrets(),
        cases=cases,
        tables=(),
        remotes=(),
    )
    with transactions() as uow:
        for who in ("anna", "ben"):
            uow.accounts.add(
                Account(who, f"{who}@example.com", clock.now(), "hash of right", who.title(), facebook_user=f"fb-{who}")
            )
            uow.preferences.put(who, "facebook_advice", True, clock.now())
        uow.commit()
    return Desk(services, clock, hasher, bot, transactions, cases)
