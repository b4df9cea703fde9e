"""Domain errors as a status and one kind sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.domain import errors

_SENTENCES: tuple[tuple[type[Exception], int, str, str | None], ...] = (
    (errors.InvalidInput, 400, "invalid_input", None),
    (errors.CodeRejected, 400, "code_rejected", None),
    (errors.SignInRefused, 401, "sign_in_refused", "That did not work. Check both, or let me mail you a code instead."),
    (errors.TokenExpired, 401, "token_expired", "This was open for too long. Please start again."),
    (errors.TokenReplayed, 401, "token_replayed", "This was used before. Please start again."),
    (errors.TokenError, 401, "token_invalid", "This is not valid any more. Please start again."),
    (errors.StepUpRequired, 403, "step_up", "Please sign in first."),
    (errors.NotFound, 404, "not_found", "There is nothing here."),
    (errors.AlreadyTaken, 409, "already_taken", None),
    (
        errors.IllegalTransition,
        409,
        "moved_on",
        "Somebody was quicker: this has moved on. Reload to see where it stands.",
    ),
    (errors.NotSwitchable, 409, "not_switchable", None),
    (errors.ProposalGone, 410, "gone", "This is no longer waiting for an answer."),
    (errors.TooManyAttempts, 429, "too_many", None),
    (errors.StorageBusy, 503, "busy", "I am very busy. Nothing was changed; please try again in a moment."),
    (errors.AccountsAway, 503, "accounts_away", None),
    (errors.BotUnavailable, 503, "unavailable", "I cannot answer just now. Please try again in a moment."),
)


@dataclass(frozen=True)
class Problem:
    """What a client is told.

    Attributes:
        extra: more facts for the client: `retry_after` in seconds, `tries_left`.
    """

    status: int
    code: str
    sentence: str
    extra: dict[str, Any]

    def json(self) -> dict[str, Any]:
        """The body of the response, or the rest of an error frame."""
        return {"error": self.sentence, "code": self.code, **self.extra}


UNEXPECTED = "Something went wrong on my side. Please try again in a moment."


def problem(error: Exception) -> Problem | None:
    """What to tell about this error, or None when nobody raised it on purpose."""
    if isinstance(error, web.HTTPException):
        return _http(error)
    for kind, status, code, sentence in _SENTENCES:
        if isinstance(error, kind):
            return Problem(status, code, sentence or _own_words(error), _extra(error))
    return None


def _own_words(error: Exception) -> str:
    if isinstance(error, errors.TooManyAttempts):
        return f"That was a lot in a short time. Please wait {_wait(error.retry_after)} and try again."
    if isinstance(error, errors.CodeRejected):
        if error.tries_left == 0:
            return "That code is not valid any more. Please ask for a new one."
        left = "one try" if error.tries_left == 1 else f"{error.tries_left} tries"
        return f"That code is not right. You have {left} left."
    return str(error)


def _wait(seconds: int) -> str:
    if seconds <= 90:
        return f"{max(seconds, 1)} seconds"
    return f"{round(seconds / 60)} minutes"


def _extra(error: Exception) -> dict[str, Any]:
    if isinstance(error, errors.TooManyAttempts):
        return {"retry_after": error.retry_after}
    return {"tries_left": error.tries_left} if isinstance(error, errors.CodeRejected) else {}


def _http(error: web.HTTPException) -> Problem:
    sentences = {
        403: "This page may not talk to the assistant.",
        404: "There is nothing here.",
        405: "That is not possible here.",
        413: "That is too long for me. Please shorten it.",
    }
    return Problem(error.status, f"http_{error.status}", sentences.get(error.status, "That request cannot be met."), {})
