"""The audit log: append-only, each row sealed to the one before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Iterable, Mapping

GENESIS = "0" * 64


class AuditTag(str, Enum):
    """What happened, as `subject:verb`."""

    SIGNED_IN = "identity:sign_in"
    SIGNED_OUT = "identity:sign_out"
    SIGN_IN_REFUSED = "identity:sign_in_refused"
    LOCKED_OUT = "identity:locked_out"
    CODE_SENT = "identity:code_sent"
    CODE_PROVED = "identity:code_proved"
    CODE_REFUSED = "identity:code_refused"
    TOKEN_REFUSED = "identity:token_refused"  # noqa: S105
    SETTING_CHANGED = "setting:change"
    PROFILE_CHANGED = "profile:change"
    EMAIL_CHANGE_ASKED = "profile:email_change_asked"
    EMAIL_CHANGED = "profile:email_changed"
    REQUEST_OPENED = "request:open"
    REQUEST_ADVANCED = "request:advance"
    REQUEST_DETAILED = "request:detail"
    REQUEST_APPROVED = "request:approve"
    REQUEST_EXTENDED = "request:extend"
    STORE_ERASED = "request:erase_store"
    EXPORT_TAKEN = "request:take_export"
    PARTNER_TOLD = "partner:notify"
    RECORD_PURGED = "request:purge"
    FACEBOOK_ASKED = "facebook:data_deletion"
    ACCESS_REFUSED = "access:refused"
    HANDOFF_ASKED = "conversation:handoff"
    FACEBOOK_REVOKED = "facebook:revoke"
    SITE_TOLD = "site:tell"
    SITE_REFUSED = "site:refuse"
    MIRRORED = "site:mirror"
    STAFF_INVITED = "staff:invite"
    STAFF_ENROLLED = "staff:enrol"
    STAFF_DISABLED = "staff:disable"
    STAFF_SIGNED_IN = "staff:sign_in"
    STAFF_SIGNED_OUT = "staff:sign_out"
    STAFF_REFUSED = "staff:sign_in_refused"
    STAFF_LOCKED_OUT = "staff:locked_out"
    LOOKED_UP = "console:lookup"
    PERSON_VIEWED = "console:view_person"
    CONVERSATION_VIEWED = "console:view_conversation"
    LIST_VIEWED = "console:view_list"
    LIST_EXPORTED = "console:export_list"
    TAKEN_OVER = "conversation:take_over"
    STAFF_REPLIED = "conversation:staff_reply"
    GIVEN_BACK = "conversation:give_back"
    NOTE_ADDED = "request:note"
    CASE_KEPT = "quality:keep_case"
    CASE_DROPPED = "quality:drop_case"
    CHAIN_CHECKED = "audit:check"
    ANSWER_RATED = "feedback:rate"
    CHAT_SCORED = "feedback:score"
    MAIL_VIEWED = "mail:view"
    MAIL_RELEASED = "mail:release"
    MAIL_DISCARDED = "mail:discard"
    SENDING_RETRIED = "outbox:retry"
    SENDING_DISCARDED = "outbox:discard"
    ADDRESS_ALLOWED = "mail:allow_address"


@dataclass(frozen=True)
class AuditEntry:
    """One thing that happened.

    Attributes:
        actor: who did it: `person`, `system`, or a staff member's id.
        subject: keyed hash of the account or mailbox concerned; the log itself names nobody.
        details: small facts without personal data (setting keys, states, references).
    """

    at: datetime
    tag: AuditTag
    actor: str
    subject: str
    conversation_id: str
    details: Mapping[str, str] = field(default_factory=dict)


def seal(entry: AuditEntry, previous: str) -> str:
    """SHA-256 over the previous seal and the canonical JSON of the entry."""
    body = json.dumps(
        [
            previous,
            entry.at.isoformat(),
            entry.tag.value,
            entry.actor,
            entry.subject,
            entry.conversation_id,
            dict(entry.details),
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(body.encode()).hexdigest()


def first_broken(rows: Iterable[tuple[int, AuditEntry, str]]) -> int | None:
    """The number of the first row whose seal does not fit, or None when the chain is whole.

    Args:
        rows: (row number, entry, stored seal), oldest first, numbered from 1 without gaps.
    """
    previous, expected = GENESIS, 1
    for number, entry, stored in rows:
        if number != expected or seal(entry, previous) != stored:
            return expected
        previous, expected = stored, expected + 1
    return None
