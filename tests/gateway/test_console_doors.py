"""Every route of the console × everybody × with and without a CSRF token, as the running app has them."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.domain.staff import Role
from bot.gateway.console.routes import ROUTES
from tests.fakes_requests import a_request
from tests.gateway.console import browse, sign_in
from tests.gateway.desk import ANNA, Desk

OPEN = {
    ("GET", "/console/sign-in"),
    ("POST", "/console/sign-in"),
    ("GET", "/console/join/{token}"),
    ("POST", "/console/join/{token}"),
}
AGENT, SUPERVISOR, AUDITOR = Role.AGENT, Role.SUPERVISOR, Role.AUDITOR
DESK = {AGENT, SUPERVISOR}
EXPECTED: dict[tuple[str, str], set[Role]] = {
    ("GET", "/console"): {AGENT, SUPERVISOR, AUDITOR},
    ("GET", "/console/"): DESK,
    ("POST", "/console/lookup"): DESK,
    ("GET", "/console/people/{id}"): DESK,
    ("GET", "/console/inbox"): DESK,
    ("POST", "/console/inbox"): DESK,
    ("GET", "/console/inbox/events"): DESK,
    ("GET", "/console/conversations/{id}"): DESK,
    ("GET", "/console/conversations/{id}/messages"): DESK,
    ("GET", "/console/conversations/{id}/events"): DESK,
    ("POST", "/console/conversations/{id}/take"): DESK,
    ("POST", "/console/conversations/{id}/reply"): DESK,
    ("POST", "/console/conversations/{id}/give-back"): DESK,
    ("GET", "/console/requests"): DESK,
    ("GET", "/console/requests.csv"): {SUPERVISOR},
    ("GET", "/console/requests/{reference}"): DESK,
    ("POST", "/console/requests/{reference}/note"): DESK,
    ("POST", "/console/requests/{reference}/approve"): {SUPERVISOR},
    ("POST", "/console/requests/{reference}/deny"): {SUPERVISOR},
    ("POST", "/console/requests/{reference}/cancel"): {SUPERVISOR},
    ("POST", "/console/requests/{reference}/extend"): DESK,
    ("POST", "/console/requests/{reference}/hold"): DESK,
    ("POST", "/console/requests/{reference}/resume"): DESK,
    ("GET", "/console/quality"): DESK,
    ("POST", "/console/quality"): DESK,
    ("GET", "/console/numbers"): {AGENT, SUPERVISOR, AUDITOR},
    ("GET", "/console/audit"): {AUDITOR},
    ("POST", "/console/audit"): {AUDITOR},
    ("POST", "/console/audit/check"): {AUDITOR},
    ("POST", "/console/sign-out"): {AGENT, SUPERVISOR, AUDITOR},
}
FIELDS = {
    "q": "anna@example.com",
    "text": "hello",
    "reply_id": "r1",
    "actor": "",
    "person": "",
    "tag": "",
    "verdict": "drop",
    "conversation": "none",
    "seq": "1",
}


def running(app: web.Application) -> set[tuple[str, str]]:
    """What the router would answer under /console."""
    found = set()
    for route in app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if path.startswith("/console") and route.method != "HEAD":
            found.add((route.method, path))
    return found


async def furnished(desk: Desk) -> dict[str, str]:
    """A conversation and a request to put into the paths."""
    session = await desk.session()
    request = a_request("r1", desk.world.clock.now(), account_id=ANNA.id, conversation_id=session.id)
    with desk.world.transactions() as uow:
        uow.requests.add(request)
        uow.commit()
    return {"conversation": session.id, "reference": request.reference}


def concrete(path: str, ids: dict[str, str]) -> str:
    own = ANNA.id if "people" in path else ids["conversation"]
    return path.replace("{id}", own).replace("{reference}", ids["reference"])


def test_the_table_is_the_running_apps(desk: Desk) -> None:
    assert running(desk.app) == {*OPEN, *EXPECTED}
    assert {(route.method, route.path) for route in ROUTES} == set(EXPECTED)


@pytest.mark.parametrize(("method", "path"), sorted(EXPECTED))
async def test_nobody_gets_in_without_signing_in(desk: Desk, method: str, path: str) -> None:
    browser, ids = await browse(desk), await furnished(desk)
    before = len(desk.world.audited())
    for csrf in ("", browser.csrf):
        where = concrete(path, ids)
        response = await (browser.get(where) if method == "GET" else browser.post(where, csrf=csrf, **FIELDS))
        assert response.status == 401
        assert ANNA.full_name not in await response.text()
    assert len(desk.world.audited()) == before


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("method", "path"), sorted(EXPECTED))
async def test_each_role_gets_in_where_it_may(desk: Desk, role: Role, method: str, path: str) -> None:
    ids = await furnished(desk)
    browser = await sign_in(desk, role)
    where, allowed = concrete(path, ids), role in EXPECTED[method, path]
    if method == "GET":
        response = await browser.get(where)
        assert (response.status in (200, 302)) is allowed
        if not allowed:
            assert response.status == 403 and f"as {role.value}" in await response.text()
        response.close()
        return
    for csrf in ("", "hash of csrf:another session", "é"):
        refused = await browser.post(where, csrf=csrf, **FIELDS)
        assert refused.status == 403
    for origin in ("", "null", "https://evil.example"):
        assert (await browser.post(where, origin=origin, **FIELDS)).status == 403
    response = await browser.post(where, **FIELDS)
    assert (response.status != 403) is allowed
    assert response.status < 500


async def test_a_page_that_does_not_exist_is_not_there(desk: Desk) -> None:
    browser = await sign_in(desk)
    assert (await browser.get("/console/nowhere")).status == 404
    assert (await browser.get("/console/conversations/nobody")).status == 404
    assert (await browser.get("/console/requests/REQ-00000-00000")).status == 404
    assert (await browser.get("/console/inbox?show=odd")).status == 400
    assert (await browser.get("/console/inbox?after=%ff")).status == 400
    assert (await browser.get("/console/requests?state=odd")).status == 400
