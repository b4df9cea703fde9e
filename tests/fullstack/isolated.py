"""Runs the product and a visitor where only loopback exists. Prints OK, or fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.cli.demo import PASSWORD
from tests.fullstack.visitor import Visitor, mailed_code
from tests.stack import Stack


def main(folder: Path) -> None:
    notes = folder / "calls.txt"
    env = {"NOTE_CALLS_IN": str(notes), "PYTHONPATH": os.pathsep.join((".", "tests/fullstack/no_calls"))}
    with Stack(folder, **env) as stack:
        visitor = Visitor(stack.url)
        assert "will not be given or sold" in visitor.say("do you sell my phone number")
        visitor.say("delete my account")
        visitor.sign_in("clara@example.com", PASSWORD)
        visitor.say(mailed_code(folder / "mail", "clara@example.com"))
        assert "REQ-" in visitor.press("Yes, delete my account"), stack.logs()
    called = notes.read_text(encoding="utf-8") if notes.exists() else ""
    assert not called, f"it tried to call out:\n{called}"
    print("OK")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
