"""The connector from outside: the gateway's answers, the operator's check, the settings of a deployment."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.config import load
from bot.domain.errors import ConfigurationError
from bot.domain.messages import OutboxKind
from bot.security.clock import SystemClock
from bot.services.site_changes import SiteChanges
from bot.storage.unit_of_work import SqlTransactions
from tests.gateway.desk import World, configuration, start
from tests.site.conftest import SECRET, Line
from tests.site.reference import Fault


async def test_the_widget_signs_in_with_a_password_the_site_has_checked(line: Line) -> None:
    settings = {"site_api_url": line.url, "site_api_secret": SECRET, "site_api_ca": line.ca}
    config = configuration(**settings)
    desk = await start(config, World(config, random=line.random))
    try:
        session = await desk.session()
        line.site.faults = [Fault(502)] * 3
        status, answer = await session.post("/api/sign-in", email="anna@example.com", password="right")
        assert (status, answer["code"]) == (503, "accounts_away")
        assert "Nothing was changed" in answer["error"] and "code instead" in answer["error"]
        status, answer = await session.post("/api/sign-in", email="anna@example.com", password="wrong")
        assert (status, answer["code"]) == (401, "sign_in_refused")
        status, answer = await session.post("/api/sign-in", email="anna@example.com", password="right")
        assert (status, answer["identity"]["email"]) == (200, "a•••@example.com")
        assert desk.world.transactions.data.accounts["u-17"].password_hash == ""
        assert [m["text"] for m in answer["messages"]] == ["You are signed in."]
    finally:
        await desk.http.close()


async def run_bot(command: str, line: Line, url: str, **env: str) -> str:
    """What a command prints in a deployment whose accounts are the line's site."""
    settings = {"DATABASE_URL": url, "SITE_API_URL": line.url, "SITE_API_SECRET": SECRET, "SITE_API_CA": line.ca}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command),
        env={**os.environ, **settings, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return out.decode()


@pytest.mark.model
async def test_no_demo_accounts_are_made_beside_the_sites_own(line: Line, sqlite_url: str) -> None:
    assert "no demo accounts were made" in await run_bot("demo", line, sqlite_url)
    with SqlTransactions(sqlite_url)() as uow:
        assert uow.accounts.by_id("demo-client") is None


@pytest.mark.model
async def test_doctor_says_whether_the_site_can_be_used_and_what_it_refused(line: Line, sqlite_url: str) -> None:
    line.site.now = SystemClock().now
    with SqlTransactions(sqlite_url)() as uow:
        uow.outbox.put("site:u-17:p1:newsletter", OutboxKind.SITE_SETTING, {}, line.clock.now())
        (item,) = uow.outbox.claim(line.clock.now(), line.clock.now(), 1)
        uow.outbox.bury(item.id, line.clock.now(), "unknown_setting")
        uow.commit()
    well, ill = await asyncio.gather(
        run_bot("doctor", line, sqlite_url),
        run_bot("doctor", line, sqlite_url, SITE_API_SECRET="a-wrong-secret-of-thirty-two-letters"),
    )
    assert f"ok   accounts             answers at {line.url}" in well
    assert "1 items were given up, newest first: site_setting: unknown_setting" in well
    assert "BAD  accounts" in ill and "compare secrets and clocks" in ill
    assert "a-wrong-secret" not in ill


async def test_a_worker_killed_while_it_waits_for_the_site_leaves_the_rest_to_the_next_one(
    line: Line, sqlite_url: str
) -> None:
    line.site.now = SystemClock().now
    with SqlTransactions(sqlite_url)() as uow:
        SiteChanges(True).setting(uow, "u-17", "p1", "newsletter", False, line.site.now())
        uow.commit()
    lost, last = Fault(after=True, hang=True), Fault(gate=asyncio.Event())
    line.site.faults = [lost, last]
    settings = {"DATABASE_URL": sqlite_url, "SITE_API_URL": line.url, "SITE_API_SECRET": SECRET}
    env = {**os.environ, **settings, "SITE_API_CA": line.ca, "SITE_API_TIMEOUT": "60", "MAIL_LISTEN_PORT": "0"}

    async def start_worker() -> asyncio.subprocess.Process:
        command = (sys.executable, "-m", "tests.mail.worker_process")
        return await asyncio.create_subprocess_exec(*command, env=env, stderr=asyncio.subprocess.PIPE)

    first = await start_worker()
    await asyncio.wait_for(lost.arrived.wait(), 60)
    first.kill()
    await first.communicate()
    second = await start_worker()
    await asyncio.wait_for(last.arrived.wait(), 60)
    second.terminate()
    assert last.gate is not None
    last.gate.set()
    _, said = await second.communicate()
    assert (second.returncode, said) == (0, b""), "it ends what it began, and closes its connections"
    assert line.site.effects == [("site:u-17:p1:newsletter", "newsletter=false")]
    assert len(line.site.calls) == 2
    with SqlTransactions(sqlite_url)() as uow:
        assert uow.outbox.counts() == (0, 0)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"SITE_API_URL": "http://accounts.example.com"}, "SITE_API_URL"),
        ({"SITE_API_URL": "accounts.example.com"}, "SITE_API_URL"),
        ({"SITE_API_URL": "https://"}, "SITE_API_URL"),
        ({"SITE_API_URL": "https://user:word@accounts.example.com"}, "SITE_API_URL"),
        ({"SITE_API_URL": "https://accounts.example.com/?a=1"}, "SITE_API_URL"),
        ({"SITE_API_SECRET": "short"}, "SITE_API_SECRET"),
        ({"SITE_API_SECRET": ""}, "SITE_API_SECRET"),
        ({"SITE_API_TIMEOUT": "0"}, "site_api_timeout"),
        (
            {
                "SITE_API_URL": "http://127.0.0.1:9",
                "ENVIRONMENT": "production",
                "SECRET_KEY": "k" * 40,
                "PUBLIC_URL": "https://privacy.example.com",
            },
            "SITE_API_URL",
        ),
    ],
)
def test_an_unsafe_line_to_the_site_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], named: str
) -> None:
    for name, value in {"SITE_API_URL": "https://accounts.example.com", "SITE_API_SECRET": SECRET, **values}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=named) as refusal:
        load()
    assert "user:word" not in str(refusal.value)


def test_a_site_on_this_machine_will_do_for_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_API_URL", "http://127.0.0.1:9000/desk")
    monkeypatch.setenv("SITE_API_SECRET", SECRET)
    assert load().site_api_url == "http://127.0.0.1:9000/desk"
    assert SECRET not in repr(load())


def test_the_document_names_every_variable() -> None:
    text = Path("docs/connector.md").read_text(encoding="utf-8")
    assert all(name in text for name in ("SITE_API_URL", "SITE_API_SECRET", "SITE_API_TIMEOUT", "SITE_API_CA"))
