"""What a person reads when something could not be done."""

from __future__ import annotations

import logging

from rasa_sdk.executor import CollectingDispatcher

from bot.domain.errors import (
    InvalidInput,
    NoAccount,
    NotFound,
    PrivacyDeskError,
    StorageBusy,
    TokenError,
    TooManyAttempts,
)

logger = logging.getLogger(__name__)

# Nobody can tell here how far it came; what was rolled back for certain has replies of its own.
WENT_WRONG = "utter_went_wrong"

_REPLIES: tuple[tuple[type[PrivacyDeskError], str], ...] = (
    (NoAccount, "utter_no_account"),
    (NotFound, "utter_only_on_site"),
    (TokenError, "utter_only_on_site"),
    (TooManyAttempts, "utter_slow_down"),
    (StorageBusy, "utter_try_again"),
)


def say_failure(dispatcher: CollectingDispatcher, error: PrivacyDeskError) -> None:
    """Utters the reply that fits `error`; the text of an error is shown only where it was written for a person."""
    for kind, response in _REPLIES:
        if isinstance(error, kind):
            dispatcher.utter_message(response=response)
            return
    if isinstance(error, InvalidInput):
        dispatcher.utter_message(text=str(error))
        return
    logger.error("a use case failed: %s", type(error).__name__)
    dispatcher.utter_message(response=WENT_WRONG)
