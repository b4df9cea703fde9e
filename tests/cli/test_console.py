"""Staff and look-ups from the terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.model


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/desk.db", "DESK_STAFF": ""}
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_people_are_looked_up_by_staff_only(tmp_path: Path) -> None:
    run(tmp_path, "migrate")
    run(tmp_path, "demo")
    added = run(tmp_path, "agents", "add", "ada@desk.example", "Ada Lovelace")
    assert re.search(r"http\S+/console/join/\S+", added.stdout), added.stderr
    assert "will not be given or sold" in run(tmp_path, "lookup", "phone number sold?").stdout
    assert "Clara" not in run(tmp_path, "lookup", "clara@example.com").stdout
    assert "Clara Client" in run(tmp_path, "lookup", "clara@example.com", "--as", "ada@desk.example").stdout
    run(tmp_path, "agents", "disable", "ada@desk.example")
    refused = run(tmp_path, "lookup", "clara@example.com", "--as", "ada@desk.example")
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
