"""axe-core finds nothing, in any state, in light and in dark."""

from __future__ import annotations

from typing import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.serve import Running
from tests.browser.test_widget import say, sign_in, start_chat

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser, desk: Running) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 860}, color_scheme=request.param, reduced_motion="reduce"
    )
    opened = context.new_page()
    opened.goto(desk.url + "/")
    opened.locator(".launcher").wait_for()
    yield opened
    context.close()


def check(page: Page, state: str) -> None:
    """No violation of any rule axe knows."""
    results = Axe().run(page)
    assert results.violations_count == 0, f"{state}: {results.generate_report()}"


def test_every_state_of_the_widget(page: Page, desk: Running) -> None:
    check(page, "closed")
    start_chat(page)
    check(page, "open")
    say(page, "do you sell my phone number?")
    check(page, "answer card")
    for text in ("settings", "delete my account", "my details", "I would like to talk to a person", "sign me in"):
        say(page, text)
        check(page, text)
    page.locator(".offer button").last.click()
    check(page, "sign-in by password")
    page.get_by_role("tab", name="Code by mail").click()
    check(page, "sign-in by code")
    page.locator(".signin form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("e-mail address")
    check(page, "sign-in with an error")
    page.keyboard.press("Escape")
    sign_in(page)
    check(page, "signed in")
    desk.world.bot.down = True
    page.locator("#input").fill("hello")
    page.locator("#input").press("Enter")
    page.locator(".meta.failed").wait_for()
    check(page, "not answered")
    page.locator("#input").fill("x" * 4001)
    page.locator("#input").press("Enter")
    check(page, "too long")
    desk.stop()
    page.locator(".banner").wait_for()
    check(page, "reconnecting")


@pytest.mark.parametrize("path", ["/policy", "/nowhere", "/confirm/email/rubbish"])
def test_every_page(page: Page, desk: Running, path: str) -> None:
    page.goto(desk.url + path)
    check(page, path)
