"""A person's account as the site keeps it, in the site's own system."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Mapping

from bot.domain.accounts import Account

_ACCOUNT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DISPLACED = "moved.invalid"
"""No mailbox can exist there (RFC 2606 §2), so nobody can prove it."""


@dataclass(frozen=True)
class SiteProfile:
    """One account of the site.

    Attributes:
        id: the site's own, see `is_account_id`.
        email: normalised.
        settings: the choices that were made, by catalogue key; what was never chosen is absent.
    """

    id: str
    email: str
    created_at: datetime
    full_name: str = ""
    phone: str = ""
    street_address: str = ""
    company_name: str = ""
    website: str = ""
    company_description: str = ""
    facebook_user: str | None = None
    settings: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What asking the site about a person came to.

    Attributes:
        profile: theirs, or None when the site has no such account.
        reached: False when the site did not answer; nothing is known then.
    """

    profile: SiteProfile | None
    reached: bool = True


@dataclass(frozen=True)
class SiteReceipt:
    """The site's word that an account is gone; the same for every call with the same key."""

    number: str
    at: datetime


def is_account_id(value: str) -> bool:
    """1 to 64 letters, digits, `.`, `_` and `-`: an id stands in paths and in keys."""
    return _ACCOUNT_ID.fullmatch(value) is not None and value not in (".", "..")


def displaced_email(account: Account) -> str:
    """What stands for the address of an account whose address the site says is not its own any more."""
    return f"{account.id.casefold()}@{_DISPLACED}"
