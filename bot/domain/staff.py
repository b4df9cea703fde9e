"""The people who work the console: who they are and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

IDLE_AFTER = timedelta(minutes=30)
"""A session nobody used for this long is over."""
SESSION_LIFETIME = timedelta(hours=12)
INVITATION_LIFETIME = timedelta(hours=48)
MIN_PASSWORD = 12
RECOVERY_CODES = 10


class Permission(str, Enum):
    """What a page of the console needs."""

    SERVE = "serve"
    """See people, answer them, work their requests."""
    DECIDE = "decide"
    """Settle what cannot be undone, and take lists out of the house."""
    MEASURE = "measure"
    """See numbers that name nobody."""
    AUDIT = "audit"
    """Read the audit log and check its chain."""


class Role(str, Enum):
    """What a member of staff is."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"

    def may(self, permission: Permission) -> bool:
        """Whether this role may do it."""
        return permission in _MAY[self]


_MAY: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset({Permission.SERVE, Permission.MEASURE}),
    Role.SUPERVISOR: frozenset({Permission.SERVE, Permission.MEASURE, Permission.DECIDE}),
    Role.AUDITOR: frozenset({Permission.MEASURE, Permission.AUDIT}),
}


def roles_that_may(permission: Permission) -> tuple[Role, ...]:
    """For the page that explains why somebody may not."""
    return tuple(role for role in Role if role.may(permission))


@dataclass(frozen=True)
class StaffMember:
    """One person who may sign in to the console.

    Attributes:
        email: normalised, unique.
        password_hash: argon2id, or empty until the invitation is taken up.
        totp: the sealed TOTP secret.
        totp_step: the last 30-second step whose code was taken; older ones are refused, so no code counts twice.
        invitation: id of the invitation that still waits to be taken up, or None.
        active: False once disabled; the row stays, because the audit log names it.
    """

    id: str
    email: str
    name: str
    role: Role
    created_at: datetime
    totp: str
    password_hash: str = ""
    totp_step: int = 0
    invitation: str | None = None
    active: bool = True
    failed_sign_ins: int = 0
    locked_until: datetime | None = None

    @property
    def first_name(self) -> str:
        """What visitors are told."""
        return self.name.split()[0]


@dataclass(frozen=True)
class StaffSession:
    """One signed-in browser.

    Attributes:
        id: hash of the cookie; the cookie itself is stored nowhere.
    """

    id: str
    staff_id: str
    created_at: datetime
    seen_at: datetime

    def live(self, now: datetime) -> bool:
        """Whether it still counts."""
        return now - self.seen_at < IDLE_AFTER and now - self.created_at < SESSION_LIFETIME
