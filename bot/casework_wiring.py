"""The use cases of privacy requests, put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.calendars import PublicHolidays
from bot.config import Config
from bot.domain.deadlines import Calendar
from bot.domain.proposals import ProposalKind
from bot.export.archive import ZipArchive
from bot.facebook import GraphApi
from bot.services.choices import Choices
from bot.services.flows import Handler
from bot.services.ports import Clock, Hasher, Randomness, Signer, Transactions
from bot.services.requests.asking import ReportChild, RequestDeletion, RequestExport
from bot.services.requests.copying import Copying
from bot.services.requests.decisions import Decisions
from bot.services.requests.erasing import Erasing
from bot.services.requests.execution import Executor
from bot.services.requests.facebook import FacebookDeletion
from bot.services.requests.following import RequestStatus, RevokeRequest
from bot.services.requests.notices import STATUS_LINK_LIFETIME, Notices
from bot.services.requests.planning import Planner
from bot.services.requests.ports import RemoteStore, TableStore
from bot.services.requests.preview import Preview, PreviewDeletion
from bot.services.requests.public import PublicRequests
from bot.services.requests.register import Register
from bot.services.requests.retention import Retention
from bot.services.requests.timers import Timers
from bot.services.site import Site
from bot.storage.personal.registry import STORES
from bot.stores.facebook import FacebookPermission
from bot.stores.maildir import Maildir
from bot.stores.partners import Partner, Partners
from bot.stores.site_account import SiteAccount
from bot.stores.tracker import TrackerStore


@dataclass(frozen=True)
class Casework:
    """Everything that can happen to a privacy request.

    Attributes:
        handlers: what a person can start by talking.
        tables, remotes: the stores that hold personal data, in the order they are erased.
    """

    register: Register
    notices: Notices
    planner: Planner
    preview: Preview
    decisions: Decisions
    handlers: Mapping[ProposalKind, Handler]
    timers: Timers
    public: PublicRequests
    facebook: FacebookDeletion
    retention: Retention
    tables: Sequence[TableStore]
    remotes: Sequence[RemoteStore]
    executor: Executor
    copying: Copying
    partners: Partners


def build_casework(
    config: Config,
    clock: Clock,
    random: Randomness,
    hasher: Hasher,
    transactions: Transactions,
    choices: Choices,
    site: Site,
    overrides: Mapping[str, Any],
) -> Casework:
    """The use cases on given adapters; `tables`, `remotes` and `calendar` may be overridden."""
    calendar: Calendar = overrides.get("calendar") or _calendar(config)
    tables: Sequence[TableStore] = overrides.get("tables", STORES)
    partners = Partners(_partners(config, clock))
    tracker = TrackerStore(config.rasa_endpoints)
    remotes: Sequence[RemoteStore] = overrides.get("remotes", (tracker, *_remotes(config, partners, site)))
    register = Register(clock, random, hasher, calendar, config.regime)
    links = _signer(config, "request", STATUS_LINK_LIFETIME)
    notices = Notices(clock, calendar.zone, links, config.public_url, config.support_email)
    planner = Planner(
        clock,
        register,
        notices,
        grace=timedelta(days=config.deletion_grace_days),
        approvals=config.deletion_approvals,
        email_change_block=timedelta(days=config.email_change_block_days),
    )
    preview = Preview(tables, remotes)
    memories = [remote for remote in remotes if remote.name == tracker.name]
    erasing = Erasing(transactions, clock, hasher, register, notices, tables, remotes, memories)
    copying = Copying(
        transactions,
        clock,
        random,
        register,
        notices,
        ZipArchive(config.company),
        _signer(config, "export", timedelta(days=config.export_link_days)),
        timedelta(days=config.export_link_days),
        tables,
        remotes,
    )
    parts = (clock, register, planner, notices, config.support_phone)
    return Casework(
        register=register,
        notices=notices,
        planner=planner,
        preview=preview,
        decisions=Decisions(transactions, clock, register, planner, notices),
        handlers={
            ProposalKind.DELETE_ACCOUNT: RequestDeletion(*parts, preview),
            ProposalKind.REPORT_CHILD: ReportChild(*parts),
            ProposalKind.EXPORT: RequestExport(*parts),
            ProposalKind.PREVIEW_DELETION: PreviewDeletion(preview),
            ProposalKind.REQUEST_STATUS: RequestStatus(calendar.zone),
            ProposalKind.REVOKE_REQUEST: RevokeRequest(register, notices),
        },
        timers=Timers(transactions, clock, register, notices, timedelta(days=config.verify_within_days)),
        public=PublicRequests(transactions, clock, register, planner, notices, links),
        facebook=FacebookDeletion(transactions, clock, random, hasher, choices, register, notices),
        retention=Retention(
            transactions,
            clock,
            register,
            conversations_kept=timedelta(days=config.conversation_kept_days),
            mail_kept=timedelta(days=config.mail_kept_days),
            held_mail_kept=timedelta(days=config.held_mail_kept_days),
            memories=memories,
        ),
        tables=tables,
        remotes=remotes,
        executor=Executor(transactions, clock, register, notices, erasing, copying),
        copying=copying,
        partners=partners,
    )


def _calendar(config: Config) -> Calendar:
    days = PublicHolidays(config.holidays_country, config.holidays_subdivision)
    return Calendar(ZoneInfo(config.time_zone), days)


def _remotes(config: Config, partners: Partners, site: Site) -> list[RemoteStore]:
    graph = GraphApi(config.facebook_graph_url, config.facebook_app_id, config.facebook_app_secret.get_secret_value())
    others: list[RemoteStore] = [FacebookPermission(graph), *partners.all]
    if site.external:
        others.append(SiteAccount(site))
    return others if config.smtp_host else [Maildir(config.maildir), *others]


def _partners(config: Config, clock: Clock) -> tuple[Partner, ...]:
    return tuple(
        Partner(known.name, known.url, known.secret.get_secret_value(), clock) for known in config.partner_webhooks
    )


def _signer(config: Config, purpose: str, lifetime: timedelta) -> Signer:
    from bot.security.tokens import Signer as TokenSigner

    return TokenSigner(config.secret_key.get_secret_value(), purpose, lifetime)
