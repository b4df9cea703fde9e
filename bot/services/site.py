"""Where accounts are kept: in our own tables, or in the site's own system behind an API."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Mapping, Protocol

from bot.domain.accounts import PROFILE, Account
from bot.domain.identity import normalise_email
from bot.domain.site import SiteProfile, SiteReceipt
from bot.services.ports import Clock, Hasher, Transactions


class Site(Protocol):
    """The accounts' home. Every method but `external` and `close` may raise SiteUnavailable.

    `email` is normalised. `key` is an idempotency key: the same call with the same key acts once and is answered alike.
    """

    @property
    def external(self) -> bool:
        """Whether the accounts are the site's, and our rows only a mirror of them."""

    async def check_sign_in(self, email: str, password: str) -> SiteProfile | None:
        """The account, or None for a wrong password and an unknown address alike, in the same time."""

    async def profile(self, account_id: str) -> SiteProfile | None: ...

    async def profile_by_email(self, email: str) -> SiteProfile | None: ...

    async def apply_setting(self, account_id: str, setting: str, value: bool, at: datetime, key: str) -> None:
        """A choice made at `at`; an older choice never takes the place of a newer one. Raises SiteRefused."""

    async def correct(self, account_id: str, field: str, value: str, at: datetime, key: str) -> None:
        """A detail of accounts.PROFILE, as corrected at `at`. Raises SiteRefused."""

    async def erase(self, account_id: str, key: str) -> SiteReceipt:
        """Erases an account for good; one that is unknown counts as erased. Raises SiteRefused."""

    async def export(self, account_id: str) -> Mapping[str, Any]:
        """Everything the site holds about the person; empty when it knows no such account. Raises SiteRefused."""

    async def ping(self) -> str:
        """Where the accounts are and that they answer, in words for the operator."""

    async def close(self) -> None:
        """Lets go of connections."""


@dataclass(frozen=True)
class OwnAccounts:
    """The default: accounts live in our own tables, where the use cases change them themselves.

    So there is nobody to tell, and erasing and exporting the tables is the work of their own stores.
    """

    transactions: Transactions
    hasher: Hasher
    clock: Clock

    @property
    def external(self) -> bool:
        """See Site."""
        return False

    async def check_sign_in(self, email: str, password: str) -> SiteProfile | None:
        """See Site."""
        account = await asyncio.to_thread(self._by_email, email)
        stored = account.password_hash if account else ""
        fits = await asyncio.to_thread(self.hasher.password_fits, password, stored)
        return await asyncio.to_thread(self._profile, account) if account and fits else None

    async def profile(self, account_id: str) -> SiteProfile | None:
        """See Site."""
        return await asyncio.to_thread(self._profile, await asyncio.to_thread(self._by_id, account_id))

    async def profile_by_email(self, email: str) -> SiteProfile | None:
        """See Site."""
        return await asyncio.to_thread(self._profile, await asyncio.to_thread(self._by_email, email))

    async def apply_setting(self, account_id: str, setting: str, value: bool, at: datetime, key: str) -> None:
        """See Site."""

    async def correct(self, account_id: str, field: str, value: str, at: datetime, key: str) -> None:
        """See Site."""

    async def erase(self, account_id: str, key: str) -> SiteReceipt:
        """See Site."""
        return SiteReceipt("own tables", self.clock.now())

    async def export(self, account_id: str) -> Mapping[str, Any]:
        """See Site."""
        return {}

    async def ping(self) -> str:
        """See Site."""
        return "accounts are in our own tables"

    async def close(self) -> None:
        """See Site."""

    def _by_id(self, account_id: str) -> Account | None:
        with self.transactions() as uow:
            return uow.accounts.by_id(account_id)

    def _by_email(self, email: str) -> Account | None:
        with self.transactions() as uow:
            return uow.accounts.by_email(normalise_email(email))

    def _profile(self, account: Account | None) -> SiteProfile | None:
        if account is None:
            return None
        with self.transactions() as uow:
            settings = uow.preferences.of(account.id)
        details = {field.key: getattr(account, field.key) for field in PROFILE}
        return SiteProfile(
            account.id, created_at=account.created_at, facebook_user=account.facebook_user, settings=settings, **details
        )
