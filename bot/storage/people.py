"""Finds everything under which one person is known."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.future import Connection

from bot.domain.erasure import Person
from bot.storage import tables

_A, _C, _T = tables.accounts, tables.conversations, tables.mail_threads


class SqlPeople:
    """Follows an account to its mailboxes, and both to their conversations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, account_id: str | None, mailbox: str | None) -> Person:
        """Every mailbox the account ever proved counts, unless it is another account's by now."""
        known = self._texts(select(_A.c.email).where(_A.c.id == account_id)) if account_id else set()
        if account_id:
            known |= self._texts(select(_C.c.mailbox).where(_C.c.account_id == account_id))
        if mailbox:
            known.add(mailbox)
        others = select(_A.c.email).where(_A.c.email.in_(known), _A.c.id != (account_id or ""))
        mailboxes = known - self._texts(others)
        mine: list[Any] = [and_(_C.c.mailbox.in_(mailboxes), _C.c.account_id.is_(None))]
        if account_id:
            mine.append(_C.c.account_id == account_id)
        conversations = self._texts(select(_C.c.id).where(or_(*mine)))
        unproved = select(_T.c.conversation_id).join(_C, _C.c.id == _T.c.conversation_id)
        conversations |= self._texts(unproved.where(_T.c.sender.in_(mailboxes), _C.c.account_id.is_(None)))
        facebook = self._texts(select(_A.c.facebook_user).where(_A.c.id == account_id)) if account_id else set()
        return Person(account_id, tuple(sorted(mailboxes)), tuple(sorted(conversations)), next(iter(facebook), None))

    def _texts(self, query: Any) -> set[str]:
        return {row[0] for row in self._connection.execute(query) if row[0]}
