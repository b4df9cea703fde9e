"""Signing in to the console: password and second factor at once, one answer for whatever was wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.audit import AuditTag
from bot.domain.errors import SignInRefused
from bot.domain.identity import normalise_email
from bot.domain.staff import StaffMember, StaffSession
from bot.services.console.ports import StaffSecrets
from bot.services.console.record import Record
from bot.services.identity import LOCK_OUT, MAX_PASSWORD, PASSWORD_TRIES
from bot.services.ports import Clock, Hasher, Randomness, Transactions, UnitOfWork

TOTP_DIGITS = 6


@dataclass(frozen=True)
class StaffSignIn:
    """Sessions of the console. The cookie is random; its hash is the session's id."""

    transactions: Transactions
    clock: Clock
    random: Randomness
    hasher: Hasher
    secrets: StaffSecrets
    record: Record

    def sign_in(self, email: str, password: str, code: str) -> str:
        """The cookie of a new session.

        Args:
            code: what the authenticator shows, or a recovery code.

        Raises:
            SignInRefused: anything was wrong, or the account is locked; never says which.
        """
        now = self.clock.now()
        with self.transactions() as uow:
            known = uow.staff.by_email(normalise_email(email))
        stored = known.password_hash if known else ""
        fits = self.hasher.password_fits(password[:MAX_PASSWORD], stored)
        with self.transactions() as uow:
            member = uow.staff.by_id(known.id) if known else None
            locked = member is not None and member.locked_until is not None and now < member.locked_until
            usable = member is not None and member.active and member.password_hash == stored and not locked
            if member is None or not usable or not fits or not self._second_factor(uow, member, code):
                self._refuse(uow, None if locked else member, email)
                uow.commit()
                raise SignInRefused()
            uow.staff.reset_failed(member.id)
            cookie = self.random.id() + self.random.id()
            uow.staff_sessions.add(StaffSession(self.secrets.fingerprint(cookie), member.id, now, now))
            self.record.write(uow, AuditTag.STAFF_SIGNED_IN, member)
            uow.commit()
        return cookie

    def who(self, cookie: str, *, used: bool = True) -> StaffMember | None:
        """Whose session this is, if it still counts.

        Args:
            used: somebody did something, which keeps the session alive; a page that refreshes itself does not.
        """
        if not cookie:
            return None
        now, session_id = self.clock.now(), self.secrets.fingerprint(cookie)
        with self.transactions() as uow:
            session = uow.staff_sessions.get(session_id)
            if session is None:
                return None
            member = uow.staff.by_id(session.staff_id)
            if member is None or not member.active or not session.live(now):
                uow.staff_sessions.end(session_id)
                uow.commit()
                return None
            if used:
                uow.staff_sessions.touch(session_id, now)
                uow.commit()
        return member

    def sign_out(self, cookie: str, member: StaffMember) -> None:
        """Ends the session."""
        with self.transactions() as uow:
            uow.staff_sessions.end(self.secrets.fingerprint(cookie))
            self.record.write(uow, AuditTag.STAFF_SIGNED_OUT, member)
            uow.commit()

    def _second_factor(self, uow: UnitOfWork, member: StaffMember, code: str) -> bool:
        code = "".join(code.split()).upper()
        if len(code) == TOTP_DIGITS and code.isdigit():
            step = self.secrets.totp_step(member.totp, code, self.clock.now())
            return step is not None and uow.staff.take_step(member.id, step)
        return uow.staff.spend_recovery(member.id, self.secrets.fingerprint(code))

    def _refuse(self, uow: UnitOfWork, member: StaffMember | None, email: str) -> None:
        self.record.write(uow, AuditTag.STAFF_REFUSED, member, person=normalise_email(email))
        if member and uow.staff.count_failed(member.id) >= PASSWORD_TRIES:
            uow.staff.save(replace(member, locked_until=self.clock.now() + LOCK_OUT))
            uow.staff.reset_failed(member.id)
            self.record.write(uow, AuditTag.STAFF_LOCKED_OUT, member)
