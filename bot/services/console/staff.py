"""Staff accounts: invited by an administrator, enrolled by their owner."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.accounts import is_email
from bot.domain.audit import AuditTag
from bot.domain.errors import InvalidInput, NotFound, TokenInvalid
from bot.domain.identity import normalise_email
from bot.domain.staff import MIN_PASSWORD, RECOVERY_CODES, Role, StaffMember
from bot.services.console.ports import StaffSecrets
from bot.services.console.record import Record
from bot.services.ports import Clock, Hasher, Randomness, Signer, Transactions, UnitOfWork

MAX_NAME = 80


@dataclass(frozen=True)
class StaffAccounts:
    """Adding, enrolling, disabling. Whoever holds an invitation sets the password and sees the TOTP secret, once."""

    transactions: Transactions
    clock: Clock
    random: Randomness
    hasher: Hasher
    secrets: StaffSecrets
    invitations: Signer
    record: Record

    def add(self, email: str, name: str, role: Role) -> str:
        """A new member; the token of the invitation.

        Raises:
            InvalidInput: not an address, no name, or the address is taken.
        """
        email, name = normalise_email(email), " ".join(name.split())
        if not is_email(email):
            raise InvalidInput("That does not look like an e-mail address.")
        if not 0 < len(name) <= MAX_NAME:
            raise InvalidInput(f"A name has 1 to {MAX_NAME} characters.")
        invitation = self.random.id()
        member = StaffMember(
            self.random.id(), email, name, role, self.clock.now(), self.secrets.new_totp(), invitation=invitation
        )
        with self.transactions() as uow:
            uow.staff.add(member)
            self.record.write(uow, AuditTag.STAFF_INVITED, None, person=email, staff=member.id, role=role.value)
            uow.commit()
        return self._token(member.id, invitation)

    def reset(self, email: str) -> str:
        """Voids password, second factor, recovery codes and sessions; the token of a new invitation."""
        invitation = self.random.id()
        with self.transactions() as uow:
            member = _by_email(uow, email)
            fresh = replace(
                member,
                password_hash="",
                totp=self.secrets.new_totp(),
                invitation=invitation,
                active=True,
                locked_until=None,
            )
            self._shut_out(uow, fresh)
            self.record.write(uow, AuditTag.STAFF_INVITED, None, person=member.email, staff=member.id, reset="yes")
            uow.commit()
        return self._token(member.id, invitation)

    def disable(self, email: str) -> None:
        """Nobody signs in as this member any more; open sessions end at once."""
        with self.transactions() as uow:
            member = _by_email(uow, email)
            self._shut_out(uow, replace(member, active=False, password_hash="", invitation=None))
            self.record.write(uow, AuditTag.STAFF_DISABLED, None, person=member.email, staff=member.id)
            uow.commit()

    def invited(self, token: str) -> StaffMember:
        """The member an invitation is for.

        Raises:
            TokenInvalid, TokenExpired: forged, too old, or taken up before.
        """
        with self.transactions() as uow:
            return self._invited(uow, token)

    def enrol(self, token: str, password: str, code: str) -> tuple[str, ...]:
        """Takes an invitation up; the recovery codes, shown this once.

        Raises:
            TokenInvalid, TokenExpired: see `invited`.
            InvalidInput: the password is too short, or the code is not the authenticator's.
        """
        if len(password) < MIN_PASSWORD:
            raise InvalidInput(f"Please take at least {MIN_PASSWORD} characters for the password.")
        hashed = self.hasher.password(password)
        codes = tuple(self.secrets.new_recovery_code() for _ in range(RECOVERY_CODES))
        with self.transactions() as uow:
            member = self._invited(uow, token)
            step = self.secrets.totp_step(member.totp, code, self.clock.now())
            if step is None or not uow.staff.take_step(member.id, step):
                raise InvalidInput("That is not the code your authenticator shows. Please type the newest one.")
            uow.staff.save(replace(member, password_hash=hashed, invitation=None))
            uow.staff.put_recovery(member.id, [self.secrets.fingerprint(code) for code in codes])
            self.record.write(uow, AuditTag.STAFF_ENROLLED, member)
            uow.commit()
        return codes

    def _invited(self, uow: UnitOfWork, token: str) -> StaffMember:
        facts = self.invitations.read(token)
        member = uow.staff.by_id(str(facts.get("staff")))
        if member is None or not member.active or member.invitation != facts.get("invitation"):
            raise TokenInvalid("taken up before")
        return member

    def _shut_out(self, uow: UnitOfWork, member: StaffMember) -> None:
        uow.staff.save(member)
        uow.staff.reset_failed(member.id)
        uow.staff.put_recovery(member.id, ())
        uow.staff_sessions.end_all(member.id)

    def _token(self, staff_id: str, invitation: str) -> str:
        return self.invitations.sign({"staff": staff_id, "invitation": invitation})


def _by_email(uow: UnitOfWork, email: str) -> StaffMember:
    member = uow.staff.by_email(normalise_email(email))
    if member is None:
        raise NotFound("There is nobody with that address.")
    return member
