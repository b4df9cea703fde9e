"""What was offered and waits for an answer."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.future import Connection

from bot.domain.proposals import Proposal, ProposalState
from bot.storage import tables
from bot.storage.conversations import hold_conversation
from bot.storage.rows import as_row, changed, insert, one, selecting


class SqlProposals:
    """A conversation has at most one open proposal; an index sees to it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._table = tables.proposals
        self._open = self._table.c.state == ProposalState.OPEN

    def add(self, proposal: Proposal) -> None:
        """Supersedes any open one. Raises NotFound when there is no such conversation."""
        hold_conversation(self._connection, proposal.conversation_id)
        mine = self._table.c.conversation_id == proposal.conversation_id
        changed(self._connection, update(self._table).where(mine, self._open).values(state=ProposalState.SUPERSEDED))
        insert(self._connection, self._table, as_row(proposal))

    def get(self, proposal_id: str) -> Proposal | None:
        """The proposal, whatever its state, or None."""
        return one(self._connection, selecting(self._table, Proposal).where(self._table.c.id == proposal_id), Proposal)

    def newest_open(self, conversation_id: str) -> Proposal | None:
        """The open one, or None."""
        query = selecting(self._table, Proposal).where(self._table.c.conversation_id == conversation_id, self._open)
        return one(self._connection, query, Proposal)

    def mark_asked(self, proposal_id: str) -> None:
        """The explicit yes/no question has been put."""
        changed(self._connection, update(self._table).where(self._table.c.id == proposal_id).values(asked=True))

    def close(self, proposal_id: str, state: ProposalState) -> bool:
        """Leaves OPEN atomically; whether this call did it."""
        mine = self._table.c.id == proposal_id
        return changed(self._connection, update(self._table).where(mine, self._open).values(state=state)) == 1
