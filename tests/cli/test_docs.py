"""What the documents tell people to type works, and what they point to exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = [Path("README.md"), *sorted(Path("docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
INLINE = re.compile(r"`((?:\.venv/bin/)?(?:python -m bot|make|rasa) [^`]*)`")
QUICK = ("ask", "audit", "eval", "policy", "lookup", "requests", "migrate")
"""Commands that answer by themselves; the others are driven by tests of their own."""
NOT_AS_TYPED = ("FILE", "SOURCE", "eval report")
"""Stands for something, or would write into the documents."""


def commands() -> list[str]:
    found = set()
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
        found |= {line.partition("  #")[0].strip() for line in [*lines, *INLINE.findall(text)]}
    return sorted(command.removeprefix(".venv/bin/") for command in found if command and "…" not in command)


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("docs")
    made = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/desk.db"}
    subprocess.run([sys.executable, "-m", "bot", "migrate"], env=made, check=True, capture_output=True)
    return made


@pytest.mark.model
@pytest.mark.parametrize("command", commands())
def test_a_documented_command_works(command: str, env: dict[str, str]) -> None:
    if command.startswith("make "):
        words = ["make", "--dry-run", "--no-print-directory", *command.split()[1:2]]
    elif command.startswith("python -m bot "):
        quick = command.split()[3] in QUICK and not any(word in command for word in NOT_AS_TYPED)
        words = ["sh", "-c", command.replace("python", sys.executable, 1)]
        if not quick:
            words = [sys.executable, "-m", "bot", command.split()[3], "--help"]
    elif command.startswith("rasa "):
        words = [str(Path(sys.executable).with_name("rasa")), *command.split()[1:2], "--help"]
    elif command.startswith("python "):
        assert Path(command.split()[1]).exists()
        return
    else:
        pytest.skip(f"not one of ours: {command}")
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_named_paths_exist(page: Path) -> None:
    named = re.findall(r"`((?:bot|actions|tests|deploy|benchmarks|data)/[\w/.\-]+)`", page.read_text(encoding="utf-8"))
    assert [path for path in named if not Path(path).exists()] == []
