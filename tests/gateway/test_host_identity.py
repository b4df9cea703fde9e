"""A host page that says who its visitor is."""

from __future__ import annotations

import jwt
import pytest

from bot.security.clock import SystemClock
from tests.gateway.desk import ANNA, HOST_SECRET, Desk, Session


def host_jwt(secret: str = HOST_SECRET, **claims: object) -> str:
    now = int(SystemClock().now().timestamp())
    facts = {"iss": "https://www.outsource.example", "aud": "privacy-assistant", "sub": ANNA.id, "iat": now}
    return jwt.encode({**facts, "exp": now + 60, "jti": "one", **claims}, secret, algorithm="HS256")


async def test_a_host_page_can_vouch_once(desk: Desk) -> None:
    token = host_jwt()
    session = await desk.session(identity=token)
    assert session.opened["identity"]["signed_in"]
    replayed = await desk.http.post("/api/session", json={"identity": token})
    assert (replayed.status, (await replayed.json())["code"]) == (401, "token_replayed")
    again = await desk.http.post("/api/session", json={"identity": token}, headers=session.headers)
    assert again.status == 200


async def test_an_anonymous_conversation_is_not_merged_into_a_vouched_one(desk: Desk) -> None:
    anonymous = await desk.session()
    response = await desk.http.post("/api/session", json={"identity": host_jwt()}, headers=anonymous.headers)
    vouched = Session(desk, await response.json())
    assert vouched.id != anonymous.id


@pytest.mark.parametrize("claims", [{"aud": "other"}, {"iss": "evil"}, {"exp": 1}, {"sub": "nobody"}, {"jti": ""}])
async def test_other_host_tokens_are_refused(desk: Desk, claims: dict[str, object]) -> None:
    response = await desk.http.post("/api/session", json={"identity": host_jwt(**claims)})
    assert response.status in (401, 404)


async def test_a_host_token_signed_by_somebody_else_is_refused(desk: Desk) -> None:
    response = await desk.http.post("/api/session", json={"identity": host_jwt("x" * 40)})
    assert response.status == 401
