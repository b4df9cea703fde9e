"""Members of staff who sign in and use the console as a browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie

from aiohttp import ClientResponse

from bot.domain.staff import Role
from tests.gateway.desk import Desk

PASSWORD = "a long enough password"


@dataclass
class Browser:
    """One browser; keeps its own cookies, because the test client shares its jar between all of them."""

    desk: Desk
    cookies: dict[str, str]
    csrf: str = ""

    @property
    def origin(self) -> str:
        return self.desk.world.config.public_url

    async def get(self, path: str, **headers: str) -> ClientResponse:
        response = await self.desk.http.get(path, headers=self._headers(headers), allow_redirects=False)
        return await self._keep(response)

    async def post(
        self, path: str, *, csrf: str | None = None, origin: str | None = None, **fields: str
    ) -> ClientResponse:
        headers = self._headers({"Origin": self.origin if origin is None else origin})
        data = {**fields, "csrf": self.csrf if csrf is None else csrf}
        response = await self.desk.http.post(path, data=data, headers=headers, allow_redirects=False)
        return await self._keep(response)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **more}

    async def _keep(self, response: ClientResponse) -> ClientResponse:
        for header in response.headers.getall("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        self.desk.http.session.cookie_jar.clear()
        if "html" in response.headers.get("Content-Type", ""):
            found = re.search(r'name="csrf" value="([0-9a-f]\S*|hash[^"]*)"', await response.text())
            self.csrf = found[1] if found else self.csrf
        return response


def code(desk: Desk) -> str:
    """What the authenticator shows; every call is a step later, because a code counts once."""
    desk.world.clock.advance(timedelta(seconds=30))
    return f"{int(desk.world.clock.now().timestamp()) // 30 % 10**6:06}"


def enrol(desk: Desk, role: Role, name: str) -> str:
    """A member of staff who has joined; their address."""
    staff = desk.gateway.services.console.staff
    email = f"{name.split()[0].lower()}@desk.example"
    token = staff.add(email, name, role)
    staff.enrol(token, PASSWORD, code(desk))
    return email


async def browse(desk: Desk) -> Browser:
    """A browser in which nobody is signed in."""
    browser = Browser(desk, {})
    await browser.get("/console/sign-in")
    return browser


async def sign_in(desk: Desk, role: Role = Role.AGENT, name: str = "Ada Lovelace") -> Browser:
    """A browser in which a new member of staff is signed in."""
    email = enrol(desk, role, name)
    browser = await browse(desk)
    response = await browser.post("/console/sign-in", email=email, password=PASSWORD, code=code(desk))
    assert response.status == 303, await response.text()
    await browser.get("/console/" if role is not Role.AUDITOR else "/console/audit")
    return browser
