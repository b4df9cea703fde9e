"""The console's use cases, put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from bot.case_file import JsonLines
from bot.casework_wiring import Casework
from bot.config import Config
from bot.domain.staff import INVITATION_LIFETIME
from bot.services.console.assistant import Assistant
from bot.services.console.inbox import Inbox
from bot.services.console.lookup import Lookup
from bot.services.console.mailing import Mailing
from bot.services.console.numbers import Figures
from bot.services.console.people import People
from bot.services.console.ports import CaseFile, StaffSecrets
from bot.services.console.post import PostRoom
from bot.services.console.quality import Quality
from bot.services.console.queue import RequestQueue
from bot.services.console.record import Record
from bot.services.console.sign_in import StaffSignIn
from bot.services.console.staff import StaffAccounts
from bot.services.console.takeover import Takeovers
from bot.services.console.trail import Trail
from bot.services.mail_ports import MailReader
from bot.services.ports import Clock, Hasher, Policy, Randomness, Signer, Transactions


@dataclass(frozen=True)
class Console:
    """Everything members of staff can do."""

    secrets: StaffSecrets
    staff: StaffAccounts
    sign_in: StaffSignIn
    lookup: Lookup
    people: People
    inbox: Inbox
    takeovers: Takeovers
    queue: RequestQueue
    quality: Quality
    figures: Figures
    trail: Trail
    post: PostRoom
    assistant: Assistant


def build_console(
    config: Config,
    clock: Clock,
    random: Randomness,
    hasher: Hasher,
    transactions: Transactions,
    policy: Policy,
    casework: Casework,
    reader: MailReader,
    overrides: Mapping[str, Any],
) -> Console:
    """The use cases on given adapters; `secrets`, `invitations` and `cases` may be overridden."""
    secrets: StaffSecrets = overrides.get("secrets") or _secrets(config)
    invitations: Signer = overrides.get("invitations") or _invitations(config)
    cases: CaseFile = overrides.get("cases") or JsonLines(config.cases_file)
    record = Record(clock, hasher)
    people = People(transactions, record)
    lookup = Lookup(transactions, clock, policy, people, record)
    return Console(
        secrets=secrets,
        staff=StaffAccounts(transactions, clock, random, hasher, secrets, invitations, record),
        sign_in=StaffSignIn(transactions, clock, random, hasher, secrets, record),
        lookup=lookup,
        people=people,
        inbox=Inbox(transactions, clock, record),
        takeovers=Takeovers(transactions, clock, random, record, Mailing(clock), config.company),
        queue=RequestQueue(transactions, clock, random, record, casework.planner, casework.preview),
        quality=Quality(transactions, random, cases, record),
        figures=Figures(transactions, clock),
        trail=Trail(transactions, hasher, record),
        post=PostRoom(transactions, clock, record, reader),
        assistant=Assistant(transactions, clock, lookup, people),
    )


def _secrets(config: Config) -> StaffSecrets:
    from bot.security.staff_secrets import SealedSecrets

    return SealedSecrets(config.secret_key.get_secret_value(), f"{config.company} privacy desk")


def _invitations(config: Config) -> Signer:
    from bot.security.tokens import Signer as TokenSigner

    return TokenSigner(config.secret_key.get_secret_value(), "staff-invitation", INVITATION_LIFETIME)
