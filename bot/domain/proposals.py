"""What the assistant has offered to do and not done yet.

A proposal is born when a person asks for something that needs another step: to sign in, to prove a mailbox, or to
say yes. The yes counts for the newest open proposal of the conversation, or for the very one a button names, and
for nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Mapping

PROPOSAL_LIFETIME = timedelta(minutes=30)


class ProposalKind(str, Enum):
    """What would be done."""

    VIEW_SETTINGS = "view_settings"
    CHANGE_SETTINGS = "change_settings"
    VIEW_PROFILE = "view_profile"
    CHANGE_PROFILE = "change_profile"
    DELETE_ACCOUNT = "delete_account"
    PREVIEW_DELETION = "preview_deletion"
    REPORT_CHILD = "report_child"
    EXPORT = "export"
    REQUEST_STATUS = "request_status"
    REVOKE_REQUEST = "revoke_request"
    SIGN_IN = "sign_in"


class ProposalState(str, Enum):
    """Open proposals wait; the others are history."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Proposal:
    """One offered action.

    Attributes:
        details: what exactly would be done; JSON-serialisable, its shape belongs to `kind`.
        asked: the explicit yes/no question has been put, so a yes may count.
    """

    id: str
    conversation_id: str
    kind: ProposalKind
    created_at: datetime
    expires_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
    state: ProposalState = ProposalState.OPEN
    asked: bool = False

    def live(self, now: datetime) -> bool:
        """Whether it can still be acted on."""
        return self.state is ProposalState.OPEN and now < self.expires_at
