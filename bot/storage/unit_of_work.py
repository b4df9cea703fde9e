"""One transaction on SQLite or PostgreSQL, with a repository per family of tables."""

from __future__ import annotations

from types import TracebackType

from sqlalchemy.future import Connection, Engine

from bot.domain.errors import StorageBusy
from bot.services import account_ports, conversation_ports, ledger_ports, mail_ports
from bot.services.console import ports as console
from bot.services.requests import ports as casework
from bot.storage.accounts import SqlAccounts, SqlConsents, SqlPreferences
from bot.storage.answers import SqlAnswers
from bot.storage.audit import SqlAudit
from bot.storage.codes import SqlCodes, SqlSpentTokens
from bot.storage.conversations import SqlConversations, SqlMessages
from bot.storage.engine import LOCK_WAIT, open_engine
from bot.storage.failures import is_busy
from bot.storage.feedback import SqlFeedback
from bot.storage.inbox import SqlInbox
from bot.storage.mail import SqlMailInbox, SqlMailThreads, SqlSuppressions
from bot.storage.outbox import SqlOutbox
from bot.storage.people import SqlPeople
from bot.storage.proposals import SqlProposals
from bot.storage.queue import SqlQueue
from bot.storage.requests import SqlApprovals, SqlExports, SqlReceipts, SqlRequests
from bot.storage.retention import SqlRetention
from bot.storage.staff import SqlStaff, SqlStaffSessions
from bot.storage.statistics import SqlStatistics
from bot.storage.takeovers import SqlTakeovers
from bot.storage.trail import SqlTrail
from bot.storage.turnstile import Turnstile
from bot.storage.words import SqlWords

_BUSY = "The database did not answer in time; nothing was changed."


class SqlTransactions:
    """Starts transactions on one database; safe to share between threads.

    Args:
        url: `sqlite:///file` or `postgresql://…`, migrated to the newest schema.
        lock_wait: seconds to wait for others before StorageBusy.
    """

    def __init__(self, url: str, lock_wait: float = LOCK_WAIT) -> None:
        self._engine = open_engine(url, lock_wait)
        self._turnstile = Turnstile() if self._engine.dialect.name == "sqlite" else None
        self._lock_wait = lock_wait

    def __call__(self) -> SqlUnitOfWork:
        """A transaction, to be used in `with`; entering raises StorageBusy when the database stays locked."""
        return SqlUnitOfWork(self._engine, self._turnstile, self._lock_wait)

    def scrub(self) -> None:
        """Empties SQLite's write-ahead log, where older versions of changed pages lie.

        Raises:
            StorageBusy: somebody kept the database busy all the time.
        """
        if self._turnstile is None:
            return
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)", ())
            blocked = (cursor.fetchone() or (1,))[0]
        finally:
            connection.close()
        if blocked:
            raise StorageBusy(_BUSY)

    def close(self) -> None:
        """Lets go of every connection."""
        self._engine.dispose()


class SqlUnitOfWork:
    """One transaction; leaving without `commit` rolls everything back."""

    accounts: account_ports.Accounts
    preferences: account_ports.Preferences
    consents: account_ports.Consents
    conversations: conversation_ports.Conversations
    messages: conversation_ports.Messages
    codes: conversation_ports.Codes
    proposals: conversation_ports.Proposals
    requests: casework.Requests
    receipts: casework.Receipts
    approvals: casework.Approvals
    exports: casework.Exports
    people: casework.People
    retention: casework.Retention
    outbox: ledger_ports.Outbox
    mail_inbox: mail_ports.MailInbox
    mail_threads: mail_ports.MailThreads
    suppressions: mail_ports.Suppressions
    audit: ledger_ports.Audit
    spent_tokens: ledger_ports.SpentTokens
    staff: console.Staff
    staff_sessions: console.StaffSessions
    takeovers: console.Takeovers
    inbox: console.Inbox
    queue: console.Queue
    answers: console.Answers
    statistics: console.Statistics
    trail: console.AuditTrail
    feedback: console.Feedback
    words: console.Words

    def __init__(self, engine: Engine, turnstile: Turnstile | None, lock_wait: float) -> None:
        self._engine = engine
        self._turnstile = turnstile
        self._lock_wait = lock_wait

    def __enter__(self) -> SqlUnitOfWork:
        if self._turnstile and not self._turnstile.enter(self._lock_wait):
            raise StorageBusy(_BUSY)
        try:
            self._begin()
        except BaseException as error:
            if self._turnstile:
                self._turnstile.leave()
            if is_busy(error):
                raise StorageBusy(_BUSY) from error
            raise
        return self

    def _begin(self) -> None:
        self._connection = connection = self._engine.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        self.accounts = SqlAccounts(connection)
        self.preferences = SqlPreferences(connection)
        self.consents = SqlConsents(connection)
        self.conversations = SqlConversations(connection)
        self.messages = SqlMessages(connection)
        self.codes = SqlCodes(connection)
        self.proposals = SqlProposals(connection)
        self.requests = SqlRequests(connection)
        self.receipts = SqlReceipts(connection)
        self.approvals = SqlApprovals(connection)
        self.exports = SqlExports(connection)
        self.people = SqlPeople(connection)
        self.retention = SqlRetention(connection)
        self.outbox = SqlOutbox(connection)
        self.mail_inbox = SqlMailInbox(connection)
        self.mail_threads = SqlMailThreads(connection)
        self.suppressions = SqlSuppressions(connection)
        self._audit = SqlAudit(connection)
        self.audit = self._audit
        self.spent_tokens = SqlSpentTokens(connection)
        self._open_console(connection)

    @property
    def connection(self) -> Connection:
        """For parts of storage that are no repository."""
        return self._connection

    def _open_console(self, connection: Connection) -> None:
        self.staff = SqlStaff(connection)
        self.staff_sessions = SqlStaffSessions(connection)
        self.takeovers = SqlTakeovers(connection)
        self.inbox = SqlInbox(connection)
        self.queue = SqlQueue(connection)
        self.answers = SqlAnswers(connection)
        self.statistics = SqlStatistics(connection)
        self.trail = SqlTrail(connection)
        self.feedback = SqlFeedback(connection)
        self.words = SqlWords(connection)

    def commit(self) -> None:
        """Makes everything since the start, or the last commit, last."""
        self._audit.flush()
        self._connection.commit()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._connection.close()
        finally:
            if self._turnstile:
                self._turnstile.leave()
        if is_busy(error):
            raise StorageBusy(_BUSY) from error
