"""What people think of an answer, and of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from bot.domain.audit import AuditTag
from bot.domain.console import BEST_SCORE, Rating, Score
from bot.domain.errors import InvalidInput
from bot.domain.identity import Conversation
from bot.domain.messages import Sender
from bot.services.journal import Journal
from bot.services.ports import Clock, Transactions


@dataclass(frozen=True)
class Feedback:
    """Asked of nobody twice, changed as often as they like; the newest word counts."""

    transactions: Transactions
    clock: Clock
    journal: Journal

    def rate(self, conversation: Conversation, seq: int, up: bool | None) -> None:
        """Thumbs up or down on an answer; None takes them back. A thumb down has somebody look at the answer.

        Raises:
            InvalidInput: there is no such answer in this conversation.
        """
        with self.transactions() as uow:
            message = next(iter(uow.messages.after(conversation.id, seq - 1, limit=1)), None)
            answer = message is not None and message.seq == seq and message.sender is Sender.BOT
            if message is None or not answer or (message.card or {}).get("type") != "answer":
                raise InvalidInput("That is not one of my answers.")
            if up is None:
                uow.feedback.unrate(conversation.id, seq)
            else:
                uow.feedback.rate(Rating(conversation.id, seq, self.clock.now(), up))
            uow.answers.object(conversation.id, seq, objected=up is False)
            thumb = {True: "up", False: "down", None: "taken back"}[up]
            self.journal.write(uow, AuditTag.ANSWER_RATED, conversation, thumb=thumb)
            uow.commit()

    def score(self, conversation: Conversation, score: int) -> None:
        """How content somebody was, from 1 to BEST_SCORE. Raises InvalidInput."""
        if not 1 <= score <= BEST_SCORE:
            raise InvalidInput(f"A score is a number from 1 to {BEST_SCORE}.")
        with self.transactions() as uow:
            helped = any(said.sender is Sender.STAFF for said in uow.messages.newest(conversation.id, 200))
            uow.feedback.score(Score(conversation.id, self.clock.now(), score, helped))
            self.journal.write(uow, AuditTag.CHAT_SCORED, conversation, score=str(score))
            uow.commit()

    def given(self, conversation: Conversation) -> tuple[Mapping[int, bool], int | None]:
        """Thumbs by message number, and the score, as far as there are any."""
        with self.transactions() as uow:
            score = uow.feedback.scored(conversation.id)
            return uow.feedback.ratings(conversation.id), score.score if score else None
