"""A person's account and the details they can see and correct."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.errors import InvalidInput

MAX_DETAIL = 500
ERASED = "erased:"
"""How the e-mail of an erased account begins; no address can, for want of an `@`."""
_EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s.<>]+(\.[^@\s.<>]+)+")
_TYPED_ADDRESS = re.compile(
    r"(?:(?:sure|ok|okay|yes|hi)[,.!]? )?"
    r"(?:(?:my|the) (?:e-?mail|mail|address|e-?mail address) is |it(?:'s| is) |it’s )?"
    r"<?([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{2,188}[A-Za-z])>?[.!]?(?: (?:thanks|thank you|please|pls)[.!]?)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?[\d\s().\-/]{6,24}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Account:
    """One registered user.

    Attributes:
        email: normalised; unique among active accounts.
        password_hash: argon2id, or empty for accounts that only sign in by code.
        failed_sign_ins: wrong passwords since the last right one.
        locked_until: no password is accepted before this moment.
        facebook_user: the Facebook user id the person connected, or None.
    """

    id: str
    email: str
    created_at: datetime
    password_hash: str = ""
    full_name: str = ""
    phone: str = ""
    street_address: str = ""
    company_name: str = ""
    website: str = ""
    company_description: str = ""
    facebook_user: str | None = None
    failed_sign_ins: int = 0
    locked_until: datetime | None = None
    email_changed_at: datetime | None = None

    @property
    def erased(self) -> bool:
        """Whether the person is gone, and this is the blank that keeps the id taken."""
        return self.email.startswith(ERASED)

    def tombstone(self) -> Account:
        """The account with nothing of the person left."""
        return Account(self.id, f"{ERASED}{self.id}", self.created_at)


@dataclass(frozen=True)
class ProfileField:
    """A detail a person can correct; `key` is also the attribute of Account."""

    key: str
    title: str


PROFILE: tuple[ProfileField, ...] = (
    ProfileField("full_name", "Full name"),
    ProfileField("email", "E-mail address"),
    ProfileField("phone", "Phone number"),
    ProfileField("street_address", "Street address"),
    ProfileField("company_name", "Company name"),
    ProfileField("website", "Website"),
    ProfileField("company_description", "Company description"),
)
_BY_KEY = {field.key: field for field in PROFILE}


def profile_field(key: str) -> ProfileField:
    """The detail with this key.

    Raises:
        InvalidInput: there is none.
    """
    try:
        return _BY_KEY[key]
    except KeyError:
        raise InvalidInput("That is not a detail I can change.") from None


def clean_detail(key: str, value: str) -> str:
    """The value as it may be stored.

    Raises:
        InvalidInput: empty, too long, or not in the form this detail has.
    """
    value = " ".join(_CONTROL.sub(" ", value).split())
    if not value:
        raise InvalidInput("That was empty, so I changed nothing.")
    if len(value) > MAX_DETAIL:
        raise InvalidInput(f"That is longer than the {MAX_DETAIL} characters I can store.")
    if key == "email" and not is_email(value):
        raise InvalidInput("That does not look like an e-mail address.")
    if key == "phone" and not (_PHONE.fullmatch(value) and sum(c.isdigit() for c in value) >= 6):
        raise InvalidInput("That does not look like a phone number.")
    if key == "website" and (" " in value or "." not in value):
        raise InvalidInput("That does not look like a web address.")
    return value


def with_detail(account: Account, key: str, value: str) -> Account:
    """The account with one detail of PROFILE changed."""
    changes: dict[str, Any] = {profile_field(key).key: value}
    return replace(account, **changes)


def is_email(value: str) -> bool:
    """Well-formed enough to send to; only a mailed code or link proves that it exists."""
    return len(value) <= 254 and _EMAIL.fullmatch(value) is not None


def typed_address(text: str) -> str | None:
    """The address when `text` is one e-mail address and little else, else None.

    >>> typed_address("it's anna@example.com.")
    'anna@example.com'
    >>> typed_address("why did anna@example.com get my data?") is None
    True
    """
    match = _TYPED_ADDRESS.fullmatch(text.strip())
    return match.group(1) if match and is_email(match.group(1)) else None


def mask_email(address: str) -> str:
    """`anna@example.com` → `a•••@example.com`, for replies that a bystander may read."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}"
