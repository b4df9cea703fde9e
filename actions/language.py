"""Politeness towards people who write in another language."""

from __future__ import annotations

import re
from typing import Any, Sequence

from rasa_sdk.executor import CollectingDispatcher

from actions.answer import utter_answer
from actions.base import DeskAction, Heard
from actions.wording import payload
from bot.domain.languages import SORRY_IN_ENGLISH, TOPICS, language
from bot.domain.passages import Outcome


class OtherLanguage(DeskAction):
    """Says in the person's language that only English is understood; quotes the policy where the topic is plain."""

    rasa_name = "action_other_language"

    def act(self, heard: Heard, dispatcher: CollectingDispatcher) -> Sequence[dict[str, Any]]:
        known = language(heard.first("language") or "")
        person = {"title": known.person if known else "Talk to a person", "payload": payload("human_handoff")}
        settings = {
            "title": known.settings if known else "See my privacy settings",
            "payload": payload("view_settings"),
        }
        dispatcher.utter_message(text=known.sorry if known else SORRY_IN_ENGLISH, buttons=[person, settings])
        question = next((english for stems, english in TOPICS if re.search(stems, heard.text.casefold())), None)
        if known and question:
            answers = [a for a in self.services.policy.answer(question) if a.outcome is Outcome.ANSWERED]
            for answer in answers[:1]:
                dispatcher.utter_message(text=known.quote)
                utter_answer(dispatcher, answer)
        return []
