"""Pages, files, headers, health."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import socket as sockets
from types import SimpleNamespace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import ConfigurationError
from bot.gateway.app import listen
from bot.security.tokens import Signer
from tests.gateway.desk import ANNA, SECRET, Desk, configuration, start

PAGES = ["/", "/policy", "/policy/outsource", "/policy/outsource/2015-03-18"]


@pytest.mark.parametrize(
    "path", [*PAGES, "/widget.js", "/favicon.ico", "/healthz", "/nowhere", "/api/nowhere", "/static/page.css"]
)
async def test_every_answer_carries_the_security_headers(desk: Desk, path: str) -> None:
    response = await desk.http.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert "aiohttp" not in response.headers["Server"].lower()


@pytest.mark.parametrize("path", PAGES)
async def test_pages_have_no_inline_script_or_style(desk: Desk, path: str) -> None:
    text = await (await desk.http.get(path)).text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)", text)


async def test_hsts_is_sent_in_production_only(desk: Desk) -> None:
    assert "Strict-Transport-Security" not in (await desk.http.get("/healthz")).headers
    strict = await start(configuration(environment="production", public_url="https://desk.example"))
    assert "Strict-Transport-Security" in (await strict.http.get("/healthz")).headers
    await strict.http.close()


async def test_the_demo_page_loads_the_very_widget_it_names(desk: Desk) -> None:
    text = await (await desk.http.get("/")).text()
    src = re.search(r'<script src="(/widget/[0-9a-f]+\.js)" integrity="sha384-([^"]+)"', text)
    assert src is not None
    response = await desk.http.get(src[1])
    body = await response.read()
    assert base64.b64encode(hashlib.sha384(body).digest()).decode() == src[2]
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert (await desk.http.get("/widget/0123456789abcdef.js")).status == 404


async def test_the_widget_is_small(desk: Desk) -> None:
    body = await (await desk.http.get("/widget.js")).read()
    assert len(gzip.compress(body, 9)) <= 40 * 1024


async def test_a_known_widget_is_not_sent_twice(desk: Desk) -> None:
    first = await desk.http.get("/widget.js")
    again = await desk.http.get("/widget.js", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


async def test_every_sentence_of_the_policy_is_an_anchor(desk: Desk) -> None:
    text = await (await desk.http.get("/policy")).text()
    document, _ = desk.gateway.policies.find(None, None, desk.world.clock.now().date())
    for sentence in document.sentences:
        assert f'id="{sentence.id}"' in text
    ids = re.findall(r'id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


async def test_versions_are_found_by_date_and_hash(desk: Desk) -> None:
    document, _ = desk.gateway.policies.find(None, None, desk.world.clock.now().date())
    assert (await desk.http.get(f"/policy/outsource/{document.ref.version}")).status == 200
    assert (await desk.http.get(f"/policy/outsource/{document.ref.version[:12]}")).status == 200
    for path in ("/policy/nobody", "/policy/outsource/1999-01-01", "/policy/outsource/a", "/policy/..%2f..%2fetc"):
        response = await desk.http.get(path)
        assert response.status == 404 and "text/html" in response.headers["Content-Type"]


def email_link(**facts: str) -> str:
    content = {"id": "proposal-1", "account": ANNA.id, "old": ANNA.email, "new": "anna@new.example", **facts}
    return "/confirm/email/" + Signer(SECRET, "email-change", None).sign(content)


async def test_the_address_changes_on_post_only_and_once(desk: Desk) -> None:
    link = email_link()
    shown = await desk.http.get(link)
    text = await shown.text()
    assert shown.status == 200 and "a•••@new.example" in text and "frame-ancestors 'none'" in str(shown.headers)
    assert desk.world.transactions.data.accounts[ANNA.id].email == ANNA.email
    assert (await desk.http.post(link)).status == 200
    assert desk.world.transactions.data.accounts[ANNA.id].email == "anna@new.example"
    assert (await desk.http.post(link)).status == 410


async def test_bad_links_change_nothing(desk: Desk) -> None:
    taken = email_link(new="ben@example.com")
    assert (await desk.http.post(taken)).status == 409
    for link in ("/confirm/email/rubbish", email_link()[:-3] + "abc", email_link(old="other@example.com")):
        assert (await desk.http.post(link)).status == 410
    assert desk.world.transactions.data.accounts[ANNA.id].email == ANNA.email


async def test_health_says_which_part_is_missing(desk: Desk) -> None:
    assert (await desk.http.get("/healthz")).status == 200
    response = await desk.http.get("/readyz")
    body = await response.json()
    assert response.status == 503
    assert body["parts"] == {"database": "ok", "policy": "ok", "rasa": "down"}


async def test_ready_when_everything_is_there() -> None:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="Hello from Rasa")

    app = web.Application()
    app.router.add_get("/webhooks/desk/ready", hello)
    async with TestServer(app) as rasa:
        desk = await start(configuration(rasa_url=str(rasa.make_url(""))))
        assert (await desk.http.get("/readyz")).status == 200
        await desk.http.close()


async def test_metrics_count_and_are_not_for_strangers(desk: Desk) -> None:
    session = await desk.session()
    await session.say("hello")
    text = await (await desk.http.get("/metrics")).text()
    assert 'desk_turns_total{kind="said",outcome="answered"} 1.0' in text
    assert "desk_turn_seconds_count 1.0" in text
    assert (await desk.http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})).status == 404
    guarded = await start(configuration(metrics_token="let-me-read"))
    headers = {"Authorization": "Bearer let-me-read", "X-Forwarded-For": "203.0.113.9"}
    assert (await guarded.http.get("/metrics", headers=headers)).status == 200
    await guarded.http.close()


async def test_an_unexpected_error_says_nothing_but_a_number(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("anna@example.com has the password hunter2")

    session = await desk.session()
    desk.world.bot.send = broken  # type: ignore[method-assign, assignment]
    status, body = await session.say("hello")
    assert status == 500
    number = re.search(r"Error (\w+)", body["error"])
    assert number is not None and number[1] in caplog.text
    assert "hunter2" not in caplog.text and "anna" not in caplog.text + str(body)


def test_a_taken_port_is_named() -> None:
    with sockets.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Port {port} .* is taken"):
            listen("127.0.0.1", port)


async def test_addresses_come_from_trusted_proxies_only() -> None:
    from bot.gateway.limits import Limits

    headers = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9, 10.0.0.1"}
    request = SimpleNamespace(headers=headers, remote="10.0.0.2")

    for proxies, address in ((0, "10.0.0.2"), (1, "10.0.0.1"), (2, "203.0.113.9"), (4, "10.0.0.2")):
        limits = Limits(configuration(trusted_proxies=proxies))
        assert limits.address(request) == address  # type: ignore[arg-type]
