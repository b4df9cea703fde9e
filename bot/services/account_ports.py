"""What the use cases need stored of accounts: who they are, what they chose, what they consented to."""

from __future__ import annotations

from datetime import datetime
from typing import Mapping, Protocol, Sequence

from bot.domain.accounts import Account
from bot.domain.consents import Consent


class Accounts(Protocol):
    def by_id(self, account_id: str) -> Account | None: ...

    def by_email(self, email: str) -> Account | None:
        """`email` is normalised."""

    def with_facebook(self, facebook_user: str) -> Sequence[Account]:
        """Accounts connected to this Facebook user; nobody else changes them until the transaction ends."""

    def add(self, account: Account) -> None: ...

    def save(self, account: Account) -> None:
        """Raises NotFound when the account is gone, InvalidInput when its e-mail is another account's."""

    def count_failed_sign_in(self, account_id: str) -> int:
        """Adds one atomically; the new count."""


class Preferences(Protocol):
    def of(self, account_id: str) -> Mapping[str, bool]:
        """The choices that were made, by setting key; what was never chosen is absent."""

    def put(self, account_id: str, setting: str, value: bool, at: datetime) -> None: ...


class Consents(Protocol):
    def add(self, consent: Consent) -> None: ...

    def of(self, account_id: str) -> Sequence[Consent]:
        """Oldest first."""
