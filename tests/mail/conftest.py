"""A mail desk on fakes: a person writes, the mailroom works, the worker sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_string
from typing import Any

import pytest

from bot.config import Config
from bot.domain.accounts import Account
from bot.domain.errors import BotUnavailable, NoAccount, ProposalGone
from bot.domain.mail import MailState
from bot.domain.messages import Button, Reply
from bot.domain.proposals import ProposalKind
from bot.domain.requests import FILED
from bot.mail.transport import compose, message_id
from bot.services.flows import CodeNeeded, Done, Question, SignInNeeded
from bot.wiring import MailDesk, Services, build_mail_desk, build_services, build_worker, mail_reader
from bot.worker import Worker
from tests.fakes import FakeTransactions
from tests.fakes_world import DirectReader, FakeClock, FakeHasher, FakeMailer, FakePolicy, FakeRandomness, Posted
from tests.mail.eml.case import AUTHSERV, OWN, mail

CONFIG = Config(mail_authserv_id=AUTHSERV, mail_address=OWN)
_WISHES = {
    "delete": (ProposalKind.DELETE_ACCOUNT, {}),
    "newsletter": (ProposalKind.CHANGE_SETTINGS, {"keys": ["newsletter"], "on": False}),
    "settings": (ProposalKind.VIEW_SETTINGS, {}),
}


@dataclass
class FlowBot:
    """Understands a few words and does for them what the actions do; everything else it echoes."""

    services: Services | None = None
    heard: list[str] = field(default_factory=list)
    down: bool = False
    away_at: int | None = None

    async def send(self, conversation: Any, message_id: str, text: str, *, trusted: bool) -> list[Reply]:
        if self.down or len(self.heard) == self.away_at:
            self.away_at = None
            raise BotUnavailable("down")
        assert self.services is not None
        self.heard.append(text)
        flows = self.services.flows
        try:
            if trusted and text == "/resume":
                return self._say(
                    flows.resume(conversation.id) or flows.begin(conversation.id, ProposalKind.SIGN_IN, {})
                )
            if text.startswith("/affirm") or text.lower().startswith("yes"):
                return self._say(flows.confirm(conversation.id))
            for word, (kind, details) in _WISHES.items():
                if word in text.lower():
                    return self._say(flows.begin(conversation.id, kind, details))
        except NoAccount:
            return [Reply("That mailbox is yours, but there is no account with that address.")]
        except ProposalGone:
            return [Reply("There is nothing waiting for a yes.")]
        return [Reply(f"The policy says about “{text}”:\n\n“We do not sell.”\n(2. Use)")]

    def _say(self, step: Any) -> list[Reply]:
        if isinstance(step, SignInNeeded):
            return [Reply("Sign in with the panel.", card={"type": "sign_in"})]
        if isinstance(step, CodeNeeded):
            return [Reply("A code is on its way.")]
        if isinstance(step, Question):
            return [Reply("Shall I?", (Button("Yes, delete my account", "/affirm"), Button("No, keep it", "/deny")))]
        assert isinstance(step, Done)
        return [Reply(f"Done: {step.kind.value}.")]


@dataclass
class Post:
    """Everything a test touches."""

    services: Services
    desk: MailDesk
    worker: Worker
    clock: FakeClock
    bot: FlowBot
    mailer: FakeMailer
    transactions: FakeTransactions
    name: str = "ours"
    written: int = 0

    async def arrives(self, raw: bytes, envelope_from: str | None = "anna@example.com", *to: str) -> list[Posted]:
        """A mail comes in; what was sent because of it."""
        before = len(self.mailer.sent)
        self.desk.store.keep(raw, "test", envelope_from, to)
        await self.work()
        return self.mailer.sent[before:]

    async def writes(self, text: str, answers: Posted | None = None, **headers: str) -> list[Posted]:
        """A person writes, or answers a mail of ours as a mail program would."""
        self.written += 1
        fields = {"Message_ID": f"<w{self.written}@example.com>", **headers}
        if answers is not None:
            own = message_id(CONFIG.mail_from, answers.key)
            fields = {"To": answers.letter.reply_to, "In_Reply_To": f"<{own}>", "Subject": answers.subject, **fields}
        return await self.arrives(mail(text, **fields))

    async def work(self) -> None:
        """Until nothing is left to do."""
        while await self.desk.mailroom.run_once() + await self.worker.run_once():
            continue

    def states(self) -> dict[MailState, int]:
        with self.transactions() as uow:
            return dict(uow.mail_inbox.counts())

    def reasons(self, state: MailState) -> list[str]:
        with self.transactions() as uow:
            return [row.reason for row in uow.mail_inbox.page(state, None, 100)]

    def code(self) -> str:
        return next(sent.subject[:6] for sent in reversed(self.mailer.sent) if sent.subject[:6].isdigit())

    def requests(self, who: str = "anna") -> int:
        """How many were filed; one is opened with the first word about it."""
        with self.transactions() as uow:
            return sum(request.state in FILED for request in uow.requests.of_account(who))

    def preference(self, key: str, who: str = "anna") -> bool | None:
        with self.transactions() as uow:
            return uow.preferences.of(who).get(key)

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))

    def headers(self, sent: Posted) -> Any:
        """The mail as it would leave."""
        return message_from_string(compose(CONFIG.mail_from, sent.letter, sent.key).as_string())


@pytest.fixture
def post() -> Post:
    return build(CONFIG)


@pytest.fixture
def other_post() -> Post:
    """A second deployment, with its own address, secret and database."""
    secret, sender = "o" * 40, "Desk <privacy@other.example>"
    return build(Config(secret_key=secret, mail_from=sender, mail_address="privacy@other.example"), "other")


def build(config: Config, name: str = "ours") -> Post:
    """A whole desk in memory."""
    clock, bot, transactions, mailer = FakeClock(), FlowBot(), FakeTransactions(), FakeMailer()
    fakes = {"clock": clock, "hasher": FakeHasher(), "random": FakeRandomness(), "policy": FakePolicy()}
    reader = DirectReader(mail_reader(config))
    stores = {"tables": (), "remotes": ()}
    services = build_services(config, bot=bot, transactions=transactions, reader=reader, **stores, **fakes)
    bot.services = services
    desk = build_mail_desk(services, reader=reader)
    with transactions() as uow:
        uow.accounts.add(Account("anna", "anna@example.com", clock.now(), full_name="Anna"))
        uow.commit()
    return Post(services, desk, build_worker(services, mailer=mailer), clock, bot, mailer, transactions, name)
