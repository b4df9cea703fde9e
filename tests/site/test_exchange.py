"""One call to the site, and everything that can go wrong with it; over real HTTPS."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from datetime import timedelta

import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import ConfigurationError, SiteRefused, SiteUnavailable
from bot.security.clock import SystemClock
from bot.security.randomness import SystemRandomness
from bot.site.breaker import FAILURES, PAUSE
from bot.site.client import HttpSite
from bot.site.exchange import ATTEMPTS, Exchange
from tests.site.conftest import SECRET, Line
from tests.site.reference import Fault, Person


async def apply(client: HttpSite, line: Line, key: str = "k1", setting: str = "newsletter") -> None:
    await client.apply_setting("u-17", setting, False, line.clock.now(), key)


async def test_an_error_that_passes_is_tried_again_with_growing_pauses(line: Line, client: HttpSite) -> None:
    line.site.faults = [Fault(500), Fault(503)]
    await apply(client, line)
    assert line.waits.slept == [0.2, 0.4]
    assert line.site.effects == [("k1", "newsletter=false")]


async def test_up_to_half_of_a_pause_is_left_to_chance(line: Line) -> None:
    client = line.client(jitter=0.0)
    line.site.faults = [Fault(500), Fault(503)]
    await apply(client, line)
    assert line.waits.slept == [0.1, 0.2]
    await client.close()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_after_three_attempts_it_is_for_later(line: Line, client: HttpSite, status: int) -> None:
    line.site.faults = [Fault(status)] * 9
    with pytest.raises(SiteUnavailable, match=str(status)):
        await apply(client, line)
    assert len(line.site.calls) == ATTEMPTS


@pytest.mark.parametrize("status", [204, 302, 401, 403, 404, 405, 409, 422, 501])
async def test_an_answer_that_is_not_the_apis_is_for_later_and_not_repeated(
    line: Line, client: HttpSite, status: int
) -> None:
    """A wrong URL, a wrong secret, a proxy in between: mended by the operator, so nothing may be lost."""
    line.site.faults = [Fault(status, headers={"Location": "/elsewhere"})]
    with pytest.raises(SiteUnavailable, match=str(status)):
        await apply(client, line)
    assert len(line.site.calls) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "malformed"), (404, "unknown_setting"), (409, "email_taken"), (410, "account_erased"), (422, "key_reused")],
)
async def test_a_refusal_in_the_agreed_shape_is_for_good(line: Line, client: HttpSite, status: int, code: str) -> None:
    line.site.faults = [Fault(status, json.dumps({"code": code}).encode())]
    with pytest.raises(SiteRefused) as refusal:
        await apply(client, line)
    assert (refusal.value.code, len(line.site.calls)) == (code, 1)


@pytest.mark.parametrize(
    "body", [b"{}", b'{"code": 7}', b'{"code": ""}', b'{"code": "a\\nb"}', b'{"code": "%s"}' % (b"c" * 65), b"422"]
)
async def test_a_refusal_in_any_other_shape_loses_nothing(line: Line, client: HttpSite, body: bytes) -> None:
    line.site.faults = [Fault(422, body)]
    with pytest.raises(SiteUnavailable, match="422"):
        await apply(client, line)


async def test_a_short_wish_to_wait_is_granted_and_a_long_one_left_to_the_worker(line: Line, client: HttpSite) -> None:
    line.site.faults = [Fault(429, headers={"Retry-After": "2"}), Fault(503, headers={"Retry-After": "120"})]
    with pytest.raises(SiteUnavailable) as error:
        await apply(client, line)
    assert (line.waits.slept, error.value.retry_after) == ([2.0], 120.0)


@pytest.mark.parametrize("value", ["-1", "soon", "1e9", "Wed, 21 Oct 2026 07:28:00 GMT", "²"])
async def test_a_wish_to_wait_that_is_no_number_is_none(line: Line, client: HttpSite, value: str) -> None:
    line.site.faults = [Fault(503, headers={"Retry-After": value})]
    await apply(client, line)
    assert line.waits.slept == [0.2]


async def test_a_site_that_does_not_answer_in_time_is_left_after_one_attempt(line: Line) -> None:
    client = line.client(timeout=1)
    await client.ping()
    line.site.faults = [Fault(hang=True)]
    with pytest.raises(SiteUnavailable, match="within 1 s"):
        await apply(client, line)
    assert (len(line.site.calls), line.waits.slept) == (2, [])
    await client.close()


async def test_a_refused_connection_is_tried_again_and_then_for_later(line: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    client = line.client(url=f"https://127.0.0.1:{port}/desk")
    with pytest.raises(SiteUnavailable, match="cannot be reached"):
        await apply(client, line)
    assert line.waits.slept == [0.2, 0.4]
    await client.close()


async def test_a_lost_answer_is_asked_for_again_and_acts_once(line: Line, client: HttpSite) -> None:
    line.site.faults = [Fault(after=True), Fault(after=True)]
    await apply(client, line)
    assert line.site.effects == [("k1", "newsletter=false")]


async def test_the_same_key_for_something_else_is_refused(line: Line, client: HttpSite) -> None:
    await apply(client, line)
    with pytest.raises(SiteRefused, match="key_reused"):
        await apply(client, line, setting="research")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"account": 7}',
        b'{"account": {}}',
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"account": {"id": "a/b", "email": "a@b.example", "created_at": "2026-01-01T00:00:00Z"}}',
        b'{"account": {"id": "a", "email": "nobody", "created_at": "2026-01-01T00:00:00Z"}}',
        b'{"account": {"id": "a", "email": "a@b.example", "created_at": "yesterday"}}',
        b'{"account": {"id": "a", "email": "a@b.example", "created_at": "2026-01-01T00:00:00"}}',
        b'{"account": {"id": "a", "email": "a@b.example", "created_at": "0001-01-01T00:00:00+14:00"}}',
        b'{"account": {"id": "a", "email": "a@b.example", "created_at": "2026-01-01T00:00:00Z", "phone": 7}}',
        b'{"account": {"id": "a", "email": "a@b.example", "created_at": "2026-01-01T00:00:00Z", "settings": []}}',
        b'{"account": {"id": "a", "email": "a@b.example", "created_at": "2026-01-01T00:00:00Z",'
        b' "settings": {"newsletter": "no"}}}',
        b'{"account": {"id": "a", "email": "a@b.example", "created_at": "2026-01-01T00:00:00Z", "website": "%s"}}'
        % (b"w" * 501),
    ],
)
async def test_an_answer_of_the_wrong_shape_is_no_answer(line: Line, client: HttpSite, body: bytes) -> None:
    line.site.faults = [Fault(200, body)]
    with pytest.raises(SiteUnavailable):
        await client.check_sign_in("anna@example.com", "right")


@pytest.mark.parametrize("body", [b"{}", b'{"receipt": ""}', b'{"receipt": "E-1", "erased_at": null}'])
async def test_a_receipt_of_the_wrong_shape_is_no_receipt(line: Line, client: HttpSite, body: bytes) -> None:
    line.site.faults = [Fault(200, body)]
    with pytest.raises(SiteUnavailable):
        await client.erase("u-17", "k1")
    assert (await client.erase("u-17", "k1")).number == "E-0001"


async def test_an_answer_without_end_is_cut_off(line: Line, client: HttpSite) -> None:
    line.site.faults = [Fault(200, b" " * 300_000), Fault(500, b" " * 300_000)]
    for _ in range(2):
        with pytest.raises(SiteUnavailable, match="longer than"):
            await client.profile("u-17")


async def test_an_answer_about_somebody_else_signs_nobody_in(line: Line, client: HttpSite) -> None:
    other = Person("u-18", "x", {"email": "ben@example.com"}, line.clock.now()).profile()
    for ask in (
        lambda: client.check_sign_in("anna@example.com", "right"),
        lambda: client.profile_by_email("anna@example.com"),
        lambda: client.profile("u-17"),
    ):
        line.site.faults = [Fault(200, json.dumps({"account": other}).encode())]
        with pytest.raises(SiteUnavailable, match="another account"):
            await ask()


async def test_reading(line: Line, client: HttpSite) -> None:
    found = await client.profile("u-17")
    assert found is not None and found == await client.profile_by_email("anna@example.com")
    assert found == await client.check_sign_in("anna@example.com", "right")
    assert dict(found.settings) == {"newsletter": True}, "the site's own settings are its own business"
    assert (await client.export("u-17"))["orders"] == [{"number": 7}]
    for name in ("u-99", "..", "a/b", "", "x" * 65):
        assert await client.profile(name) is None


@pytest.mark.parametrize("code", ["malformed", "value_refused"])
async def test_nobody_who_only_asks_is_refused_for_good(line: Line, client: HttpSite, code: str) -> None:
    for ask in (
        lambda: client.check_sign_in("anna@example.com", "right"),
        lambda: client.profile_by_email("anna@example.com"),
        lambda: client.profile("u-17"),
    ):
        line.site.faults = [Fault(400, json.dumps({"code": code}).encode())]
        with pytest.raises(SiteUnavailable, match=code):
            await ask()


@pytest.mark.parametrize("password", ["пароль", "p\ud800q", "\x00", "?", '"'])
async def test_a_password_arrives_as_it_was_typed(line: Line, client: HttpSite, password: str) -> None:
    line.site.people["u-17"].password = password
    assert await client.check_sign_in("anna@example.com", password) is not None
    assert await client.check_sign_in("anna@example.com", password + "?") is None


async def test_an_account_nobody_knows(line: Line, client: HttpSite) -> None:
    assert await client.profile_by_email("nobody@example.com") is None
    assert (await client.erase("u-99", "k1")).number
    with pytest.raises(SiteRefused, match="unknown_account"):
        await client.apply_setting("u-98", "newsletter", False, line.clock.now(), "k2")
    await client.erase("u-17", "k3")
    assert await client.profile("u-17") is None
    assert await client.export("u-17") == await client.export("u-98") == {}


async def test_a_wrong_secret_a_wrong_clock_and_a_replay_are_refused(line: Line, client: HttpSite) -> None:
    stranger = line.client(secret="x" * 40)
    with pytest.raises(SiteUnavailable, match="signature"):
        await apply(stranger, line)
    await stranger.close()
    site_time = line.clock.now() + timedelta(seconds=301)
    line.site.now = lambda: site_time
    with pytest.raises(SiteUnavailable, match="signature"):
        await apply(client, line)
    with pytest.raises(SiteUnavailable, match="signature"):
        await client.ping()
    site_time -= timedelta(seconds=100)
    with pytest.raises(SiteUnavailable, match="201 s apart"):
        await client.ping()
    assert line.site.effects == []


async def test_no_address_and_no_password_is_in_a_path(line: Line, client: HttpSite) -> None:
    await client.check_sign_in("anna@example.com", "right")
    await client.profile_by_email("anna@example.com")
    await client.correct("u-17", "email", "ann@example.org", line.clock.now(), "k1")
    assert not any("@" in path or "%40" in path for _, path in line.site.calls)


async def test_the_breaker_opens_spares_the_site_and_closes_after_one_good_probe(line: Line, client: HttpSite) -> None:
    line.site.faults = [Fault(500)] * FAILURES
    for _ in range(2):
        with pytest.raises(SiteUnavailable):
            await apply(client, line)
    assert len(line.site.calls) == FAILURES
    with pytest.raises(SiteUnavailable, match="left alone") as spared:
        await apply(client, line)
    assert (len(line.site.calls), spared.value.retry_after) == (FAILURES, PAUSE)
    line.waits.now += PAUSE
    line.site.faults = [Fault(500)]
    with pytest.raises(SiteUnavailable, match="500"):
        await apply(client, line)
    assert len(line.site.calls) == FAILURES + 1, "one probe, and open again"
    line.waits.now += PAUSE
    await apply(client, line)
    await apply(client, line, key="k2")
    assert len(line.site.effects) == 2


async def test_while_the_probe_is_under_way_nobody_else_is_let_through(line: Line, client: HttpSite) -> None:
    line.site.faults = [Fault(500)] * FAILURES
    for _ in range(2):
        with pytest.raises(SiteUnavailable):
            await apply(client, line)
    line.waits.now += PAUSE
    slow = Fault(gate=asyncio.Event())
    line.site.faults = [slow]
    probe = asyncio.create_task(apply(client, line))
    await slow.arrived.wait()
    for number in range(3):
        with pytest.raises(SiteUnavailable, match="left alone"):
            await apply(client, line, key=f"other-{number}")
    assert slow.gate is not None
    slow.gate.set()
    await probe
    assert line.site.effects == [("k1", "newsletter=false")]


async def test_a_call_we_cut_off_ourselves_does_not_block_the_next_probe(line: Line, client: HttpSite) -> None:
    line.site.faults = [Fault(500)] * FAILURES
    for _ in range(2):
        with pytest.raises(SiteUnavailable):
            await apply(client, line)
    line.waits.now += PAUSE
    endless = Fault(hang=True)
    line.site.faults = [endless]
    probe = asyncio.create_task(apply(client, line))
    await endless.arrived.wait()
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    await apply(client, line)


async def test_a_refusal_is_an_answer_and_opens_no_breaker(line: Line, client: HttpSite) -> None:
    line.site.faults = [Fault(422, b'{"code": "value_refused"}')] * 9
    for _ in range(9):
        with pytest.raises(SiteRefused):
            await apply(client, line)


async def test_a_certificate_of_somebody_else_is_not_trusted(line: Line) -> None:
    strangers = trustme.CA()
    with strangers.cert_pem.tempfile() as ca:
        client = line.client(ca=ca)
        with pytest.raises(SiteUnavailable, match="Certificate"):
            await apply(client, line)
        await client.close()
    assert line.site.calls == []


async def test_a_certificate_for_another_host_is_not_trusted(line: Line, authority: trustme.CA) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    server = TestServer(web.Application(), scheme="https")
    await server.start_server(ssl=context)
    client = line.client(url=f"https://127.0.0.1:{server.port}/desk")
    with pytest.raises(SiteUnavailable, match="Certificate"):
        await apply(client, line)
    await client.close()
    await server.close()


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_file_without_certificates_is_named_at_start(
    content: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(ConfigurationError, match="SITE_API_CA"):
        Exchange("https://x.example", SECRET, 5, str(file), SystemClock(), SystemRandomness())
