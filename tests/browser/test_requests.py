"""The page of a request in a real browser: by keyboard, in light and dark, wide and narrow; axe finds nothing."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.domain.requests import RequestState
from bot.security.tokens import Signer
from bot.services.requests.notices import STATUS_LINK_LIFETIME
from tests.browser.serve import Running
from tests.browser.test_access import check
from tests.browser.test_widget import sign_in, start_chat
from tests.gateway.desk import ANNA, SECRET
from tests.requests.examples import DAY, NOW, request

pytestmark = pytest.mark.browser

LINKS = Signer(SECRET, "request", STATUS_LINK_LIFETIME)
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture(params=[("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)], ids=str)
def page(request: pytest.FixtureRequest, browser: Browser, complaints: list[str]) -> Iterator[Page]:
    scheme, size = request.param
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: "Content Security" in message.text and complaints.append(message.text))
    yield opened
    context.close()
    assert complaints == []


def stored(desk: Running, **changes: Any) -> str:
    """Keeps a request of Anna's; the address of its page."""
    values = {"account_id": ANNA.id, "acknowledged_at": NOW, **changes}
    with desk.world.transactions() as uow:
        uow.requests.add(request(**values))
        uow.commit()
    return f"{desk.url}/requests/{LINKS.sign({'reference': 'REQ-00000-r1'})}"


def fits(page: Page) -> None:
    """Nothing sticks out sideways (WCAG 1.4.10)."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_request_is_taken_back_by_keyboard(page: Page, desk: Running) -> None:
    page.goto(stored(desk, state=RequestState.SCHEDULED, scheduled_for=NOW + 7 * DAY))
    expect(page.get_by_role("heading", level=1)).to_have_text("It is on the calendar.")
    fits(page)
    check(page, "scheduled")
    button = page.get_by_role("button", name="I changed my mind, take it back")
    for _ in range(5):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("You took it back. Nothing more will happen.")
    expect(page.get_by_role("button")).to_have_count(0)
    check(page, "taken back")


def test_meta_asked_and_the_person_says_yes(page: Page, desk: Running) -> None:
    asked = {"state": RequestState.AWAITING_CONFIRMATION, "channel": "facebook", "acknowledged_at": None}
    page.goto(stored(desk, **asked))
    fits(page)
    check(page, "waits for a yes")
    expect(page.get_by_role("button")).to_have_text(["Yes, delete my account", "No, keep my account"])
    page.get_by_role("button", name="Yes, delete my account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is on the calendar.")
    page.goto(f"{desk.url}/facebook/data-deletion/REQ-00000-00000")
    fits(page)
    check(page, "nothing held")


def test_too_late_denied_and_gone(page: Page, desk: Running) -> None:
    address = stored(desk, state=RequestState.SCHEDULED, scheduled_for=NOW)
    page.goto(address)
    with desk.world.transactions() as uow:
        seen = uow.requests.by_id("r1")
        assert seen is not None
        uow.requests.save(seen.advance(RequestState.EXECUTING, NOW), seen)
        uow.commit()
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_contain_text("too late")
    fits(page)
    check(page, "too late")
    page.goto(f"{desk.url}/requests/rubbish")
    expect(page.get_by_role("heading", level=1)).to_have_text("This link is no longer good")
    check(page, "gone")


def test_a_denial_gives_its_reason_and_the_way_to_complain(page: Page, desk: Running) -> None:
    words = "We looked under every name you gave us. " * 10
    denied = {"state": RequestState.DENIED, "reason": "no_match", "explanation": words, "closed_at": NOW + DAY}
    page.goto(stored(desk, **denied))
    expect(page.locator("main")).to_contain_text("we hold no data that matches")
    fits(page)
    check(page, "denied")


def test_a_browser_that_asks_not_to_share_is_told_that_it_is_set(browser: Browser, desk: Running) -> None:
    context = browser.new_context(viewport=WIDE, extra_http_headers={"Sec-GPC": "1"})
    opened = context.new_page()
    opened.goto(desk.url + "/")
    start_chat(opened)
    sign_in(opened)
    expect(opened.get_by_text("so “Sharing my information” is now off. You can turn it on again")).to_have_count(1)
    context.close()
    with desk.world.transactions() as uow:
        assert uow.preferences.of(ANNA.id)["share_partners"] is False
