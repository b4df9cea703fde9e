"""A message that hurts its reader hurts nobody else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from bot.domain.errors import UnreadableMail
from bot.domain.mail import StoredMail
from bot.mail.inbound.isolation import IsolatedReader
from bot.mail.inbound.parse import Reader
from tests.mail.eml.case import OWN, QUESTION, mail


class PoisonedReader(Reader):
    """Hangs or dies on command."""

    def read(self, raw: bytes, *rest: Any) -> Any:
        if b"hang" in raw:
            time.sleep(60)
        if b"die" in raw:
            os._exit(1)
        return super().read(raw, *rest)


@pytest.fixture
def reader() -> Iterator[IsolatedReader]:
    isolated = IsolatedReader(PoisonedReader("", frozenset({OWN}), 1 << 20), time_limit=4.0)
    yield isolated
    isolated.close()


def stored(raw: bytes) -> StoredMail:
    return StoredMail(1, "k", "test", raw, None, (), datetime(2026, 3, 2, tzinfo=timezone.utc))


@pytest.mark.parametrize(("poison", "reason"), [("hang", "too long"), ("die", "broke")])
async def test_the_next_mail_is_read_after_one_that_hangs_or_kills(
    reader: IsolatedReader, poison: str, reason: str
) -> None:
    with pytest.raises(UnreadableMail, match=reason):
        await reader.read(stored(mail(poison)))
    assert (await reader.read(stored(mail(QUESTION)))).asks == (QUESTION,)


async def test_what_the_reader_refuses_is_refused_by_name(reader: IsolatedReader) -> None:
    with pytest.raises(UnreadableMail, match="larger"):
        await reader.read(stored(b"x" * (2 << 20)))
