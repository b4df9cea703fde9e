"""Signing in to the console in a real browser."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page

from bot.domain.staff import Role
from tests.browser.serve import Running

PASSWORD = "a long enough password"


def code(desk: Running) -> str:
    """What the authenticator shows; every call is a step later, because a code counts once."""
    desk.world.clock.advance(timedelta(seconds=30))
    return f"{int(desk.world.clock.now().timestamp()) // 30 % 10**6:06}"


def invite(desk: Running, role: Role, name: str) -> str:
    """The path at which a new member of staff joins."""
    staff = desk.world.services().console.staff
    return f"/console/join/{staff.add(f'{name.split()[0].lower()}@desk.example', name, role)}"


def join(page: Page, desk: Running, role: Role, name: str) -> None:
    """Takes up an invitation and signs in."""
    page.goto(desk.url + invite(desk, role, name))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(code(desk))
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="I have kept them").click()
    fill_in(page, desk, f"{name.split()[0].lower()}@desk.example")
    page.get_by_role("button", name="Sign out").wait_for()


def fill_in(page: Page, desk: Running, email: str) -> None:
    """Fills in the page of signing in, and sends it."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(code(desk))
    page.get_by_role("button", name="Sign in").click()
