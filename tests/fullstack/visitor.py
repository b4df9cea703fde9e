"""A visitor without a browser: the widget's HTTP fallback."""

from __future__ import annotations

import json
import mailbox
import re
import time
import urllib.request
from pathlib import Path
from typing import Any


class Visitor:
    """One conversation with a running gateway."""

    def __init__(self, url: str) -> None:
        self.url, self.sent = url, 0
        self.token = ""
        self.token = self.post("/api/session", {})["token"]
        self.buttons: dict[str, str] = {}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One API call; a new token replaces the old one."""
        headers = {"Content-Type": "application/json", "Origin": self.url}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            answer: dict[str, Any] = json.load(response)
        self.token = (answer.get("session") or answer).get("token", self.token)
        return answer

    def say(self, text: str) -> str:
        """Types; what the bot said, as one text."""
        return self._message({"text": text})

    def press(self, title: str) -> str:
        """Presses a button of the last turn."""
        return self._message({"button": self.buttons[title]})

    def sign_in(self, email: str, password: str) -> str:
        """Uses the sign-in panel; what the bot said then."""
        return self._shown(self.post("/api/sign-in", {"email": email, "password": password}))

    def _message(self, body: dict[str, Any]) -> str:
        self.sent += 1
        return self._shown(self.post("/api/messages", {"client_id": f"v{self.sent}", **body}))

    def _shown(self, answer: dict[str, Any]) -> str:
        said = [message for message in answer.get("messages", []) if message["from"] == "bot"]
        self.buttons = {b["title"]: b["token"] for message in said for b in message.get("buttons", [])}
        return "\n".join(message["text"] for message in said)


def mailed_code(maildir: Path, to: str, within: float = 15.0) -> str:
    """The newest code that was mailed to an address, from the Maildir the worker writes."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        found = [mail for mail in mails(maildir) if mail["To"] == to and re.match(r"\d{6} ", mail["Subject"])]
        if found:
            return str(found[-1]["Subject"])[:6]
        time.sleep(0.2)
    raise AssertionError(f"no code for {to} in {maildir}")


def mails(maildir: Path) -> list[mailbox.MaildirMessage]:
    """Every mail, oldest first."""
    if not maildir.exists():
        return []
    box = mailbox.Maildir(maildir)
    return [message for _, message in sorted(box.items(), key=lambda item: item[0])]
