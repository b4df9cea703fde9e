"""From a wish to a deed: sign in first, prove the mailbox, say yes; then it is done, once, in one transaction.

Each kind of proposal has a Handler that knows what it needs and what it does. Everything between is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Mapping, Sequence, Union

from bot.domain.accounts import Account, mask_email
from bot.domain.errors import NoAccount, PrivacyDeskError, ProposalGone, TooManyAttempts
from bot.domain.identity import Assurance, Conversation
from bot.domain.proposals import PROPOSAL_LIFETIME, Proposal, ProposalKind, ProposalState
from bot.services.identity import Identity, load
from bot.services.ports import Clock, Randomness, Transactions, UnitOfWork


@dataclass(frozen=True)
class SignInNeeded:
    """The person must first show who they are; the wish is kept."""

    rung: Assurance


@dataclass(frozen=True)
class CodeNeeded:
    """A code was mailed to the address on record, shown masked; the wish is kept.

    Attributes:
        sent: False when the mailbox had its share of codes for the hour.
    """

    mailbox: str
    sent: bool = True


@dataclass(frozen=True)
class Question:
    """Nothing was done yet; an explicit yes to this very proposal does it."""

    proposal: Proposal
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Done:
    """It happened and is committed; `facts` says what, for the reply.

    Attributes:
        next: where the next wish of the same message now stands, when there was one.
    """

    kind: ProposalKind
    facts: Mapping[str, Any]
    next: Step | None = None


@dataclass(frozen=True)
class Refused:
    """The next wish of a message could not be taken; those before it stand.

    Attributes:
        next: where the wish behind it now stands, when there was one.
    """

    error: PrivacyDeskError
    next: Step | None = None


Step = Union[SignInNeeded, CodeNeeded, Question, Done, Refused]
# A queue of wishes lives in the details of the one that is open, as [[kind, details], …].
THEN = "then"


@dataclass(frozen=True)
class Wish:
    """A proposal with everything a handler may look at.

    Attributes:
        conversation: of the person, at the rung the handler asked for.
        holder: their account; None when the proved mailbox has none.
    """

    uow: UnitOfWork
    conversation: Conversation
    holder: Account | None
    proposal: Proposal

    @property
    def account(self) -> Account:
        """Their account. Raises NoAccount."""
        if self.holder is None:
            raise NoAccount()
        return self.holder

    @property
    def details(self) -> Mapping[str, Any]:
        """What exactly the person asked for."""
        return self.proposal.details


class Handler:
    """One kind of proposal.

    Attributes:
        needs_account: False when a proved mailbox is enough.
        only_shows: it changes nothing, so while another wish waits for a sign-in or a code it is answered beside it.
    """

    needs_account: ClassVar[bool] = True
    only_shows: ClassVar[bool] = False

    def begun(self, uow: UnitOfWork, conversation: Conversation, proposal: Proposal) -> None:
        """The wish was just said; nobody has proved anything yet."""

    def proved(self, wish: Wish) -> None:
        """The person has shown who they are."""

    def declined(self, uow: UnitOfWork, conversation: Conversation) -> None:
        """The person said no, or never mind."""

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        """What the person must have proved."""
        raise NotImplementedError

    def question(self, wish: Wish) -> Mapping[str, Any] | None:
        """Facts of the yes/no question to put first, or None when none is needed."""
        return None

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        """Does it inside the open transaction; the facts of the reply."""
        raise NotImplementedError


@dataclass(frozen=True)
class Flows:
    """Carries every proposal from asked to done."""

    transactions: Transactions
    clock: Clock
    random: Randomness
    identity: Identity
    handlers: Mapping[ProposalKind, Handler]

    def begin(self, conversation_id: str, kind: ProposalKind, details: Mapping[str, Any]) -> Step:
        """Takes a new wish; whatever waited before no longer does, unless the new one can be shown at once.

        Raises:
            NotFound: no such conversation.
            NoAccount: the mailbox is proved, but has no account.
        """
        now = self.clock.now()
        proposal = Proposal(self.random.id(), conversation_id, kind, now, now + PROPOSAL_LIFETIME, details)
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            if self._shown_beside(uow, conversation, proposal):
                wish = Wish(uow, conversation, self._holder(uow, conversation), proposal)
                step: Step = Done(kind, self.handlers[kind].perform(wish))
                uow.commit()
            else:
                uow.proposals.add(proposal)
                self.handlers[kind].begun(uow, conversation, proposal)
                step = self._advance(uow, conversation, proposal, agreed=False)
        return self._go_on(proposal, step)

    def begin_all(self, conversation_id: str, wishes: Sequence[tuple[ProposalKind, Mapping[str, Any]]]) -> Step:
        """Takes several wishes of one message, at least one, to be carried out in order.

        The next is begun when the one before it is done or declined. Each keeps its own sign-in, code and yes.

        Raises:
            NotFound: no such conversation.
            NoAccount: the mailbox is proved, but has no account.
        """
        (kind, details), *rest = wishes
        return self.begin(conversation_id, kind, {**details, **_queue([[k.value, dict(d)] for k, d in rest])})

    def resume(self, conversation_id: str) -> Step | None:
        """Goes on with what waited for a sign-in or a code; None when nothing did."""
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            proposal = uow.proposals.newest_open(conversation_id)
            if proposal is None or not proposal.live(self.clock.now()):
                return None
            step = self._advance(uow, conversation, proposal, agreed=False)
        return self._go_on(proposal, step)

    def confirm(self, conversation_id: str, proposal_id: str | None = None) -> Step:
        """Takes a yes: to the proposal a button named, or typed, to the one question that is open.

        Raises:
            ProposalGone: it was answered, replaced or is too old, or no question was put.
        """
        with self.transactions() as uow:
            conversation = load(uow, conversation_id)
            proposal = self._open(uow, conversation_id, proposal_id)
            if not proposal.asked:
                raise ProposalGone()
            step = self._advance(uow, conversation, proposal, agreed=True)
        return self._go_on(proposal, step)

    def decline(self, conversation_id: str, proposal_id: str | None = None) -> Step | None:
        """Takes a no, or a never mind; where the next wish of the same message stands, or None.

        Raises:
            ProposalGone: nothing was waiting.
        """
        with self.transactions() as uow:
            proposal = self._open(uow, conversation_id, proposal_id)
            uow.proposals.close(proposal.id, ProposalState.DECLINED)
            self.handlers[proposal.kind].declined(uow, load(uow, conversation_id))
            uow.commit()
        # A question that was put is declined alone; a never mind at the sign-in ends all that waited for it.
        return self._next(proposal) if proposal.asked else None

    def waiting(self, conversation_id: str) -> Proposal | None:
        """What waits for a sign-in, a code or a yes, or None."""
        with self.transactions() as uow:
            proposal = uow.proposals.newest_open(conversation_id)
        return proposal if proposal is not None and proposal.live(self.clock.now()) else None

    def _go_on(self, proposal: Proposal, step: Step) -> Step:
        return replace(step, next=self._next(proposal)) if isinstance(step, Done) else step

    def _next(self, proposal: Proposal) -> Step | None:
        return self._begin_next(proposal.conversation_id, proposal.details.get(THEN, ()))

    def _begin_next(self, conversation_id: str, waiting: Sequence[Any]) -> Step | None:
        if not waiting:
            return None
        (kind, details), *rest = waiting
        try:
            return self.begin(conversation_id, ProposalKind(kind), {**details, **_queue(rest)})
        except PrivacyDeskError as error:
            return Refused(error, self._begin_next(conversation_id, rest))

    def _open(self, uow: UnitOfWork, conversation_id: str, proposal_id: str | None) -> Proposal:
        proposal = uow.proposals.newest_open(conversation_id)
        if proposal is None or not proposal.live(self.clock.now()) or proposal_id not in (None, proposal.id):
            raise ProposalGone()
        return proposal

    def _advance(self, uow: UnitOfWork, conversation: Conversation, proposal: Proposal, *, agreed: bool) -> Step:
        handler = self.handlers[proposal.kind]
        rung = handler.rung(proposal.details)
        if conversation.assurance(self.clock.now()) < rung:
            step = self._prove(uow, conversation, rung)
            uow.commit()
            return step
        account = self._holder(uow, conversation)
        if account is None and handler.needs_account:
            uow.proposals.close(proposal.id, ProposalState.DECLINED)
            uow.commit()
            raise NoAccount()
        wish = Wish(uow, conversation, account, proposal)
        handler.proved(wish)
        facts = None if agreed else handler.question(wish)
        if facts is not None:
            uow.proposals.mark_asked(proposal.id)
            uow.commit()
            return Question(proposal, facts)
        if not uow.proposals.close(proposal.id, ProposalState.DONE):
            raise ProposalGone()
        done = Done(proposal.kind, handler.perform(wish))
        uow.commit()
        return done

    def _shown_beside(self, uow: UnitOfWork, conversation: Conversation, proposal: Proposal) -> bool:
        handler, now = self.handlers[proposal.kind], self.clock.now()
        waiting = uow.proposals.newest_open(conversation.id)
        if not handler.only_shows or waiting is None or waiting.asked or not waiting.live(now):
            return False
        known = not handler.needs_account or self._holder(uow, conversation) is not None
        return known and conversation.assurance(now) >= handler.rung(proposal.details)

    @staticmethod
    def _holder(uow: UnitOfWork, conversation: Conversation) -> Account | None:
        return uow.accounts.by_id(conversation.account_id) if conversation.account_id else None

    def _prove(self, uow: UnitOfWork, conversation: Conversation, rung: Assurance) -> Step:
        if rung < Assurance.FRESH_CODE or conversation.mailbox is None:
            return SignInNeeded(rung)
        code = uow.codes.live(conversation.id, self.clock.now())
        if code is not None and code.mailbox == conversation.mailbox:
            return CodeNeeded(mask_email(code.mailbox))
        try:
            self.identity.issue_code(uow, conversation, conversation.mailbox)
        except TooManyAttempts:
            return CodeNeeded(mask_email(conversation.mailbox), sent=False)
        return CodeNeeded(mask_email(conversation.mailbox))


def queued(details: Mapping[str, Any]) -> list[tuple[ProposalKind, Mapping[str, Any]]]:
    """The wishes that wait behind a proposal with these details, in order."""
    return [(ProposalKind(kind), told) for kind, told in details.get(THEN, ())]


def _queue(rest: Sequence[Any]) -> Mapping[str, Any]:
    return {THEN: list(rest)} if rest else {}
