"""Mail that development writes into a Maildir in place of sending it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any

from bot.domain.erasure import Person, naming
from bot.domain.identity import normalise_email

_FOLDERS = ("new", "cur", "tmp")


@dataclass(frozen=True)
class Maildir:
    """All mail addressed to the person, and what is about them to others, such as the support team.

    Attributes:
        path: a directory that need not exist.
    """

    path: Path

    name = "maildir"
    title = "Copies of mail to you on our disk"

    async def count(self, person: Person) -> int | None:
        """See ports.RemoteStore."""
        return len(await asyncio.to_thread(self._found, person))

    async def export(self, person: Person) -> Sequence[Mapping[str, Any]]:
        """See ports.RemoteStore."""
        return await asyncio.to_thread(lambda: [_record(mail) for _, mail in self._found(person)])

    async def erase(self, person: Person, key: str) -> int | None:
        """See ports.RemoteStore."""
        return await asyncio.to_thread(self._erase, person)

    def _erase(self, person: Person) -> int:
        found = self._found(person)
        for path, _ in found:
            path.unlink(missing_ok=True)
        return len(found)

    def _found(self, person: Person) -> list[tuple[Path, EmailMessage]]:
        return [(path, mail) for path, mail in self._mails() if _concerns(mail, person.mailboxes)]

    def _mails(self) -> Iterator[tuple[Path, EmailMessage]]:
        for folder in _FOLDERS:
            for path in sorted((self.path / folder).glob("*")):
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                assert isinstance(mail, EmailMessage)
                yield path, mail


def _concerns(mail: EmailMessage, mailboxes: Sequence[str]) -> bool:
    recipients = {normalise_email(address) for _, address in getaddresses([str(mail.get("To", ""))])}
    if recipients & set(mailboxes):
        return True
    return naming(mailboxes).search(_text(mail)) is not None


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    return str(body.get_content()) if body is not None else ""


def _record(mail: EmailMessage) -> dict[str, Any]:
    head = {"to": str(mail.get("To", "")), "date": str(mail.get("Date", "")), "subject": str(mail.get("Subject", ""))}
    return {"record": "sent", **head, "text": _text(mail)}
