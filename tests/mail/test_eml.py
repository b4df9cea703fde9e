"""The corpus of mails: each case is named for what it shows."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest

from bot.domain.mail import InboundMail
from bot.mail.inbound.parse import Reader
from tests.mail.eml.case import AUTHSERV, OWN, Case
from tests.mail.eml.cases import ALL

READER = Reader(AUTHSERV, frozenset({OWN}), 20 * 1024 * 1024)


def found(mail: InboundMail, what: str) -> Any:
    """What an expectation speaks of."""
    special = {
        "automatic": lambda: mail.automatic is not None,
        "attachments.names": lambda: tuple(entry.name for entry in mail.attachments),
        "attachments.wanted": lambda: tuple(entry.wanted for entry in mail.attachments),
        "attachments.count": lambda: len(mail.attachments),
        "reply_ids.count": lambda: len(mail.reply_ids),
    }
    return special[what]() if what in special else reduce(getattr, what.split("."), mail)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_a_mail_is_read_as_what_it_is(case: Case) -> None:
    mail = READER.read(case.raw, case.envelope_from)
    for what, value in case.expect.items():
        if what == "has":
            assert value in mail.reply
        elif what == "lacks":
            assert value not in mail.reply
        elif what == "subject.startswith":
            assert mail.subject.startswith(value)
        elif what == "defects.has":
            assert value in mail.defects
        elif what != "sender.any":
            assert found(mail, what) == value, f"{what}: {mail}"


def test_the_corpus_is_large_and_no_two_cases_are_the_same() -> None:
    assert len(ALL) >= 120
    assert len({case.name for case in ALL}) == len(ALL)


def test_nothing_a_stranger_sends_reaches_a_header_of_ours() -> None:
    for case in ALL:
        mail = READER.read(case.raw, case.envelope_from)
        assert not any(
            ord(char) < 32 for char in mail.subject + mail.sender + mail.message_id + "".join(mail.references)
        )
