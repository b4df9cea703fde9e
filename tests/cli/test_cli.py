"""The command line as a person types it."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.model


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/desk.db",
        "MAILDIR": str(tmp_path / "mail"),
        "RASA_URL": "http://127.0.0.1:1",
        "PUBLIC_URL": "http://127.0.0.1:1",
    }


def bot(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_ask_quotes_the_policy(env: dict[str, str]) -> None:
    done = bot(env, "ask", "do you sell my phone number?")
    assert "will not be given or sold to any third-parties" in done.stdout
    assert "2. Use of Information Collected" in done.stdout


def test_eval_answers_prints_one_object_and_refuses_quotes_that_are_not_verbatim(
    env: dict[str, str], tmp_path: Path
) -> None:
    case = {"id": "a", "question": "do you sell my phone number?", "kind": "answerable"}
    gold = {"gold_sections": ["2. Use of Information Collected"], "quote_mode": "any"}
    right = {**case, **gold, "gold_quotes": ["This phone number will not be given or sold"]}
    (tmp_path / "right.jsonl").write_text(json.dumps(right), encoding="utf-8")
    report = json.loads(bot(env, "eval", "answers", str(tmp_path / "right.jsonl"), "--json").stdout)
    assert (report["n"], report["quote_hit_1"], report["section_hit_1"]) == (1, 1.0, 1.0)
    assert {"quote_hit_3", "section_hit_3", "false_answer_rate", "false_refusal_rate", "by_kind"} <= set(report)
    wrong = {**right, "gold_quotes": ["We sell everything."]}
    (tmp_path / "wrong.jsonl").write_text(json.dumps(wrong), encoding="utf-8")
    done = bot(env, "eval", "answers", str(tmp_path / "wrong.jsonl"), "--json")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_demo_is_repeatable_and_refused_in_production(env: dict[str, str]) -> None:
    assert bot(env, "migrate").returncode == 0
    for _ in range(2):
        done = bot(env, "demo")
        assert "clara@example.com   password" in done.stdout, done.stderr
        assert "/console/join/" in done.stdout
    safe = {"ENVIRONMENT": "production", "SECRET_KEY": "k" * 40, "PUBLIC_URL": "https://x.example"}
    done = bot({**env, **safe}, "demo")
    assert done.returncode == 1
    assert "not made in production" in done.stderr


def test_audit_verify_finds_the_row(env: dict[str, str], tmp_path: Path) -> None:
    from bot.domain.audit import AuditEntry, AuditTag
    from bot.security.clock import SystemClock
    from bot.storage.unit_of_work import SqlTransactions

    bot(env, "migrate")
    transactions = SqlTransactions(env["DATABASE_URL"])
    for number in range(3):
        with transactions() as uow:
            entry = AuditEntry(SystemClock().now(), AuditTag.SIGNED_IN, "person", "s", "c", {"n": str(number)})
            uow.audit.append(entry)
            uow.commit()
    transactions.close()
    assert "3 rows" in bot(env, "audit", "verify").stdout
    with sqlite3.connect(tmp_path / "desk.db") as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE audit SET actor = 'somebody else' WHERE number = 2")
    done = bot(env, "audit", "verify")
    assert done.returncode == 1
    assert "row 2" in done.stderr


def test_doctor_says_what_is_wrong_and_what_to_do(env: dict[str, str]) -> None:
    done = bot(env, "doctor")
    assert done.returncode == 1
    assert "python -m bot migrate" in done.stdout
    assert "Rasa does not answer" in done.stdout
    assert "Traceback" not in done.stderr


def test_doctor_names_a_taken_port(env: dict[str, str]) -> None:
    bot(env, "migrate")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = bot({**env, "WEB_PORT": port}, "doctor", "--before-start")
    assert done.returncode == 1
    assert port in done.stdout


def test_web_names_a_taken_port(env: dict[str, str]) -> None:
    bot(env, "migrate")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = bot({**env, "WEB_PORT": str(taken.getsockname()[1])}, "web")
    assert done.returncode == 1
    assert "is taken" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("broken", ["encoder", "policy", "missing"])
def test_a_corrupt_or_missing_model_is_a_clear_error_at_start(env: dict[str, str], tmp_path: Path, broken: str) -> None:
    models = tmp_path / "models"
    if broken != "missing":
        subprocess.run(["cp", "-r", "models", str(models)], check=True)
        for path in (models / broken).rglob("*"):
            if path.suffix in (".onnx", ".npz"):
                path.write_bytes(b"garbage")
    done = bot({**env, "MODELS_DIR": str(models)}, "web")
    assert done.returncode == 1
    assert "make train" in done.stderr
    assert "Traceback" not in done.stderr


def test_chat_without_a_running_assistant_says_how_to_start_it(env: dict[str, str]) -> None:
    done = bot(env, "chat")
    assert done.returncode == 1
    assert "make run" in done.stderr


def test_serving_never_imports_torch(env: dict[str, str]) -> None:
    code = (
        "import sys; from bot.wiring import services; services().policy.answer('do you sell my phone number?');"
        "import bot.gateway.app, actions.answer;"
        "sys.exit('torch' in sys.modules or 'sentence_transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0


def test_another_companys_policy_is_imported_built_and_answers(env: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "privacy.html"
    page.write_text(
        "<html><body><h1>Acme privacy</h1><h2>Sharing</h2><p>Acme never sells your shoe size to anybody.</p>"
        "<h2>Storage</h2><p>We keep your orders for seven years.</p><script>alert(1)</script></body></html>",
        encoding="utf-8",
    )
    models = tmp_path / "models"
    (models / "encoder").mkdir(parents=True)
    subprocess.run(["cp", "-r", "models/encoder", str(models)], check=True)
    own = {**env, "CORPUS_DIR": str(tmp_path / "corpus"), "MODELS_DIR": str(models), "POLICY": "acme"}
    words = ("--policy", "acme", "--title", "Acme Privacy Policy", "--effective", "2026-01-01")
    done = bot(own, "policy", "import", str(page), *words)
    assert done.returncode == 0, done.stderr
    assert "alert(1)" not in (tmp_path / "corpus/acme/2026-01-01.md").read_text(encoding="utf-8")
    assert "already there" in bot(own, "policy", "import", str(page), *words).stderr
    build = "from pathlib import Path; from bot.policy.build import build_all; import os;"
    build += "build_all(Path(os.environ['CORPUS_DIR']), Path(os.environ['MODELS_DIR']))"
    subprocess.run([sys.executable, "-c", build], env=own, check=True, capture_output=True)
    assert "We keep your orders for seven years." in bot(own, "ask", "how long do you keep my orders?").stdout


def test_a_version_that_is_not_there_is_named_with_those_that_are(env: dict[str, str]) -> None:
    done = bot(env, "policy", "diff", "2014-01-01", "2015-03-18")
    assert done.returncode == 1
    assert "There are: 2015-03-18" in done.stderr
