"""A person's copy: everything of theirs, nothing of anybody else, nothing secret, taken once."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.domain.audit import AuditTag
from bot.domain.erasure import Found, Person
from bot.domain.errors import NotFound, TokenInvalid
from bot.domain.fields import meaning
from bot.domain.requests import RequestState, RequestType
from bot.export.archive import ZipArchive
from bot.storage.personal.registry import HOLDERS, NOBODYS, STORES
from bot.storage.tables import metadata
from tests.execution.conftest import Desk, NewDesk
from tests.execution.planting import ANNA, BEN, DAY, NOW, file, plant
from tests.execution.test_execution import Flaky, state
from tests.execution.test_traces import remember


def unpack(archive: bytes) -> tuple[dict[str, Any], str]:
    with ZipFile(io.BytesIO(archive)) as packed:
        assert packed.testzip() is None and packed.namelist() == ["index.html", "data.json"]
        return json.loads(packed.read("data.json")), packed.read("index.html").decode()


async def asked(desk: Desk, var: Path, endpoints: Path) -> str:
    """Anna asks for her copy; the token of the link she is mailed."""
    for who in (ANNA, BEN):
        plant(desk.services, who, var / "mail")
        await asyncio.to_thread(remember, endpoints, who)
    with desk.services.transactions() as uow:
        uow.suppressions.remove(ANNA.email)
        uow.commit()
    file(desk.services, ANNA.request("wish", type=RequestType.EXPORT))
    await desk.work()
    (letter,) = desk.mailer.sent
    assert letter.to == ANNA.email
    link = re.search(r"http://127.0.0.1:8080/exports/(\S+)", letter.text)
    assert link is not None
    return link[1]


async def test_the_copy_has_everything_of_the_person_explained_and_is_taken_once(
    desk: Desk, var: Path, endpoints: Path
) -> None:
    token = await asked(desk, var, endpoints)
    copying = desk.services.casework.copying
    assert state(desk, "r-annawish") is RequestState.COMPLETED
    assert copying.look(token).archive == b""
    archive = copying.take(token)
    assert archive is not None and copying.take(token) is None and copying.look(token).taken_at is not None

    data, page = unpack(archive)
    holders = {store.name for store in STORES} | {"tracker", "maildir", "facebook"}
    assert set(data["stores"]) == holders
    text = json.dumps(data, ensure_ascii=False)
    for words in (
        "Ms xylquorn",
        "xylquorn said person",
        "I am xylquorn",
        "my name is xylquorn",
        ANNA.phone,
        "Dear xylq",
    ):
        assert words in text and words in page
    for words in (BEN.word, BEN.phone, "hash xyl", "sealed", "code_hash", "password_hash", "staff_id", "hash-anna"):
        assert words not in text and words not in page
    for store, found in data["stores"].items():
        for record in found["records"]:
            for name in record:
                assert meaning(store, name), f"{store}.{name} is explained nowhere"
                assert data["meanings"][store][name] == meaning(store, name)
    with desk.services.transactions() as uow:
        taken = [entry for _, entry, _ in uow.audit.rows() if entry.tag is AuditTag.EXPORT_TAKEN]
    assert [entry.subject for entry in taken] == ["hash-anna"]


async def test_a_copy_that_is_too_old_or_gone_is_not_handed_out(desk: Desk, var: Path, endpoints: Path) -> None:
    token = await asked(desk, var, endpoints)
    copying = desk.services.casework.copying
    with pytest.raises(TokenInvalid):
        copying.take(token[:-2] + "xx")
    desk.clock.advance(4 * DAY)
    assert copying.take(token) is None
    file(desk.services, ANNA.request())
    await desk.work()
    with pytest.raises(NotFound):
        copying.look(token)


async def test_a_store_that_cannot_be_read_makes_the_copy_late_and_never_partial(new_desk: NewDesk, var: Path) -> None:
    flaky = Flaky()
    desk = new_desk(remotes=(flaky,))
    plant(desk.services, ANNA, var / "mail")
    wish = ANNA.request("wish", type=RequestType.EXPORT)
    file(desk.services, wish)
    await desk.work()
    assert state(desk, wish.id) is RequestState.FAILED
    flaky.broken = False
    desk.clock.advance(DAY)
    await desk.work()
    assert state(desk, wish.id) is RequestState.COMPLETED


async def test_whoever_is_erased_while_the_copy_is_made_gets_none(new_desk: NewDesk, var: Path) -> None:
    class Slow(Flaky):
        async def export(self, person: Person) -> Sequence[Mapping[str, Any]]:
            await self.desk.services.casework.executor.run("r-anna")  # type: ignore[attr-defined]
            return []

    slow = Slow(broken=False)
    desk = new_desk(remotes=(slow,))
    slow.desk = desk  # type: ignore[attr-defined]
    plant(desk.services, ANNA, var / "mail")
    wish = ANNA.request("wish", type=RequestType.EXPORT)
    file(desk.services, wish)
    file(desk.services, ANNA.request(), due=NOW + DAY)
    await desk.work()
    assert state(desk, wish.id) is RequestState.COMPLETED and state(desk) is RequestState.COMPLETED
    assert [mail.key for mail in desk.mailer.sent] == ["closing:r-anna"]


def test_what_people_wrote_is_text_and_never_code() -> None:
    hostile = "<script>alert(1)</script>{{ 7 * 7 }}\ud800"
    found = [Found("profile", "Your profile", [{"record": "account", "full_name": hostile, "phone": None}])]
    data, page = unpack(ZipArchive("Acme <b>").pack(found, datetime(2026, 3, 2, tzinfo=timezone.utc)))
    assert "<script" not in page and "&lt;script&gt;" in page and "49" not in page and "Acme &lt;b&gt;" in page
    assert data["stores"]["profile"]["records"][0]["full_name"].startswith("<script>")


def test_somebody_nobody_knows_gets_a_copy_that_says_so() -> None:
    _, page = unpack(ZipArchive("Acme").pack([], datetime(2026, 3, 2, tzinfo=timezone.utc)))
    assert "We hold nothing about you." in page


def test_every_table_belongs_to_a_store_or_to_nobody() -> None:
    """Whoever adds a table decides in bot/storage/personal/registry.py what an erasure does with it."""
    assert HOLDERS.keys() | NOBODYS.keys() == set(metadata.tables)
    assert not HOLDERS.keys() & NOBODYS.keys()
    assert set(HOLDERS.values()) == {store.name for store in STORES}
    assert all(NOBODYS.values())
