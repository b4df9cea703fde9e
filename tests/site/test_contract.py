"""What any home of accounts must do: our own tables and a site behind the API answer alike."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.accounts import Account
from bot.services.site import OwnAccounts, Site
from bot.storage.unit_of_work import SqlTransactions
from tests.fakes_world import FakeHasher
from tests.site.conftest import JOINED, Line


@pytest.fixture(params=["own tables", "site"])
async def home(request: pytest.FixtureRequest, line: Line, sqlite_url: str) -> AsyncIterator[Site]:
    if request.param == "site":
        site: Site = line.client()
    else:
        transactions = SqlTransactions(sqlite_url)
        account = Account("u-17", "anna@example.com", JOINED, "hash of right", "Anna Ames", "+1 202 555 0143")
        with transactions() as uow:
            uow.accounts.add(account)
            uow.preferences.put("u-17", "newsletter", True, JOINED)
            uow.commit()
        site = OwnAccounts(transactions, FakeHasher(), line.clock)
    yield site
    await site.close()


async def test_a_profile_is_the_same_however_it_is_asked_for(home: Site) -> None:
    found = await home.profile("u-17")
    assert found is not None
    assert (found.id, found.email, found.full_name, found.created_at) == (
        "u-17",
        "anna@example.com",
        "Anna Ames",
        JOINED,
    )
    assert dict(found.settings) == {"newsletter": True}
    assert await home.profile_by_email("anna@example.com") == found
    assert await home.check_sign_in("anna@example.com", "right") == found


async def test_who_is_not_there_is_none(home: Site) -> None:
    assert await home.profile("u-99") is None
    assert await home.profile_by_email("nobody@example.com") is None
    assert await home.check_sign_in("nobody@example.com", "right") is None
    assert await home.check_sign_in("anna@example.com", "wrong") is None


async def test_changes_erasure_and_export_are_taken(home: Site, line: Line) -> None:
    now = line.clock.now()
    await home.apply_setting("u-17", "newsletter", False, now, "k1")
    await home.correct("u-17", "phone", "+1 202 555 0199", now, "k2")
    assert isinstance(await home.export("u-17"), dict)
    assert await home.erase("u-17", "k3") == await home.erase("u-17", "k3")
    assert await home.ping()


async def test_our_tables_spend_the_time_of_a_password_check_on_an_unknown_address(line: Line, sqlite_url: str) -> None:
    hasher = FakeHasher()
    own = OwnAccounts(SqlTransactions(sqlite_url), hasher, line.clock)
    assert await own.check_sign_in("nobody@example.com", "right") is None
    assert hasher.slow_calls == 1
    assert not own.external
