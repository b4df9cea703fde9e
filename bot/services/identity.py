"""Signing in and out, and proving a mailbox."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.accounts import Account, is_email
from bot.domain.audit import AuditTag
from bot.domain.codes import CODE_LIFETIME, CODE_TRIES, CODES_PER_HOUR, OneTimeCode
from bot.domain.errors import (
    CodeRejected,
    InvalidInput,
    NotFound,
    SignInRefused,
    TokenInvalid,
    TokenReplayed,
    TooManyAttempts,
)
from bot.domain.identity import Assurance, Conversation, Means, normalise_email
from bot.domain.messages import OutboxKind
from bot.domain.proposals import ProposalKind, ProposalState
from bot.domain.site import Finding, SiteProfile
from bot.services.journal import Journal
from bot.services.mirror import Mirror
from bot.services.ports import Clock, Hasher, Randomness, Transactions, UnitOfWork

PASSWORD_TRIES = 5
LOCK_OUT = timedelta(minutes=15)
MAX_PASSWORD = 1024


@dataclass(frozen=True)
class Identity:
    """Everything that changes who a conversation belongs to."""

    transactions: Transactions
    clock: Clock
    random: Randomness
    hasher: Hasher
    journal: Journal
    mirror: Mirror

    def open(self, channel: str) -> Conversation:
        """A new anonymous conversation."""
        conversation = Conversation(self.random.id(), channel, self.clock.now())
        with self.transactions() as uow:
            uow.conversations.add(conversation)
            uow.commit()
        return conversation

    def get(self, conversation_id: str, epoch: int) -> Conversation:
        """The conversation a token speaks of.

        Raises:
            TokenInvalid: unknown, or the identity changed since the token was issued.
        """
        with self.transactions() as uow:
            conversation = uow.conversations.get(conversation_id)
        if conversation is None or conversation.epoch != epoch:
            raise TokenInvalid("This conversation has moved on.")
        return conversation

    def sign_in(self, conversation_id: str, email: str, password: str) -> Conversation:
        """Signs in with a password; an unknown address takes the same path and the same time.

        Raises:
            SignInRefused: wrong, unknown or locked; never says which.
        """
        mailbox, now = normalise_email(email), self.clock.now()
        with self.transactions() as uow:
            account = uow.accounts.by_email(mailbox)
        stored = account.password_hash if account else ""
        fits = self.hasher.password_fits(password[:MAX_PASSWORD], stored)
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            account = uow.accounts.by_email(mailbox)
            fits = fits and account is not None and account.password_hash == stored
            return self._decide(uow, conversation, mailbox, account, fits=fits, now=now)

    def admit(self, conversation_id: str, mailbox: str, profile: SiteProfile | None) -> Conversation:
        """Signs in on the site's word about a password it has checked.

        Args:
            profile: of the account whose password fitted, or None.

        Raises:
            SignInRefused: wrong, unknown or locked here; never says which.
        """
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            account = self.mirror.reflect(uow, profile) if profile else uow.accounts.by_email(mailbox)
            return self._decide(uow, conversation, mailbox, account, fits=profile is not None, now=self.clock.now())

    def _decide(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        mailbox: str,
        account: Account | None,
        *,
        fits: bool,
        now: datetime,
    ) -> Conversation:
        locked = account is not None and account.locked_until is not None and now < account.locked_until
        if account is None or locked or not fits:
            self._count_refusal(uow, conversation, mailbox, None if locked else account, now)
            uow.commit()
            raise SignInRefused()
        uow.accounts.save(replace(account, failed_sign_ins=0, locked_until=None))
        signed_in = replace(
            conversation,
            mailbox=account.email,
            account_id=account.id,
            base=Assurance.PASSWORD,
            code_at=conversation.code_at if conversation.account_id == account.id else None,
            epoch=conversation.epoch + 1,
            means=Means.PASSWORD,
        )
        uow.conversations.save(signed_in)
        self.journal.write(uow, AuditTag.SIGNED_IN, signed_in, how="password")
        uow.commit()
        return signed_in

    def _count_refusal(
        self, uow: UnitOfWork, conversation: Conversation, mailbox: str, account: Account | None, now: datetime
    ) -> None:
        self.journal.write(uow, AuditTag.SIGN_IN_REFUSED, conversation, subject=account.id if account else mailbox)
        if account and uow.accounts.count_failed_sign_in(account.id) >= PASSWORD_TRIES:
            fresh = uow.accounts.by_id(account.id)
            if fresh:
                uow.accounts.save(replace(fresh, failed_sign_ins=0, locked_until=now + LOCK_OUT))
                self.journal.write(uow, AuditTag.LOCKED_OUT, conversation, actor="system", subject=account.id)

    def send_code(self, conversation_id: str, email: str) -> None:
        """Mails a code to any address: whoever types it back controls the mailbox, account or not.

        Raises:
            InvalidInput: not an address.
            TooManyAttempts: this mailbox got its share for the hour.
        """
        mailbox = normalise_email(email)
        if not is_email(mailbox):
            raise InvalidInput("That does not look like an e-mail address.")
        with self.transactions() as uow:
            self.issue_code(uow, load(uow, conversation_id), mailbox)
            uow.commit()

    def issue_code(self, uow: UnitOfWork, conversation: Conversation, mailbox: str) -> None:
        """Puts a new code and its mail into the open transaction. Raises TooManyAttempts."""
        now = self.clock.now()
        if uow.codes.mailed_since(mailbox, now - timedelta(hours=1)) >= CODES_PER_HOUR:
            raise TooManyAttempts(retry_after=3600)
        digits, code_id = self.random.code(), self.random.id()
        sealed = self.hasher.code(conversation.id, mailbox, digits)
        uow.codes.put(OneTimeCode(code_id, conversation.id, mailbox, sealed, now, now + CODE_LIFETIME))
        payload = {"to": mailbox, "template": "code", "values": {"code": digits}, "conversation": conversation.id}
        uow.outbox.put(f"code:{code_id}", OutboxKind.MAIL, payload, now)
        self.journal.write(uow, AuditTag.CODE_SENT, conversation, subject=mailbox)

    def code_expected(self, conversation_id: str) -> bool:
        """Whether this conversation has a live code, so that digits typed in chat are one."""
        with self.transactions() as uow:
            return uow.codes.live(conversation_id, self.clock.now()) is not None

    def mailbox_asked(self, conversation_id: str) -> str | None:
        """The mailbox that the live code of this conversation went to."""
        with self.transactions() as uow:
            code = uow.codes.live(conversation_id, self.clock.now())
        return code.mailbox if code else None

    def address_wanted(self, conversation_id: str) -> str | None:
        """The intent that a bare e-mail address answers: who the person is, or which account a child has."""
        with self.transactions() as uow:
            conversation = uow.conversations.get(conversation_id)
            waiting = uow.proposals.newest_open(conversation_id)
        if conversation is None or waiting is None or not waiting.live(self.clock.now()):
            return None
        if conversation.mailbox is None:
            return "sign_in"
        return "report_child" if waiting.kind is ProposalKind.REPORT_CHILD and waiting.asked else None

    def prove_code(self, conversation_id: str, digits: str, finding: Finding | None = None) -> Conversation:
        """Takes a code typed back. Of five wrong tries the last one throws the code away.

        Args:
            finding: what the site said about the mailbox of the code, where the accounts are the site's.

        Raises:
            CodeRejected: wrong, expired, spent, or meant for another conversation.
            AccountsAway: right, but the site is away and we never met this person; the code stays good.
        """
        now = self.clock.now()
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            code = uow.codes.live(conversation_id, now)
            tries = uow.codes.try_once(code.id) if code else 0
            if code is None or tries == 0 or tries > CODE_TRIES:
                self.journal.write(uow, AuditTag.CODE_REFUSED, conversation)
                uow.commit()
                raise CodeRejected(0)
            sealed = self.hasher.code(conversation_id, code.mailbox, digits)
            if not self.hasher.equal(sealed, code.code_hash) or not uow.codes.delete(code.id):
                if tries == CODE_TRIES:
                    uow.codes.delete(code.id)
                self.journal.write(uow, AuditTag.CODE_REFUSED, conversation, subject=code.mailbox)
                uow.commit()
                raise CodeRejected(CODE_TRIES - tries)
            account = self.mirror.holder(uow, code.mailbox, finding) if finding else uow.accounts.by_email(code.mailbox)
            same = account is not None and account.id == conversation.account_id
            stays = same and conversation.base > Assurance.MAILBOX
            proved = replace(
                conversation,
                mailbox=code.mailbox,
                account_id=account.id if account else None,
                base=conversation.base if stays else Assurance.MAILBOX,
                code_at=now,
                epoch=conversation.epoch + 1,
                means=conversation.means if stays else Means.CODE,
            )
            uow.conversations.save(proved)
            self.journal.write(uow, AuditTag.CODE_PROVED, proved)
            uow.commit()
        return proved

    def vouch(
        self,
        conversation_id: str,
        account_id: str,
        token_id: str,
        expires_at: datetime,
        finding: Finding | None = None,
    ) -> Conversation:
        """Takes the host page's word, given in a JWT that the gateway has verified.

        Args:
            finding: what the site said about this account, where the accounts are the site's.

        Raises:
            TokenReplayed: this JWT was used before.
            NotFound: it names an account that does not exist.
            AccountsAway: the site is away and we never met this person.
        """
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            if not uow.spent_tokens.spend(f"jwt:{token_id}", expires_at):
                raise TokenReplayed("This sign-in was used before.")
            account = self.mirror.named(uow, account_id, finding) if finding else uow.accounts.by_id(account_id)
            if account is None or account.erased:
                raise NotFound("There is no such account.")
            vouched = replace(
                conversation,
                mailbox=account.email,
                account_id=account.id,
                base=Assurance.PASSWORD,
                code_at=None,
                epoch=conversation.epoch + 1,
                means=Means.WEBSITE,
            )
            uow.conversations.save(vouched)
            self.journal.write(uow, AuditTag.SIGNED_IN, vouched, how="host")
            uow.commit()
        return vouched

    def sign_out(self, conversation_id: str) -> Conversation:
        """Back to anonymous; what was waiting for an answer is dropped, and a live code is void."""
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            waiting = uow.proposals.newest_open(conversation_id)
            if waiting:
                uow.proposals.close(waiting.id, ProposalState.DECLINED)
            code = uow.codes.live(conversation_id, self.clock.now())
            if code:
                uow.codes.delete(code.id)
            self.journal.write(uow, AuditTag.SIGNED_OUT, conversation)
            out = Conversation(
                conversation.id, conversation.channel, conversation.created_at, epoch=conversation.epoch + 1
            )
            uow.conversations.save(out)
            uow.commit()
        return out

    def refused(self, conversation_id: str, what: str) -> None:
        """Puts a refused token, button or foreign conversation on record."""
        with self.transactions() as uow:
            conversation = uow.conversations.get(conversation_id)
            stranger = conversation or Conversation(conversation_id[:64], "unknown", self.clock.now())
            self.journal.write(uow, AuditTag.TOKEN_REFUSED, stranger, what=what[:100])
            uow.commit()


def load(uow: UnitOfWork, conversation_id: str) -> Conversation:
    """The conversation, which must exist.

    Raises:
        NotFound: it does not.
    """
    conversation = uow.conversations.get(conversation_id)
    if conversation is None:
        raise NotFound("There is no such conversation.")
    return conversation
