"""The composition root: the only place that knows which adapter stands behind which port."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from bot.casework_wiring import Casework, build_casework
from bot.config import Config, load
from bot.console_wiring import Console, build_console
from bot.domain.identity import normalise_email
from bot.domain.proposals import ProposalKind
from bot.facebook import GraphApi
from bot.mail.inbound.isolation import IsolatedReader
from bot.mail.inbound.parse import Reader
from bot.mail.intake.imap import ImapIntake
from bot.mail.intake.listener import Door
from bot.mail.intake.store import MailStore
from bot.mail.mailroom import LEASE as MAIL_LEASE
from bot.mail.mailroom import Mailroom
from bot.mail.transport import mailer
from bot.services.authentication import Authentication
from bot.services.choices import Choices
from bot.services.correspondence import Correspondence
from bot.services.feedback import Feedback
from bot.services.flows import Flows, Handler
from bot.services.handoff import Handoff
from bot.services.identity import Identity
from bot.services.journal import Journal
from bot.services.mail_gate import MailGate
from bot.services.mail_ports import ReplyAddresses
from bot.services.mail_turns import MailTurns
from bot.services.mirror import Mirror
from bot.services.outgoing import Outgoing
from bot.services.ports import Bot, Clock, Hasher, Policy, Randomness, Signer, Transactions
from bot.services.privacy_signal import PrivacySignal
from bot.services.profile import EMAIL_LINK_LIFETIME, ChangeProfile, Profile, ViewProfile
from bot.services.settings import ChangeSettings, ViewSettings
from bot.services.sign_in import SignIn
from bot.services.site import OwnAccounts, Site
from bot.services.site_changes import SiteChanges, SiteDelivery
from bot.services.turns import Turns
from bot.timekeeper import Chore, Timekeeper
from bot.worker import LEASE as OUTBOX_LEASE
from bot.worker import Worker


@dataclass(frozen=True)
class Services:
    """Every use case of one process, ready to call."""

    config: Config
    clock: Clock
    random: Randomness
    hasher: Hasher
    transactions: Transactions
    policy: Policy
    journal: Journal
    site: Site
    identity: Identity
    authentication: Authentication
    flows: Flows
    profile: Profile
    handoff: Handoff
    privacy_signal: PrivacySignal
    turns: Turns
    casework: Casework
    feedback: Feedback
    console: Console


def build_services(config: Config, **overrides: Any) -> Services:
    """Builds the use cases on the adapters that `config` names.

    Args:
        config: the deployment.
        overrides: adapters by name (`clock`, `random`, `hasher`, `transactions`, `policy`, `bot`, `links`, `reader`,
            `site`, and the console's) that take the place of the real ones.
    """
    clock: Clock = overrides.get("clock") or _clock()
    random: Randomness = overrides.get("random") or _random()
    hasher: Hasher = overrides.get("hasher") or _hasher(config)
    transactions: Transactions = overrides.get("transactions") or _transactions(config)
    policy: Policy = overrides.get("policy") or _policy(config)
    bot: Bot = overrides.get("bot") or _bot(config)
    links: Signer = overrides.get("links") or _links(config)

    journal = Journal(clock, hasher)
    identity = Identity(transactions, clock, random, hasher, journal, Mirror(clock, journal))
    site: Site = overrides.get("site") or _site(config, clock, random, hasher, transactions)
    authentication = Authentication(identity, site)
    changes = SiteChanges(site.external)
    choices = Choices(clock, random, policy, journal, changes, tuple(known.name for known in config.partner_webhooks))
    casework = build_casework(config, clock, random, hasher, transactions, choices, site, overrides)
    handlers: dict[ProposalKind, Handler] = {
        ProposalKind.SIGN_IN: SignIn(),
        ProposalKind.VIEW_SETTINGS: ViewSettings(),
        ProposalKind.CHANGE_SETTINGS: ChangeSettings(clock, choices, casework.register, bool(config.facebook_app_id)),
        ProposalKind.VIEW_PROFILE: ViewProfile(),
        ProposalKind.CHANGE_PROFILE: ChangeProfile(
            clock, journal, casework.register, links, config.public_url, changes
        ),
        **casework.handlers,
    }
    return Services(
        config=config,
        clock=clock,
        random=random,
        hasher=hasher,
        transactions=transactions,
        policy=policy,
        journal=journal,
        site=site,
        identity=identity,
        authentication=authentication,
        flows=Flows(transactions, clock, random, identity, handlers),
        profile=Profile(transactions, clock, journal, casework.register, links, changes),
        handoff=Handoff(transactions, clock, journal, config.support_email),
        privacy_signal=PrivacySignal(transactions, clock, hasher, choices, casework.register),
        turns=Turns(transactions, clock, identity, authentication, bot),
        casework=casework,
        feedback=Feedback(transactions, clock, journal),
        console=build_console(
            config,
            clock,
            random,
            hasher,
            transactions,
            policy,
            casework,
            overrides.get("reader") or IsolatedReader(mail_reader(config)),
            overrides,
        ),
    )


def build_worker(services: Services, **overrides: Any) -> Worker:
    """The worker on the adapters that the configuration names; `mailer`, `facebook`, `lease` may be overridden."""
    config = services.config
    secret = config.facebook_app_secret.get_secret_value()
    return Worker(
        config=config,
        clock=services.clock,
        transactions=services.transactions,
        journal=services.journal,
        mailer=overrides.get("mailer") or mailer(config),
        facebook=overrides.get("facebook") or GraphApi(config.facebook_graph_url, config.facebook_app_id, secret),
        outgoing=Outgoing(services.transactions, services.clock, reply_addresses(config)),
        site=SiteDelivery(services.site, services.transactions, services.clock, services.journal, config.support_email),
        executor=services.casework.executor,
        partners=services.casework.partners,
        lease=overrides.get("lease") or OUTBOX_LEASE,
    )


def build_timekeeper(services: Services) -> Timekeeper:
    """What time alone brings about."""
    timers, kept = services.casework.timers, services.casework.retention
    often, hourly = timedelta(minutes=1), timedelta(hours=1)
    return Timekeeper(
        services.clock,
        (
            Chore("requests expired", timers.expire, often),
            Chore("reminders of a receipt to confirm", timers.hasten, often),
            Chore("reminders of a due date", timers.remind, often),
            Chore("overdue alerts", timers.alert, often),
            Chore("copies emptied", kept.exports, hourly),
            Chore("mails emptied", kept.mails, hourly),
            Chore("requests deleted", kept.requests, hourly),
            Chore("conversations deleted", kept.conversations, hourly),
            Chore("proposals deleted", kept.proposals, hourly),
            Chore("codes deleted", kept.codes, hourly),
            Chore("tokens deleted", kept.tokens, hourly),
            Chore("outbox items deleted", kept.outbox, hourly),
        ),
    )


@dataclass(frozen=True)
class MailDesk:
    """The parts of the inbox.

    Attributes:
        reader: reads a mail in this process, as `mail replay` does; the mailroom has one in a process of its own.
    """

    reader: Reader
    gate: MailGate
    store: MailStore
    door: Door
    imap: ImapIntake
    mailroom: Mailroom


def build_mail_desk(services: Services, **overrides: Any) -> MailDesk:
    """The inbox on the adapters that the configuration names; the mailroom's `reader` and `lease` may be overridden."""
    config, transactions, clock = services.config, services.transactions, services.clock
    addresses = reply_addresses(config)
    reader = mail_reader(config)
    gate = MailGate(clock, addresses)
    turns = MailTurns(transactions, clock, services.identity, services.turns)
    correspondence = Correspondence(transactions, clock, services.random, gate, turns, config.support_email)
    store = MailStore(transactions, clock, config.support_email)
    return MailDesk(
        reader=reader,
        gate=gate,
        store=store,
        door=Door(store, addresses, reader.own | {normalise_email(config.support_email)}),
        imap=ImapIntake(config, store),
        mailroom=Mailroom(
            clock,
            transactions,
            overrides.get("reader") or IsolatedReader(reader),
            correspondence,
            overrides.get("lease") or MAIL_LEASE,
        ),
    )


def mail_reader(config: Config) -> Reader:
    """Reads a mail in the process that asks."""
    own = frozenset({config.desk_address, normalise_email(parseaddr(config.mail_from)[1])})
    return Reader(config.mail_authserv_id, own, config.mail_max_bytes)


def reply_addresses(config: Config) -> ReplyAddresses:
    """Signs the reply addresses of this deployment."""
    from bot.security.reply_addresses import SignedReplyAddresses

    secret, plus = config.secret_key.get_secret_value(), config.mail_reply_style == "plus"
    return SignedReplyAddresses(secret, config.desk_address, config.reply_domain, plus=plus)


@lru_cache(maxsize=1)
def services() -> Services:
    """The use cases of this process, built on first use from the environment."""
    return build_services(load())


def _clock() -> Clock:
    from bot.security.clock import SystemClock

    return SystemClock()


def _random() -> Randomness:
    from bot.security.randomness import SystemRandomness

    return SystemRandomness()


def _hasher(config: Config) -> Hasher:
    from bot.security.hashing import SecretHasher

    return SecretHasher(config.secret_key.get_secret_value())


def _site(config: Config, clock: Clock, random: Randomness, hasher: Hasher, transactions: Transactions) -> Site:
    if not config.site_api_url:
        return OwnAccounts(transactions, hasher, clock)
    from bot.site.client import HttpSite
    from bot.site.exchange import Exchange

    secret, timeout = config.site_api_secret.get_secret_value(), config.site_api_timeout
    exchange = Exchange(config.site_api_url, secret, timeout, config.site_api_ca, clock, random)
    return HttpSite(exchange, clock, random)


def _transactions(config: Config) -> Transactions:
    from bot.storage.unit_of_work import SqlTransactions

    return SqlTransactions(config.database_url)


def _policy(config: Config) -> Policy:
    from bot.policy.answering import PolicyAnswerer

    return PolicyAnswerer.load(config.corpus_dir, config.models_dir, policy=config.policy)


def _bot(config: Config) -> Bot:
    from bot.channels.rasa_client import RasaClient

    return RasaClient(config.rasa_url, config.secret_key.get_secret_value(), config.bot_timeout)


def _links(config: Config) -> Signer:
    from bot.security.tokens import Signer as TokenSigner

    return TokenSigner(config.secret_key.get_secret_value(), "email-change", EMAIL_LINK_LIFETIME)
