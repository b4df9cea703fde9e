"""The OpenAPI file: valid, kept by both sides, and all of it used."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import ValidationError
from openapi_spec_validator import validate_spec

from bot.domain.accounts import MAX_DETAIL, PROFILE
from bot.domain.errors import SiteUnavailable
from bot.domain.settings import switchable
from bot.domain.site import SiteProfile, is_account_id
from bot.site import wire
from bot.site.client import HttpSite
from tests.site import api
from tests.site.conftest import Line

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)


def test_the_file_is_valid() -> None:
    validate_spec(api.document())


def test_it_names_the_details_and_limits_that_we_have() -> None:
    paths, schemas = api.document()["paths"], api.document()["components"]["schemas"]
    (detail,) = [p for p in paths["/v1/accounts/{account}/details/{detail}"]["parameters"] if p.get("name") == "detail"]
    assert set(detail["schema"]["enum"]) == {field.key for field in PROFILE}
    assert {field.key for field in PROFILE} < set(schemas["Profile"]["properties"])
    assert schemas["Correction"]["properties"]["value"]["maxLength"] == MAX_DETAIL
    (setting,) = [p for p in paths["/v1/accounts/{account}/settings/{setting}"]["parameters"] if p.get("name")]
    assert all(re.search(setting["schema"]["pattern"], entry.key) for entry in switchable())


@given(st.text(max_size=70))
def test_the_ids_it_allows_are_the_ids_we_take(value: str) -> None:
    pattern = api.document()["components"]["schemas"]["AccountId"]["pattern"]
    allowed = re.fullmatch(pattern.strip("^$"), value) is not None and value not in (".", "..")
    assert is_account_id(value) == allowed


async def test_the_client_uses_every_operation_as_described(line: Line, client: HttpSite) -> None:
    """The reference site checks each request and each answer against the file."""
    await client.ping()
    await client.check_sign_in("anna@example.com", "right")
    await client.profile_by_email("anna@example.com")
    await client.profile("u-17")
    for number, entry in enumerate(switchable()):
        await client.apply_setting("u-17", entry.key, False, NOW, f"s{number}")
    for field in PROFILE:
        await client.correct("u-17", field.key, f"{field.key}@example.com", NOW, f"d-{field.key}")
    await client.export("u-17")
    await client.erase("u-17", "e1")
    operations = {
        (method.upper(), template)
        for template, item in api.document()["paths"].items()
        for method in item
        if method != "parameters"
    }
    used = {(m, re.sub("u-17", "{account}", path.removeprefix(api.PREFIX))) for m, path in line.site.calls}
    used = {(m, re.sub(r"settings/\w+", "settings/{setting}", path)) for m, path in used}
    assert {(m, re.sub(r"details/\w+", "details/{detail}", path)) for m, path in used} == operations


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MOMENTS = st.sampled_from(["2026-03-02T09:00:00Z", "2026-03-02T09:00:00.5+05:30", "2026-03-02", "", "x"])
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["u-17", "", "a/b", "x" * 64, "x" * 65]) | JSON,
        "email": st.sampled_from(["Anna@Example.com", "nobody", "a@b.example"]) | JSON,
        "created_at": MOMENTS | JSON,
        "phone": st.text(max_size=600) | JSON,
        "facebook_user": JSON,
        "settings": st.dictionaries(st.sampled_from(["newsletter", "research", "own"]), JSON, max_size=3) | JSON,
    },
)


@given(st.fixed_dictionaries({}, optional={"account": PROFILES | JSON}) | JSON)
def test_an_answer_is_read_whole_or_refused(body: Any) -> None:
    """Never another exception, and never a profile out of an answer that breaks the file."""
    try:
        read = wire.account(body) if isinstance(body, dict) else wire.json_object(b"7")
    except SiteUnavailable:
        return
    if read is None:
        assert body["account"] is None
        return
    assert isinstance(read, SiteProfile)
    assert is_account_id(read.id) and read.email == read.email.casefold() and read.created_at.tzinfo
    assert all(isinstance(value, bool) for value in read.settings.values())
    assert read.facebook_user != ""


@given(PROFILES)
def test_what_the_file_allows_can_be_read(profile: Any) -> None:
    """The file says nothing about what an address looks like, and is silent about `.` and `..`; the rest is equal."""
    try:
        api.check_response("GET", "/desk/v1/accounts/u-17", 200, {"account": profile})
    except ValidationError:
        return
    profile = {**profile, "id": "u-17", "email": "anna@example.com"}
    read = wire.account({"account": profile})
    assert read is not None and read.phone == (profile.get("phone") or "")


@pytest.mark.parametrize("field", ["id", "email", "created_at"])
def test_a_profile_without_what_is_required_is_refused(field: str) -> None:
    whole = {"id": "u-17", "email": "anna@example.com", "created_at": "2026-03-02T09:00:00Z", "settings": {}}
    assert wire.account({"account": whole}) is not None
    del whole[field]
    with pytest.raises(SiteUnavailable):
        wire.account({"account": whole})
