"""The account itself, what its owner chose, and the proof of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, false, select
from sqlalchemy.future import Connection

from bot.domain.accounts import ERASED, Account
from bot.domain.erasure import Person
from bot.storage import tables
from bot.storage.personal.store import SqlStore, count, records, remove
from bot.storage.rows import one, selecting, update_row

_SHOWN = (
    "id",
    "email",
    "created_at",
    "full_name",
    "phone",
    "street_address",
    "company_name",
    "website",
    "company_description",
    "facebook_user",
    "email_changed_at",
)


class ProfileStore(SqlStore):
    """The row of the account stays as a blank, so that its id is never given to somebody else."""

    name, title = "profile", "Your account and profile"

    def held(self, connection: Connection, person: Person) -> int:
        return count(connection, tables.accounts, _living(person))

    def records(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        shown = (tables.accounts.c[name] for name in _SHOWN)
        return records(connection, "account", select(*shown).where(_living(person)))

    def wipe(self, connection: Connection, person: Person) -> int:
        query = selecting(tables.accounts, Account).where(_living(person)).with_for_update()
        account = one(connection, query, Account)
        if account is None:
            return 0
        update_row(connection, tables.accounts, account.tombstone())
        return 1


class SettingsStore(SqlStore):
    """Choices."""

    name, title = "settings", "Your privacy settings"

    def held(self, connection: Connection, person: Person) -> int:
        return count(connection, tables.preferences, tables.preferences.c.account_id == person.account_id)

    def records(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        columns = tables.preferences.c
        query = select(columns.setting, columns.value, columns.changed_at).where(
            columns.account_id == person.account_id
        )
        return records(connection, "setting", query.order_by(columns.setting))

    def wipe(self, connection: Connection, person: Person) -> int:
        return remove(connection, tables.preferences, tables.preferences.c.account_id == person.account_id)


class ConsentsStore(SqlStore):
    """Decisions; with the person gone there is nobody left to prove them to."""

    name, title = "consents", "The record of what you allowed and refused"

    def held(self, connection: Connection, person: Person) -> int:
        return count(connection, tables.consents, tables.consents.c.account_id == person.account_id)

    def records(self, connection: Connection, person: Person) -> list[dict[str, Any]]:
        columns = tables.consents.c
        hidden = ("id", "account_id")
        shown = (column for column in columns if column.name not in hidden)
        query = select(*shown).where(columns.account_id == person.account_id).order_by(columns.id)
        return records(connection, "consent", query)

    def wipe(self, connection: Connection, person: Person) -> int:
        return remove(connection, tables.consents, tables.consents.c.account_id == person.account_id)


def _living(person: Person) -> Any:
    if not person.account_id:
        return false()
    columns = tables.accounts.c
    return and_(columns.id == person.account_id, columns.email != f"{ERASED}{person.account_id}")
