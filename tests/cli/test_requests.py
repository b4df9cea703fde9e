"""Privacy requests from the terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.domain.requests import PrivacyRequest, RequestState, RequestType
from bot.domain.yearly_report import YearOfType, year_of
from bot.storage.migrations import upgrade
from bot.storage.unit_of_work import SqlTransactions
from tests.requests.examples import DAY, NOW, request

TODAY = datetime.now(timezone.utc)


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A database with one request that is due, one that is late, one unconfirmed and one that is done."""
    folder = tmp_path_factory.mktemp("requests")
    url = f"sqlite:///{folder}/desk.db"
    upgrade(url)
    transactions = SqlTransactions(url)
    filed = {"state": RequestState.IN_REVIEW, "received_at": TODAY, "updated_at": TODAY}
    with transactions() as uow:
        uow.requests.add(request("soon", **{**filed, "due_at": TODAY + timedelta(days=3, hours=1)}))
        uow.requests.add(request("late", **{**filed, "due_at": TODAY - timedelta(days=2, hours=-1)}))
        old = TODAY - 9 * DAY
        uow.requests.add(request("stale", received_at=old, updated_at=old, due_at=TODAY + 20 * DAY))
        done = {**filed, "state": RequestState.COMPLETED, "closed_at": TODAY, "due_at": TODAY - DAY}
        uow.requests.add(request("done", **done))
        uow.commit()
    transactions.close()
    return {**os.environ, "DATABASE_URL": url, "MAILDIR": str(folder / "mail"), "PUBLIC_URL": "http://127.0.0.1:1"}


def bot(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "requests", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.model
def test_the_whole_command(env: dict[str, str]) -> None:
    listed = bot(env, "list").stdout.splitlines()
    assert [line.split()[0] for line in listed[:2]] == ["REQ-00000-late", "REQ-00000-soon"]
    assert listed[0].endswith("2 days OVERDUE")
    assert listed[1].endswith("3 days left")
    assert listed[-1] == "3 requests"
    assert bot(env, "list", "--overdue").stdout.splitlines()[-1] == "1 request"
    assert bot(env, "list", "--all").stdout.splitlines()[-1] == "4 requests"
    assert bot(env, "list", "--state", "completed").stdout.split()[0] == "REQ-00000-done"
    refused = bot(env, "list", "--state", "lost")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "in_review" in refused.stderr

    assert "anna" not in "".join(listed)
    assert "a•••@example.com" in listed[0]

    ran = bot(env, "run-due")
    assert ran.returncode == 0, ran.stderr
    counts = dict(line.rsplit(maxsplit=1) for line in ran.stdout.splitlines())
    expected = {
        "requests expired": "1",
        "reminders of a due date": "1",
        "overdue alerts": "1",
        "outbox items tried": "3",
    }
    assert {name: counts[name] for name in expected} == expected
    mails = list((Path(env["MAILDIR"]) / "new").iterdir())
    assert len(mails) == 3
    assert "outbox items tried" in bot(env, "run-due").stdout
    assert len(list((Path(env["MAILDIR"]) / "new").iterdir())) == 3

    report = json.loads(bot(env, "report", "--json", "--year", str(TODAY.year)).stdout)
    deletion = next(each for each in report["types"] if each["type"] == "deletion")
    assert (deletion["received"], deletion["complied"], deletion["expired"]) == (4, 1, 1)
    assert f"Requests received in {TODAY.year}" in bot(env, "report").stdout
    assert bot(env, "report", "--year", "99").returncode == 1


@pytest.mark.model
def test_one_request_is_shown_masked(env: dict[str, str]) -> None:
    transactions = SqlTransactions(env["DATABASE_URL"])
    with transactions() as uow:
        uow.requests.add(request("ONE", state=RequestState.ON_HOLD, reason="identity", held_at=NOW))
        uow.commit()
    transactions.close()
    shown = bot(env, "show", " req-00000-one ").stdout
    assert "on_hold (identity)" in shown
    assert "2026-03-02 09:00 UTC" in shown
    assert "a•••@example.com" in shown
    assert "anna@" not in shown
    missing = bot(env, "show", "REQ-00000-00000")
    assert (missing.returncode, missing.stderr) == (1, "There is no such request.\n")


def answered(state: RequestState, days: float, reason: str = "") -> PrivacyRequest:
    return request(state=state, closed_at=NOW + timedelta(days=days), reason=reason)


def test_a_year_in_figures() -> None:
    found = [
        answered(RequestState.COMPLETED, 1),
        answered(RequestState.COMPLETED, 2),
        answered(RequestState.DENIED, 9, "no_match"),
        answered(RequestState.DENIED, 4, "no_match"),
        answered(RequestState.DENIED, 4, "suspected_fraud"),
        answered(RequestState.REVOKED, 40),
        answered(RequestState.CANCELED, 40),
        answered(RequestState.EXPIRED, 40),
        answered(RequestState.DUPLICATE, 40),
        request(),
        request(type=RequestType.EXPORT, state=RequestState.FAILED),
    ]
    figures = {each.type: each for each in year_of(found)}
    assert figures[RequestType.DELETION] == YearOfType(
        RequestType.DELETION,
        10,
        2,
        {"no_match": 2, "suspected_fraud": 1},
        1,
        1,
        1,
        1,
        1,
        mean_days=4.0,
        median_days=4.0,
    )
    assert figures[RequestType.EXPORT] == YearOfType(RequestType.EXPORT, received=1, open=1)
    assert set(figures) == set(RequestType)
    assert figures[RequestType.CORRECTION].mean_days is None
