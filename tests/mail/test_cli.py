"""`python -m bot mail …`."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import wiring
from bot.cli import app
from bot.config import Config
from bot.domain.mail import MailState
from bot.wiring import build_services
from tests.fakes_world import FakePolicy
from tests.mail.conftest import FlowBot
from tests.mail.eml.case import OWN, QUESTION, mail


@pytest.fixture
def services(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> wiring.Services:
    config = Config(database_url=sqlite_url, maildir=tmp_path / "out", mail_address=OWN)
    built = build_services(config, bot=FlowBot(), policy=FakePolicy())
    monkeypatch.setattr(wiring, "services", lambda: built)
    return built


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["mail", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_replay_says_what_would_happen_and_changes_nothing(services: wiring.Services, tmp_path: Path) -> None:
    file = tmp_path / "question.eml"
    file.write_bytes(mail(f"{QUESTION} Please delete my account."))
    said = run("replay", str(file))
    assert "anna@example.com (unauthenticated)" in said
    assert f"asks          {QUESTION}" in said
    assert "answered: a new thread" in said
    file.write_bytes(mail(Auto_Submitted="auto-replied"))
    assert "ignored: Auto-Submitted" in run("replay", str(file))
    with services.transactions() as uow:
        assert uow.mail_inbox.counts() == {}
        assert uow.outbox.counts() == (0, 0)


def test_a_test_mail_arrives(services: wiring.Services, tmp_path: Path) -> None:
    assert "Sent by way of" in run("send-test", "anna@example.com")
    (sent,) = (tmp_path / "out" / "new").iterdir()
    assert b"To: anna@example.com" in sent.read_bytes()
    run("send-test", "nonsense", code=1)


def test_status_and_show_tell_agents_what_needs_them(services: wiring.Services) -> None:
    desk = wiring.build_mail_desk(services)
    desk.store.keep(mail("the whole text"), "test", dead="larger than this inbox takes")
    said = run("status")
    assert "waiting    0" in said
    assert "dead       1" in said
    assert "dead: mail 1 of" in said and "larger than this inbox takes" in said
    assert "the whole text" in run("show", "1")
    run("show", "2", code=1)


def test_an_address_is_allowed_again(services: wiring.Services) -> None:
    with services.transactions() as uow:
        uow.suppressions.add("anna@example.com", "5.1.1", services.clock.now())
        uow.commit()
    assert "1 addresses" in run("status")
    assert "again" in run("allow", "Anna@example.com")
    run("allow", "anna@example.com", code=1)
    with services.transactions() as uow:
        assert uow.suppressions.count() == 0
        assert MailState.WAITING not in uow.mail_inbox.counts()
