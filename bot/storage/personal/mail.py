"""Mail in and out."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.utils import getaddresses
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.future import Connection

from bot.domain.erasure import Person, naming
from bot.domain.identity import normalise_email
from bot.storage import tables
from bot.storage.personal.store import SqlStore, count, plain, records, remove

_I, _T, _S, _X = tables.mail_inbox, tables.mail_threads, tables.mail_sent, tables.mail_suppressed
_BATCH = 100


class MailStore(SqlStore):
    """Mail from the person, in their threads and to them, and delivery reports about them.

    A mail of somebody else that only mentions the person is that other person's.
    """

    name, title = "mail", "Your e-mails with us"

    def held(self, connection: Connection, person: Person) -> int:
        sent = count(connection, _S, _to(person))
        return len(_received(connection, person)) + sent + count(connection, _X, _X.c.address.in_(person.mailboxes))

    def records(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        shown = (_I.c.arrived_at, _I.c.envelope_from, _I.c.recipients, _I.c.state, _I.c.reason, _I.c.raw)
        mails: list[dict[str, Any]] = []
        for mail_id in _received(connection, person):
            row = connection.execute(select(*shown).where(_I.c.id == mail_id)).one()
            mails.append({"record": "mail", **plain(row._mapping)})
        threads = select(_T.c.reference, _T.c.sender, _T.c.subject, _T.c.created_at, _T.c.waiting)
        dead = select(_X.c.address, _X.c.reason, _X.c.at).where(_X.c.address.in_(person.mailboxes))
        return [
            *mails,
            *records(connection, "thread", threads.where(_threads(person)).order_by(_T.c.created_at)),
            *records(connection, "sent", select(_S.c.recipient, _S.c.at).where(_to(person)).order_by(_S.c.at)),
            *records(connection, "undeliverable", dead),
        ]

    def wipe(self, connection: Connection, person: Person) -> int:
        received = _received(connection, person)
        found = sum(
            remove(connection, _I, _I.c.id.in_(received[start : start + _BATCH]))
            for start in range(0, len(received), _BATCH)
        )
        found += remove(connection, _S, _to(person))
        found += remove(connection, _X, _X.c.address.in_(person.mailboxes))
        remove(connection, _T, _threads(person))
        return found


def _threads(person: Person) -> Any:
    return _T.c.conversation_id.in_(person.conversations)


def _in_threads(column: Any, person: Person) -> Any:
    return column.in_(select(_T.c.id).where(_threads(person)))


def _to(person: Person) -> Any:
    return or_(_S.c.recipient.in_(person.mailboxes), _in_threads(_S.c.thread_id, person))


def _received(connection: Connection, person: Person) -> list[int]:
    """The ids of the mails, oldest first."""
    known = or_(
        _I.c.sender.in_(person.mailboxes),
        _I.c.envelope_from.in_(person.mailboxes),
        _in_threads(_I.c.thread_id, person),
    )
    found = {row[0] for row in connection.execute(select(_I.c.id).where(known))}
    return sorted(found | set(_unread(connection, person)))


def _unread(connection: Connection, person: Person) -> Iterator[int]:
    """Mails whose sender nobody has made out, and delivery reports, looked into one at a time."""
    report = or_(_I.c.envelope_from == "", _I.c.reason.like("delivery report%"))
    unknown = or_(_I.c.sender.is_(None), _I.c.sender == "", report)
    ids = [row[0] for row in connection.execute(select(_I.c.id).where(unknown))]
    words = naming(person.mailboxes)
    for mail_id in ids:
        raw, envelope, reason = connection.execute(
            select(_I.c.raw, _I.c.envelope_from, _I.c.reason).where(_I.c.id == mail_id)
        ).one()
        about = envelope == "" or str(reason or "").startswith("delivery report")
        if _from(raw) & set(person.mailboxes) or (about and words.search(raw.decode("ascii", "replace"))):
            yield mail_id


def _from(raw: bytes) -> set[str]:
    head = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")[0]
    senders = message_from_bytes(head).get_all("From", [])
    return {normalise_email(address) for _, address in getaddresses([str(sender) for sender in senders])}
