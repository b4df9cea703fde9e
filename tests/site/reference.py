"""A site that keeps its accounts itself: the other side of docs/connector.openapi.yaml, with storage of its own."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from jsonschema import ValidationError

from tests.site import api

NONCE_KEPT = 600


def documented_check() -> Callable[..., str | None]:
    """The signature check as docs/connector.md gives it."""
    (code,) = re.findall(r"^```python\n(.*?)^```", Path("docs/connector.md").read_text("utf-8"), re.S | re.M)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own document
    return names["refuse"]  # type: ignore[no-any-return]


class Refusal(Exception):
    """A status and a code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass
class Person:
    """What this site knows of one person; `at` has the moments of choices and corrections by name."""

    id: str
    password: str
    details: dict[str, str]
    created_at: datetime
    settings: dict[str, bool] = field(default_factory=dict)
    at: dict[str, datetime] = field(default_factory=dict)
    facebook_user: str | None = None

    def profile(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "created_at": self.created_at.isoformat(),
            "facebook_user": self.facebook_user,
            "settings": {**self.settings, "of_the_sites_own": True},
            **self.details,
        }


@dataclass
class Fault:
    """Something that goes wrong with one call.

    Attributes:
        after: the call is carried out first, and its answer lost.
        hang: nothing is answered until the caller hangs up.
        gate: the call waits for this, and then goes on as if nothing had been.
        arrived: set when the call is there, or with `after`, when it is carried out.
    """

    status: int = 500
    body: bytes = b"<h1>oops</h1>"
    headers: dict[str, str] = field(default_factory=dict)
    after: bool = False
    hang: bool = False
    gate: asyncio.Event | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class ReferenceSite:
    """The site's program.

    Attributes:
        calls: method and path of every call that arrived, whatever became of it.
        effects: what changed, as (key, what), in order.
        faults: taken one per call, oldest first.
    """

    secret: str
    now: Callable[[], datetime]
    people: dict[str, Person] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    nonces: dict[str, float] = field(default_factory=dict)
    answers: dict[str, tuple[tuple[str, str, bytes], int, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str]] = field(default_factory=list)
    effects: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    wrong_passwords: int = 0

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._handle])
        app.add_routes(
            [
                web.get(f"{api.PREFIX}/v1/health", self.health),
                web.post(f"{api.PREFIX}/v1/sign-in", self.sign_in),
                web.post(f"{api.PREFIX}/v1/accounts/lookup", self.look_up),
                web.get(f"{api.PREFIX}/v1/accounts/{{account}}", self.profile),
                web.put(f"{api.PREFIX}/v1/accounts/{{account}}/settings/{{setting}}", self.apply_setting),
                web.put(f"{api.PREFIX}/v1/accounts/{{account}}/details/{{detail}}", self.correct),
                web.post(f"{api.PREFIX}/v1/accounts/{{account}}/erasure", self.erase),
                web.get(f"{api.PREFIX}/v1/accounts/{{account}}/export", self.export),
            ]
        )
        return app

    @web.middleware
    async def _handle(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[Any]]
    ) -> web.StreamResponse:
        self.calls.append((request.method, request.raw_path))
        fault = self.faults.pop(0) if self.faults else None
        if fault and not fault.after:
            fault.arrived.set()
            if fault.gate is None:
                return await self._fail(fault)
            await fault.gate.wait()
        status, body = await self._answer(request, handler)
        api.check_response(request.method, request.raw_path, status, body)
        if fault and fault.after:
            fault.arrived.set()
            return await self._fail(fault)
        return web.json_response(body, status=status)

    async def _fail(self, fault: Fault) -> web.Response:
        if fault.hang:
            await asyncio.sleep(3600)
        return web.Response(status=fault.status, body=fault.body, headers=fault.headers)

    async def _answer(self, request: web.Request, handler: Callable[[web.Request], Awaitable[Any]]) -> tuple[int, Any]:
        body, path, key = await request.read(), request.raw_path, request.headers.get("Idempotency-Key", "")
        now = self.now().timestamp()
        refused = documented_check()(self.secret, request.method, path, request.headers, body, now, self._seen)
        if refused:
            return 401, {"code": refused}
        try:
            api.check_request(request.method, path, request.headers, body)
        except (ValidationError, AssertionError, ValueError):
            return 400, {"code": "malformed"}
        call = (request.method, path, body)
        if key in self.answers:
            before, status, answer = self.answers[key]
            return (status, answer) if before == call else (422, {"code": "key_reused"})
        try:
            status, answer = 200, await handler(request)
        except Refusal as refusal:
            status, answer = refusal.status, {"code": refusal.code}
        if key:
            self.answers[key] = (call, status, answer)
        return status, answer

    def _seen(self, nonce: str) -> bool:
        now = self.now().timestamp()
        self.nonces = {old: at for old, at in self.nonces.items() if now - at < NONCE_KEPT}
        known = nonce in self.nonces
        self.nonces[nonce] = now
        return known

    def _person(self, request: web.Request) -> Person:
        account = request.match_info["account"]
        if account in self.receipts:
            raise Refusal(410, "account_erased")
        if account not in self.people:
            raise Refusal(404, "unknown_account")
        return self.people[account]

    def _by_email(self, email: str) -> Person | None:
        return next((person for person in self.people.values() if person.details["email"] == email.casefold()), None)

    async def health(self, request: web.Request) -> Any:
        return {"status": "ok", "time": self.now().isoformat()}

    async def sign_in(self, request: web.Request) -> Any:
        body = await request.json()
        person = self._by_email(body["email"])
        if person and person.password == body["password"]:
            return {"account": person.profile()}
        self.wrong_passwords += 1
        return {"account": None}

    async def look_up(self, request: web.Request) -> Any:
        person = self._by_email((await request.json())["email"])
        return {"account": person.profile() if person else None}

    async def profile(self, request: web.Request) -> Any:
        return {"account": self._person(request).profile()}

    async def apply_setting(self, request: web.Request) -> Any:
        person, setting, body = self._person(request), request.match_info["setting"], await request.json()
        if not self._newest(person, setting, body["at"]):
            return {"applied": False}
        person.settings[setting] = body["value"]
        self._did(request, f"{setting}={json.dumps(body['value'])}")
        return {"applied": True}

    async def correct(self, request: web.Request) -> Any:
        person, detail, body = self._person(request), request.match_info["detail"], await request.json()
        holder = self._by_email(body["value"]) if detail == "email" else None
        if holder and holder is not person:
            raise Refusal(409, "email_taken")
        if not self._newest(person, detail, body["at"]):
            return {"applied": False}
        person.details[detail] = body["value"]
        self._did(request, f"{detail}={body['value']}")
        return {"applied": True}

    async def erase(self, request: web.Request) -> Any:
        account = request.match_info["account"]
        if self.people.pop(account, None):
            self._did(request, f"erased {account}")
        receipt = self.receipts.setdefault(account, f"E-{len(self.receipts) + 1:04}")
        return {"receipt": receipt, "erased_at": self.now().isoformat()}

    async def export(self, request: web.Request) -> Any:
        return {"data": {**self._person(request).profile(), "orders": [{"number": 7}]}}

    def _newest(self, person: Person, name: str, at: str) -> bool:
        moment = datetime.fromisoformat(at)
        newest = name not in person.at or person.at[name] <= moment
        if newest:
            person.at[name] = moment
        return newest

    def _did(self, request: web.Request, what: str) -> None:
        self.effects.append((request.headers["Idempotency-Key"], what))
