"""Members of staff, their sessions and recovery codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.future import Connection

from bot.domain.errors import InvalidInput
from bot.domain.staff import StaffMember, StaffSession
from bot.storage import tables
from bot.storage.rows import as_row, changed, insert, insert_new, many, one, selecting

_COUNTED = ("totp_step", "failed_sign_ins")


class SqlStaff:
    """What is counted or compared-and-set has methods of its own; `save` leaves it alone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.staff

    def add(self, member: StaffMember) -> None:
        """Raises InvalidInput when the e-mail is taken."""
        try:
            insert(self._connection, self._table, as_row(member))
        except IntegrityError:
            raise InvalidInput("Somebody already has that address.") from None

    def save(self, member: StaffMember) -> None:
        """Everything but `totp_step` and the count of failed sign-ins."""
        row = {name: value for name, value in as_row(member).items() if name not in _COUNTED}
        changed(self._connection, update(self._table).where(self._table.c.id == row.pop("id")).values(**row))

    def by_id(self, staff_id: str) -> StaffMember | None:
        """The member, or None."""
        query = selecting(self._table, StaffMember).where(self._table.c.id == staff_id)
        return one(self._connection, query, StaffMember)

    def by_email(self, email: str) -> StaffMember | None:
        """The member with this normalised address, or None."""
        query = selecting(self._table, StaffMember).where(self._table.c.email == email)
        return one(self._connection, query, StaffMember)

    def all(self) -> Sequence[StaffMember]:
        """Everybody, by name."""
        return many(self._connection, selecting(self._table, StaffMember).order_by(self._table.c.name), StaffMember)

    def take_step(self, staff_id: str, step: int) -> bool:
        """Whether this TOTP step is newer than every one taken before."""
        mine = (self._table.c.id == staff_id, self._table.c.totp_step < step)
        return changed(self._connection, update(self._table).where(*mine).values(totp_step=step)) == 1

    def count_failed(self, staff_id: str) -> int:
        """Adds one atomically; the new count."""
        failed, mine = self._table.c.failed_sign_ins, self._table.c.id == staff_id
        changed(self._connection, update(self._table).where(mine).values(failed_sign_ins=failed + 1))
        return int(self._connection.execute(select(failed).where(mine)).scalar_one_or_none() or 0)

    def reset_failed(self, staff_id: str) -> None:
        """Starts counting again."""
        changed(self._connection, update(self._table).where(self._table.c.id == staff_id).values(failed_sign_ins=0))

    def put_recovery(self, staff_id: str, hashes: Iterable[str]) -> None:
        """Replaces all recovery codes."""
        codes = tables.staff_recovery
        changed(self._connection, delete(codes).where(codes.c.staff_id == staff_id))
        for code_hash in hashes:
            insert_new(self._connection, codes, {"staff_id": staff_id, "code_hash": code_hash})

    def spend_recovery(self, staff_id: str, code_hash: str) -> bool:
        """Whether the code was there; it is not any more."""
        codes = tables.staff_recovery
        mine = (codes.c.staff_id == staff_id, codes.c.code_hash == code_hash)
        return changed(self._connection, delete(codes).where(*mine)) == 1


class SqlStaffSessions:
    """Signed-in browsers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.staff_sessions

    def add(self, session: StaffSession) -> None:
        """Raises NotFound when there is no such member."""
        insert(self._connection, self._table, as_row(session))

    def get(self, session_id: str) -> StaffSession | None:
        """The session, or None."""
        query = selecting(self._table, StaffSession).where(self._table.c.id == session_id)
        return one(self._connection, query, StaffSession)

    def touch(self, session_id: str, at: datetime) -> None:
        """It was used."""
        changed(self._connection, update(self._table).where(self._table.c.id == session_id).values(seen_at=at))

    def end(self, session_id: str) -> None:
        """Ends one."""
        changed(self._connection, delete(self._table).where(self._table.c.id == session_id))

    def end_all(self, staff_id: str) -> None:
        """Ends every session of a member."""
        changed(self._connection, delete(self._table).where(self._table.c.staff_id == staff_id))
