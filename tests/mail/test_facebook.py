"""Withdrawing a permission at a Graph API that runs here."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientResponseError, web
from aiohttp.test_utils import TestServer

from bot.facebook import GraphApi


class Graph:
    """A Graph API with one answer."""

    def __init__(self) -> None:
        self.status, self.body = 200, {"success": True}
        self.calls: list[web.Request] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.calls.append(request)
        return web.json_response(self.body, status=self.status)


@pytest.fixture
def graph() -> Graph:
    return Graph()


@pytest.fixture
async def api(graph: Graph) -> AsyncIterator[GraphApi]:
    app = web.Application()
    app.router.add_delete("/{user}/permissions", graph.handle)
    async with TestServer(app) as server:
        yield GraphApi(str(server.make_url("")).rstrip("/"), "app", "secret")


async def test_the_permission_is_withdrawn_with_the_apps_own_token(api: GraphApi, graph: Graph) -> None:
    assert await api.revoke("1020") is True
    (call,) = graph.calls
    assert call.path == "/1020/permissions"
    assert call.headers["Authorization"] == "Bearer app|secret"
    assert len(call.query["appsecret_proof"]) == 64


async def test_a_person_who_removed_the_app_needs_nothing(api: GraphApi, graph: Graph) -> None:
    graph.status, graph.body = 400, {"error": {"code": 100}}
    assert await api.revoke("1020") is True


@pytest.mark.parametrize(("status", "body"), [(400, {"error": {"code": 190}}), (404, {"other": 1})])
async def test_any_other_refusal_is_for_later(api: GraphApi, graph: Graph, status: int, body: dict[str, int]) -> None:
    graph.status, graph.body = status, body
    with pytest.raises(OSError, match=str(status)):
        await api.revoke("1020")


async def test_a_broken_server_is_an_error(api: GraphApi, graph: Graph) -> None:
    graph.status = 500
    with pytest.raises(ClientResponseError):
        await api.revoke("1020")


async def test_without_an_app_nobody_is_called(graph: Graph) -> None:
    assert await GraphApi("http://127.0.0.1:1", "", "").revoke("1020") is False
