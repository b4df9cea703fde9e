"""One person on one card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from bot.domain.accounts import Account
from bot.domain.audit import AuditTag
from bot.domain.consents import Consent, preferences
from bot.domain.console import InboxRow
from bot.domain.errors import NotFound
from bot.domain.requests import PrivacyRequest
from bot.domain.settings import Setting
from bot.domain.staff import StaffMember
from bot.services.console.record import Record
from bot.services.ports import Transactions

RECENT = 20
SHARING = ("sharing", "facebook")
"""Groups of settings that let information out."""


@dataclass(frozen=True)
class PersonCard:
    """Everything an agent may see of one account."""

    account: Account
    settings: dict[Setting, bool]
    consents: tuple[Consent, ...]
    requests: tuple[PrivacyRequest, ...]
    conversations: Sequence[InboxRow]

    @property
    def shared(self) -> tuple[Setting, ...]:
        """What of theirs goes to others."""
        return tuple(setting for setting, on in self.settings.items() if on and setting.group in SHARING)


@dataclass(frozen=True)
class People:
    """Looking at a person leaves a row in the audit log."""

    transactions: Transactions
    record: Record

    def card(self, staff: StaffMember, account_id: str) -> PersonCard:
        """The person's card.

        Raises:
            NotFound: there is no such account.
        """
        with self.transactions() as uow:
            account = uow.accounts.by_id(account_id)
            if account is None:
                raise NotFound("There is no such person.")
            card = PersonCard(
                account,
                preferences(uow.preferences.of(account_id)),
                tuple(reversed(uow.consents.of(account_id))),
                tuple(uow.requests.of_account(account_id)),
                uow.inbox.of_account(account_id, RECENT),
            )
            self.record.write(uow, AuditTag.PERSON_VIEWED, staff, person=account_id)
            uow.commit()
        return card
