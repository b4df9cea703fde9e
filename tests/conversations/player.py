"""Plays a conversation written in YAML through the real turn handling, model, actions and database.

A case is a list of steps. Each step is one thing the person does, or one thing that must now be true:

    - say: delete my account              # typed text
    - press: Yes, delete my account       # a button of the last turn, by its title
    - sign_in: clara@example.com          # with the password, in the panel; goes on with what waited
    - code: right | wrong | old           # typed in chat; `right` is read from the newest mail
    - wait: 11                            # minutes
    - press_old: Yes, delete my account   # a button of the turn before the last one
    - press_again: Yes, delete my account # the button of the last step once more, as from a second tab
    - again: null                         # the last typed message delivered a second time
    - restart: null                       # Rasa and its memory are started anew
    - buttons: [Undo]                     # titles that must be on offer
    - no_button: Undo
    - bot: words                          # must all occur in what was said in the last turn
    - bot_not: words
    - mail: {to: …, has: …}               # the newest mail to that address
    - rows: {preferences.facebook_advice: false, consents: 1, requests: [scheduled]}
    - audit: [setting:change]             # tags that must be among those written since the start
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.identity import Conversation
from bot.domain.messages import Message, Sender
from bot.domain.requests import PrivacyRequest, RequestType
from bot.mail.render import render
from bot.rehearsal.in_process import InProcessBot, forget
from bot.services.turns import Turn
from bot.wiring import Services


@dataclass
class Player:
    """One person at one widget."""

    services: Services
    clock: Any
    account_id: str = "clara"
    password: str = "a-password"
    turn: Turn | None = None
    before: Turn | None = None
    sent: int = 0
    last_said: str = ""
    last_payload: str = ""
    conversation: Conversation = field(init=False)

    def __post_init__(self) -> None:
        self.conversation = self.services.identity.open("web")

    async def play(self, steps: list[dict[str, Any]]) -> None:
        for number, step in enumerate(steps, 1):
            ((verb, value),) = step.items()
            try:
                done = getattr(self, f"_{verb}")(value)
                if done is not None:
                    self._take(await done)
            except AssertionError as failure:
                raise AssertionError(f"step {number} {step}: {failure}\n{self.transcript()}") from None

    def transcript(self) -> str:
        lines = []
        for message in self.services.turns.history(self.conversation, 0):
            lines.append(f"  {message.sender.value}: {message.text}")
            lines += [f"      [{button.title}]" for button in message.buttons]
        return "\n".join(lines)

    def _take(self, turn: Turn) -> None:
        assert not turn.failed, "the bot did not answer"
        self.before, self.turn, self.conversation = self.turn, turn, turn.conversation

    def _id(self) -> str:
        self.sent += 1
        return f"c{self.sent}"

    def _say(self, text: str) -> Any:
        self.last_said = text
        return self.services.turns.say(self.conversation, self._id(), text)

    def _again(self, _: None) -> Any:
        return self.services.turns.say(self.conversation, f"c{self.sent}", self.last_said)

    def _press_again(self, title: str) -> Any:
        return self.services.turns.press(self.conversation, self._id(), title, self.last_payload)

    def _restart(self, _: None) -> None:
        bot = self.services.turns.bot
        assert isinstance(bot, InProcessBot)
        forget(bot.agent)

    def _buttons(self, titles: list[str]) -> None:
        missing = set(titles) - self._offered()
        assert not missing, f"{missing} not among {self._offered()}"

    def _no_button(self, title: str) -> None:
        assert title not in self._offered()

    def _offered(self) -> set[str]:
        return {button.title for message in said(self.turn) for button in message.buttons}

    def _press(self, title: str) -> Any:
        return self._press_in(self.turn, title)

    def _press_old(self, title: str) -> Any:
        return self._press_in(self.before, title)

    def _press_in(self, turn: Turn | None, title: str) -> Any:
        buttons = [button for message in said(turn) for button in message.buttons]
        found = [button for button in buttons if button.title == title]
        assert found, f"no button {title!r} among {[button.title for button in buttons]}"
        self.last_payload = found[0].payload
        return self.services.turns.press(self.conversation, self._id(), title, self.last_payload)

    def _sign_in(self, email: str) -> Any:
        self.conversation = self.services.identity.sign_in(self.conversation.id, email, self.password)
        return self.services.turns.resume(self.conversation)

    def _code(self, which: str) -> Any:
        right = self._newest_code()
        digits = right if which == "right" else f"{(int(right) + 1) % 1_000_000:06}"
        return self._say(digits)

    def _newest_code(self) -> str:
        codes = [mail for mail in self._mails() if re.search(r"\b\d{6}\b", mail.subject)]
        assert codes, "no code was mailed"
        match = re.search(r"\b(\d{6})\b", codes[-1].subject)
        assert match
        return match.group(1)

    def _mails(self) -> list[Any]:
        with self.services.transactions() as uow:
            items = uow.outbox.claim(self.services.clock.now(), self.services.clock.now(), 1000)
        config = self.services.config
        return [
            render(item.payload, config.company, config.support_email, config.support_phone)
            for item in items
            if item.kind.value == "mail"
        ]

    def _wait(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    def _bot(self, words: str | list[str]) -> None:
        text = self._text()
        for word in [words] if isinstance(words, str) else words:
            assert word.casefold() in text.casefold(), f"{word!r} is not in {text!r}"

    def _bot_not(self, words: str | list[str]) -> None:
        text = self._text()
        for word in [words] if isinstance(words, str) else words:
            assert word.casefold() not in text.casefold(), f"{word!r} is in {text!r}"

    def _text(self) -> str:
        return "\n".join(message.text for message in said(self.turn))

    def _mail(self, wanted: dict[str, str]) -> None:
        mails = [mail for mail in self._mails() if mail.to == wanted["to"]]
        assert mails, f"no mail to {wanted['to']}"
        assert wanted["has"] in mails[-1].subject + mails[-1].text, mails[-1]

    def _no_mail(self, to: str) -> None:
        assert not [mail for mail in self._mails() if mail.to == to]

    def _rows(self, wanted: dict[str, Any]) -> None:
        for name, value in wanted.items():
            found = self._row(name)
            assert found == value, f"{name} is {found!r}"

    def _row(self, name: str) -> Any:
        table, _, key = name.partition(".")
        with self.services.transactions() as uow:
            if table == "preferences":
                return uow.preferences.of(self.account_id).get(key)
            if table == "consents":
                return len(uow.consents.of(self.account_id))
            if table == "requests":
                return [request.state.value for request in uow.requests.of_account(self.account_id) if asked(request)]
            account = uow.accounts.by_id(self.account_id)
            return getattr(account, key)

    def _audit(self, tags: list[str]) -> None:
        with self.services.transactions() as uow:
            written = [entry.tag.value for _, entry, _ in uow.audit.rows()]
        missing = [tag for tag in tags if tag not in written]
        assert not missing, f"{missing} not among {written}"


def asked(request: PrivacyRequest) -> bool:
    """Whether a person confirmed it, and it was not done on the spot."""
    return request.acknowledged_at is not None and request.type not in (RequestType.OPT_OUT, RequestType.CORRECTION)


def said(turn: Turn | None) -> list[Message]:
    """What the bot said in a turn."""
    return [message for message in turn.messages if message.sender is Sender.BOT] if turn else []
