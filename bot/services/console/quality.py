"""Answers that were not good enough become evaluation cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from bot.domain.audit import AuditTag
from bot.domain.console import Position, Review, WeakAnswer
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.staff import StaffMember
from bot.services.console.ports import CaseFile
from bot.services.console.record import Record
from bot.services.ports import Randomness, Transactions

PAGE = 50
MAX_QUESTION = 500
KINDS = ("answerable", "not_in_policy", "out_of_scope")


@dataclass(frozen=True)
class Quality:
    """One press keeps a question as a case, or drops it."""

    transactions: Transactions
    random: Randomness
    cases: CaseFile
    record: Record

    def page(self, staff: StaffMember, after: Position | None) -> Sequence[WeakAnswer]:
        """What waits for a look, newest first."""
        with self.transactions() as uow:
            rows = uow.answers.weak(after, PAGE)
            self.record.write(uow, AuditTag.LIST_VIEWED, staff, list="weak answers")
            uow.commit()
        return rows

    def keep(self, staff: StaffMember, conversation_id: str, seq: int, question: str, kind: str) -> bool:
        """Writes a case; False when a colleague already dealt with it.

        Args:
            question: as the agent left it, without anything that names a person.
            kind: what a good answer would be, one of KINDS.

        Raises:
            InvalidInput: no question, too long, or an unknown kind.
            NotFound: there is no such answer.
        """
        question = " ".join(question.split())
        if not 0 < len(question) <= MAX_QUESTION or kind not in KINDS:
            raise InvalidInput(f"A case needs a question of 1 to {MAX_QUESTION} characters and a kind.")
        if not self._close(staff, conversation_id, seq, Review.KEPT, AuditTag.CASE_KEPT):
            return False
        self.cases.append({"id": f"desk-{self.random.id()}", "question": question, "kind": kind, "gold_quotes": []})
        return True

    def drop(self, staff: StaffMember, conversation_id: str, seq: int) -> bool:
        """Nothing to learn here; False when a colleague already dealt with it."""
        return self._close(staff, conversation_id, seq, Review.DROPPED, AuditTag.CASE_DROPPED)

    def _close(self, staff: StaffMember, conversation_id: str, seq: int, review: Review, tag: AuditTag) -> bool:
        with self.transactions() as uow:
            if uow.answers.one(conversation_id, seq) is None:
                raise NotFound("There is no such answer.")
            done = uow.answers.close(conversation_id, seq, review)
            if done:
                self.record.write(uow, tag, staff, conversation_id=conversation_id)
            uow.commit()
        return done
