"""Everything that can go wrong, as one tree.

PrivacyDeskError
├── InvalidInput            what the person sent cannot be used; `str()` may be shown to them
│   └── UnknownSetting
├── NotSwitchable           the setting exists but nobody can turn it off; carries why
├── StepUpRequired          a higher assurance rung is needed; carries the rung
├── NoAccount               the mailbox is proved, but no account uses it
├── SignInRefused           wrong password or code, or locked out: one answer for all of them
├── CodeRejected            a one-time code was wrong, spent or expired; carries the tries left
├── TooManyAttempts         slow down; carries the seconds to wait
├── TokenError
│   ├── TokenInvalid
│   ├── TokenExpired
│   └── TokenReplayed
├── ProposalGone            the "yes" came for something that is no longer on the table
├── AlreadyTaken            a colleague was quicker; carries who
├── IllegalTransition       a privacy request cannot go from this state to that one
│   └── ChangedMeanwhile    … because somebody else moved it first
├── Unfinished              some stores of an erasure failed; trying again goes on with those
├── NotFound
├── StorageBusy             the database did not answer in time; nothing was changed
├── MailRefused             the receiving server said no for good
│   └── AddressRefused      … because the address does not exist or is disabled
├── UnreadableMail          a mail that came in cannot be read; says why
├── MailboxError            the IMAP mailbox cannot be used
│   ├── MailboxLoginRefused
│   ├── MailboxFolderMissing
│   └── MailboxLost
├── SiteUnavailable         the site's accounts cannot be reached now; carries the seconds to wait
├── SiteRefused             the site says no for good; carries its code
├── AccountsAway            the same for the person: kind words about what to do instead
├── BotUnavailable          Rasa did not answer in time; the message is kept
└── ConfigurationError      the deployment is wrong; says what to do
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.domain.identity import Assurance


class PrivacyDeskError(Exception):
    """Base of every error the product raises on purpose."""


class InvalidInput(PrivacyDeskError):
    """The message of this error is written for the person who sent the input."""


class UnknownSetting(InvalidInput):
    """No setting or group of settings has this key."""


class NotSwitchable(PrivacyDeskError):
    """The policy describes this, but offers no choice about it.

    Attributes:
        key: the catalogue key.
        reason: why it cannot be switched, for the person.
    """

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key
        self.reason = reason


class StepUpRequired(PrivacyDeskError):
    """The conversation must first reach a higher rung of the assurance ladder."""

    def __init__(self, rung: Assurance) -> None:
        super().__init__(f"needs {rung.name}")
        self.rung = rung


class NoAccount(PrivacyDeskError):
    """The person proved a mailbox that no account uses."""


class SignInRefused(PrivacyDeskError):
    """Deliberately says nothing about which part was wrong."""


class CodeRejected(PrivacyDeskError):
    """A one-time code did not fit.

    Attributes:
        tries_left: attempts before the code is thrown away; 0 when there is no live code any more.
    """

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"{tries_left} tries left")
        self.tries_left = tries_left


class TooManyAttempts(PrivacyDeskError):
    """A limit was reached.

    Attributes:
        retry_after: seconds until another attempt makes sense.
    """

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class TokenError(PrivacyDeskError):
    """Base of what can be wrong with a signed token."""


class TokenInvalid(TokenError):
    """Not signed by us for this purpose, or not in the expected form."""


class TokenExpired(TokenError):
    """Ours, but too old."""


class TokenReplayed(TokenError):
    """Ours, good for one use, and used before."""


class ProposalGone(PrivacyDeskError):
    """Nothing, or something else, is waiting for this answer."""


class AlreadyTaken(PrivacyDeskError):
    """Somebody else speaks in this conversation.

    Attributes:
        name: their first name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has already taken this conversation over.")
        self.name = name


class IllegalTransition(PrivacyDeskError):
    """A privacy request cannot make this step."""


class ChangedMeanwhile(IllegalTransition):
    """Somebody else changed the request at the same moment; nothing was done, and a second look is needed."""


class Unfinished(PrivacyDeskError):
    """A request could not be carried out wholly; what is done stays done, and trying again goes on with the rest."""


class NotFound(PrivacyDeskError):
    """What was asked for does not exist, or not for this person: the two are never told apart."""


class StorageBusy(PrivacyDeskError):
    """The transaction was rolled back as a whole and can be tried again."""


class BotUnavailable(PrivacyDeskError):
    """Rasa is down or too slow; the caller keeps the message and may send it again."""


class MailRefused(PrivacyDeskError):
    """A permanent failure; sending the same again would be refused again."""


class AddressRefused(MailRefused):
    """Nothing can ever be delivered to this address (RFC 3463 §3.2)."""


class UnreadableMail(PrivacyDeskError):
    """One message; the others in the inbox go on."""


class MailboxError(PrivacyDeskError):
    """Base of what can be wrong with an IMAP mailbox."""


class MailboxLoginRefused(MailboxError):
    """The server does not take the user name and password; only a person can mend that."""


class MailboxFolderMissing(MailboxError):
    """The server has no folder of that name; only a person can mend that."""


class MailboxLost(MailboxError):
    """The server went away or broke off; trying again helps."""


class SiteUnavailable(PrivacyDeskError):
    """No usable answer; the same call with the same key may be made again.

    Attributes:
        retry_after: seconds the site asked us to wait, or 0.
    """

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class SiteRefused(PrivacyDeskError):
    """The same call would be refused again.

    Attributes:
        code: what the site calls the reason, for example `email_taken`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"the site refused: {code}")
        self.code = code


class AccountsAway(PrivacyDeskError):
    """The message of this error is written for the person; nothing was changed."""


class ConfigurationError(PrivacyDeskError):
    """Raised at start, never later; the message says which variable or file to mend."""
