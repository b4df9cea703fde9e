"""Who is talking, and how sure we are: the assurance ladder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum

from bot.domain.errors import StepUpRequired

FRESH_CODE_LIFETIME = timedelta(minutes=10)


class Assurance(IntEnum):
    """Rungs in rising order; a rung satisfies every rung below it."""

    ANONYMOUS = 0
    MAILBOX = 1
    """Proved control of an e-mail address."""
    PASSWORD = 2
    """Signed in with the account's password, or vouched for by the host site."""
    FRESH_CODE = 3
    """Typed back a mailed code within the last ten minutes."""


class Means(str, Enum):
    """How somebody showed who they are."""

    CODE = "code"
    """Typed back a code that was mailed to them."""
    PASSWORD = "password"  # noqa: S105
    WEBSITE = "website"
    """The host site vouched for them."""


@dataclass(frozen=True)
class Conversation:
    """One thread with one person on one channel; the only place identity lives.

    Attributes:
        id: unguessable; also Rasa's sender id.
        channel: `web`, `mail`, `terminal`, `console` for a member of staff who asks the assistant, or `facebook` for a
            call of Meta's.
        epoch: counts identity changes; tokens of an earlier epoch are void.
        mailbox: the proved address, normalised, or None.
        account_id: the account behind it, or None.
        base: the rung that lasts until sign-out.
        code_at: when a code was last proved, or None.
        handoff_at: when the person asked for a human, or None.
        means: how the base rung was reached, or None.
    """

    id: str
    channel: str
    created_at: datetime
    epoch: int = 0
    mailbox: str | None = None
    account_id: str | None = None
    base: Assurance = Assurance.ANONYMOUS
    code_at: datetime | None = None
    handoff_at: datetime | None = None
    means: Means | None = None

    def assurance(self, now: datetime) -> Assurance:
        """The rung that counts at `now`: a fresh code ages back to the base rung."""
        fresh = self.code_at is not None and now - self.code_at < FRESH_CODE_LIFETIME
        return Assurance.FRESH_CODE if fresh else self.base

    def proved_by(self, now: datetime) -> Means | None:
        """How the rung that counts at `now` was reached, or None when nothing is proved."""
        rung = self.assurance(now)
        if rung is Assurance.ANONYMOUS:
            return None
        return Means.CODE if rung is Assurance.FRESH_CODE else self.means

    def require(self, rung: Assurance, now: datetime) -> None:
        """Raises StepUpRequired when the conversation stands below `rung`."""
        if self.assurance(now) < rung:
            raise StepUpRequired(rung)


def normalise_email(address: str) -> str:
    """The form under which an address is compared; the local part keeps its dots and tags."""
    return address.strip().casefold()
