"""The inbox with the trained model and the real actions: what a person gets who writes a mail."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.wiring import Services, build_mail_desk, build_worker, mail_reader
from bot.worker import Worker
from tests.fakes_world import DirectReader, FakeMailer, Posted
from tests.mail.eml.case import mail

pytestmark = pytest.mark.model


class Letterbox:
    """Clara at her mail program."""

    def __init__(self, services: Services) -> None:
        self.mailer = FakeMailer()
        self.desk = build_mail_desk(services, reader=DirectReader(mail_reader(services.config)))
        self.worker: Worker = build_worker(services, mailer=self.mailer)
        self.written = 0

    async def writes(self, text: str, answers: Posted | None = None) -> dict[str, Posted]:
        """What came back: `code` and `answer`."""
        self.written += 1
        headers = {"From": "Clara <clara@example.com>", "Message_ID": f"<w{self.written}@example.com>"}
        if answers is not None:
            headers |= {"To": answers.letter.reply_to, "Subject": answers.subject}
        before = len(self.mailer.sent)
        self.desk.store.keep(mail(text, **headers), "test", "clara@example.com")
        while await self.desk.mailroom.run_once() + await self.worker.run_once():
            continue
        sent = [mail for mail in self.mailer.sent[before:] if mail.to == "clara@example.com"]
        return {"code" if re.match(r"\d{6} ", mail.subject) else mail.subject[:3]: mail for mail in sent}


@pytest.fixture
def letterbox(desk: Services) -> Letterbox:
    return Letterbox(desk)


async def test_two_questions_and_a_deletion_in_one_mail(letterbox: Letterbox, desk: Services) -> None:
    first = await letterbox.writes(
        "Dear support team,\n\nI have been a client since 2012. Do you sell my phone number? "
        "Who can see my feedback?\n\nPlease delete my account.\n\nKind regards,\nClara"
    )
    text = first["Re:"].text
    places = [
        text.index(words)
        for words in (
            "> Do you sell my phone number?",
            "This phone number will not be given or sold to any third-parties",
            "> Who can see my feedback?",
            "> Please delete my account.",
            "six-digit code",
        )
    ]
    assert places == sorted(places), text
    assert "Privacy Policy, in force since" in text
    second = await letterbox.writes(f"{first['code'].subject[:6]}\n\nClara", first["code"])
    assert "Yes, delete my account" in second["Re:"].text, second["Re:"].text
    third = await letterbox.writes("Yes, delete my account", second["Re:"])
    assert "REQ-" in third["Re:"].text
    with desk.transactions() as uow:
        (request,) = uow.requests.of_account("clara")
    assert request.reference in third["Re:"].text


@pytest.mark.parametrize(
    ("text", "key"),
    [("Hi,\n\nplease unsubscribe me from your newsletter.\n\nThanks\nClara", "newsletter")],
)
async def test_a_setting_is_changed_by_a_code_typed_back(
    letterbox: Letterbox, desk: Services, text: str, key: str
) -> None:
    first = await letterbox.writes(text)
    with desk.transactions() as uow:
        assert uow.preferences.of("clara").get(key) is None
    done: dict[str, Any] = await letterbox.writes(first["code"].subject[:6], first["Re:"])
    assert "now off" in done["Re:"].text
    with desk.transactions() as uow:
        assert uow.preferences.of("clara").get(key) is False
