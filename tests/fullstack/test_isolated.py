"""With every way out closed but loopback the product works, and tries to call nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.model
ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


def can_isolate() -> bool:
    if not shutil.which("unshare") or not shutil.which("ip"):
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0


def test_nothing_leaves_the_machine(tmp_path: Path) -> None:
    alone = can_isolate()
    if not alone and os.environ.get("CI") == "true":
        pytest.fail("needs unshare and ip (util-linux, iproute2) and the right to make a network namespace")
    command = [sys.executable, "-m", "tests.fullstack.isolated", str(tmp_path)]
    done = subprocess.run(
        [*(ALONE if alone else ()), *command], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert done.stdout.endswith("OK\n")


def test_an_attempt_would_be_noticed(tmp_path: Path) -> None:
    notes = tmp_path / "calls.txt"
    env = {**os.environ, "PYTHONPATH": "tests/fullstack/no_calls", "NOTE_CALLS_IN": str(notes)}
    code = "import socket; socket.getaddrinfo('telemetry.invalid', 443)"
    subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert "telemetry.invalid" in notes.read_text(encoding="utf-8")
