"""Brings a database to the schema of this version, by Alembic.

The revisions are in `versions/`; a new one is a file that names the one before it as `down_revision`. A test compares
the schema they end in with `bot.storage.tables`.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.future import Connection

from bot.domain.errors import StorageBusy
from bot.storage.engine import open_engine
from bot.storage.failures import is_busy
from bot.storage.rows import is_postgres

_WAIT = 60.0
"""Seconds that a process waits for another one that is migrating."""
_LOCK = 7_022_016


def upgrade(url: str) -> None:
    """Migrates to the newest schema in one transaction; of two processes at once, one waits and finds it done.

    Raises:
        StorageBusy: somebody kept the database locked; nothing was changed.
        ConfigurationError: `url` names no database that can be used.
    """
    engine = open_engine(url, lock_wait=_WAIT)
    try:
        with engine.begin() as connection:
            if is_postgres(connection):
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            command.upgrade(_config(connection), "head")
    except SQLAlchemyError as error:
        if is_busy(error):
            raise StorageBusy("The database could not be migrated: it stayed locked or did not answer.") from error
        raise
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether the database has the schema of this version.

    Raises:
        StorageBusy: the database did not answer in time.
    """
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            applied = set(MigrationContext.configure(connection).get_current_heads())
        return applied == set(ScriptDirectory.from_config(_config(None)).get_heads())
    except SQLAlchemyError as error:
        if is_busy(error):
            raise StorageBusy("The database did not answer in time.") from error
        raise
    finally:
        engine.dispose()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
