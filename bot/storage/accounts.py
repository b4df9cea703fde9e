"""Accounts, what their owners chose, and the proof of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.future import Connection

from bot.domain.accounts import Account
from bot.domain.consents import Consent
from bot.domain.errors import InvalidInput, NotFound
from bot.storage import tables
from bot.storage.rows import as_row, changed, insert, many, one, selecting, update_row, upsert

_TAKEN = "That e-mail address belongs to another account."


class SqlAccounts:
    """An account that was read stays as it was until the transaction ends: the row is locked for other writers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.accounts

    def by_id(self, account_id: str) -> Account | None:
        """The account, or None."""
        query = selecting(self._table, Account).where(self._table.c.id == account_id)
        return one(self._connection, query.with_for_update(key_share=True), Account)

    def by_email(self, email: str) -> Account | None:
        """The account with this normalised address, or None."""
        query = selecting(self._table, Account).where(self._table.c.email == email)
        return one(self._connection, query.with_for_update(key_share=True), Account)

    def with_facebook(self, facebook_user: str) -> Sequence[Account]:
        """Accounts connected to this Facebook user, oldest first."""
        columns = self._table.c
        query = selecting(self._table, Account).where(columns.facebook_user == facebook_user)
        query = query.order_by(columns.created_at, columns.id).with_for_update(key_share=True)
        return many(self._connection, query, Account)

    def add(self, account: Account) -> None:
        """Raises InvalidInput when its e-mail is another account's."""
        try:
            insert(self._connection, self._table, as_row(account))
        except IntegrityError:
            raise InvalidInput(_TAKEN) from None

    def save(self, account: Account) -> None:
        """Raises NotFound when the account is gone, InvalidInput when its e-mail is another account's."""
        try:
            found = update_row(self._connection, self._table, account)
        except IntegrityError:
            raise InvalidInput(_TAKEN) from None
        if not found:
            raise NotFound("There is no such account.")

    def count_failed_sign_in(self, account_id: str) -> int:
        """Adds one atomically; the new count, or 0 when the account is gone."""
        failed = self._table.c.failed_sign_ins
        mine = self._table.c.id == account_id
        changed(self._connection, update(self._table).where(mine).values(failed_sign_ins=failed + 1))
        return int(self._connection.execute(select(failed).where(mine)).scalar_one_or_none() or 0)


class SqlPreferences:
    """Choices by setting key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.preferences

    def of(self, account_id: str) -> Mapping[str, bool]:
        """The choices that were made."""
        query = select(self._table.c.setting, self._table.c.value).where(self._table.c.account_id == account_id)
        return {row.setting: row.value for row in self._connection.execute(query)}

    def put(self, account_id: str, setting: str, value: bool, at: datetime) -> None:
        """Sets a choice. Raises NotFound when there is no such account."""
        row = {"account_id": account_id, "setting": setting, "value": value, "changed_at": at}
        upsert(self._connection, self._table, row, keys=("account_id", "setting"))


class SqlConsents:
    """Decisions, never changed afterwards."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.consents

    def add(self, consent: Consent) -> None:
        """Raises NotFound when the account or the conversation does not exist."""
        insert(self._connection, self._table, as_row(consent))

    def of(self, account_id: str) -> Sequence[Consent]:
        """Oldest first."""
        query = selecting(self._table, Consent).where(self._table.c.account_id == account_id)
        return many(self._connection, query.order_by(self._table.c.id), Consent)
