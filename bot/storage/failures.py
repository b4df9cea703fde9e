"""Which database errors mean "try again": a lock, a time-out, a lost or missing connection."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_SERIALIZATION, _DEADLOCK, _LOCK_TIMEOUT, _CANCELED = "40001", "40P01", "55P03", "57014"
_RESOURCES, _SHUTDOWN, _IDLE = "53", "57P", "25P03"
_TRY_AGAIN = (_SERIALIZATION, _DEADLOCK, _LOCK_TIMEOUT, _CANCELED, _RESOURCES, _SHUTDOWN, _IDLE)
_FOREIGN_KEY = "23503"


def is_busy(error: BaseException | None) -> bool:
    """Whether the transaction failed for want of the database and can be tried again as a whole."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = _postgres_code(error)
    if code is not None:
        return code.startswith(_TRY_AGAIN)
    if not isinstance(error, OperationalError):
        return False
    words = str(error.orig)
    return "locked" in words or _never_connected(error)


def is_missing_parent(error: IntegrityError) -> bool:
    """Whether a row points at one that does not exist."""
    return _postgres_code(error) == _FOREIGN_KEY or "FOREIGN KEY" in str(error.orig)


def _postgres_code(error: DBAPIError) -> str | None:
    return getattr(error.orig, "pgcode", None)


def _never_connected(error: DBAPIError) -> bool:
    return type(error.orig).__module__.startswith("psycopg2")
