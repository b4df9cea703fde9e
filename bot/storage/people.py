"""Finds everything under which one person is known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.future import Connection

from bot.domain.accounts import ERASED
from bot.domain.audit import AuditTag
from bot.domain.erasure import Person
from bot.storage import tables

_A, _C, _T, _L = tables.accounts, tables.conversations, tables.mail_threads, tables.audit
_PROOFS = (AuditTag.SIGNED_IN, AuditTag.CODE_PROVED)


class SqlPeople:
    """Follows an account to its mailboxes, and both to their conversations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, account_id: str | None, mailbox: str | None) -> Person:
        """Every mailbox the account ever proved counts, unless it is another account's by now."""
        return self.refresh(Person(account_id, (mailbox,) if mailbox else ()))

    def refresh(self, person: Person) -> Person:
        """The same person as found now: what came since is added, what became somebody else's is left out."""
        mine, known = person.account_id, set(person.mailboxes)
        if mine:
            known |= self._texts(select(_A.c.email).where(_A.c.id == mine))
            known |= self._texts(select(_C.c.mailbox).where(_C.c.account_id == mine))
        others = select(_A.c.email).where(_A.c.email.in_(known), _A.c.id != (mine or ""))
        mailboxes = {address for address in known - self._texts(others) if not address.startswith(ERASED)}
        facebook = self._texts(select(_A.c.facebook_user).where(_A.c.id == mine)) if mine else set()
        return Person(
            mine,
            tuple(sorted(mailboxes)),
            tuple(sorted(self._conversations(person, mailboxes))),
            next(iter(facebook), person.facebook_user),
        )

    def visited(self, subjects: Collection[str]) -> Collection[str]:
        """Conversations that belong to nobody now and in which one of these (keyed hashes) signed in before."""
        query = select(_L.c.conversation_id).join(_C, _C.c.id == _L.c.conversation_id)
        left = (_C.c.account_id.is_(None), _C.c.mailbox.is_(None))
        return self._texts(query.where(_L.c.subject.in_(subjects), _L.c.tag.in_(_PROOFS), *left))

    def _conversations(self, person: Person, mailboxes: set[str]) -> set[str]:
        unowned = _C.c.account_id.is_(None)
        theirs = or_(_C.c.mailbox.is_(None), _C.c.mailbox.in_(mailboxes))
        known = and_(_C.c.id.in_(person.conversations), unowned, theirs)
        mine: list[Any] = [and_(_C.c.mailbox.in_(mailboxes), unowned), known]
        if person.account_id:
            mine.append(_C.c.account_id == person.account_id)
        unproved = select(_T.c.conversation_id).join(_C, _C.c.id == _T.c.conversation_id)
        found = self._texts(select(_C.c.id).where(or_(*mine)))
        gone = set(person.conversations) - self._texts(select(_C.c.id).where(_C.c.id.in_(person.conversations)))
        return found | gone | self._texts(unproved.where(_T.c.sender.in_(mailboxes), unowned, theirs))

    def _texts(self, query: Any) -> set[str]:
        return {row[0] for row in self._connection.execute(query) if row[0]}
