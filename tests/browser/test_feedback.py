"""Thumbs and scores in the widget, by mouse and by keyboard, and what axe says of them."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.domain.staff import Role, StaffMember
from tests.browser.serve import Running
from tests.browser.test_widget import say, start_chat

pytestmark = pytest.mark.browser


def check(page: Page, what: str) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, f"{what}: {results.generate_report()}"


def thumbs(desk: Running) -> list[bool]:
    return [rating.up for rating in desk.world.transactions.data.desk.ratings.values()]


def scores(desk: Running) -> list[int]:
    return [score.score for score in desk.world.transactions.data.desk.scores.values()]


def agent(desk: Running) -> StaffMember:
    staff = desk.world.services().console.staff
    staff.add("ada@desk.example", "Ada Lovelace", Role.AGENT)
    return next(iter(desk.world.transactions.data.desk.staff.values()))


def test_an_answer_gets_a_thumb_that_can_be_changed_and_taken_back(page: Page, desk: Running) -> None:
    start_chat(page)
    say(page, "do you sell my phone number?")
    up, down = page.get_by_role("button", name="Helpful", exact=True), page.get_by_role("button", name="Not helpful")
    expect(up).to_have_attribute("aria-pressed", "false")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[role=status]", has_text="Thank you.")).to_be_attached()
    check(page, "thumb down")
    assert thumbs(desk) == [False]
    page.reload()
    expect(down).to_have_attribute("aria-pressed", "true")
    with page.expect_response("**/api/rating"):
        up.focus()
        page.keyboard.press("Enter")
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(down).to_have_attribute("aria-pressed", "false")
    with page.expect_response("**/api/rating"):
        up.click()
    expect(up).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(up).to_have_attribute("aria-pressed", "false")
    assert thumbs(desk) == []


def test_small_talk_gets_no_thumbs(page: Page) -> None:
    start_chat(page)
    say(page, "hello")
    expect(page.get_by_role("button", name="Helpful", exact=True)).to_have_count(0)


def test_a_thumb_that_does_not_get_through_is_not_shown(page: Page, desk: Running) -> None:
    start_chat(page)
    say(page, "do you sell my phone number?")
    page.route("**/api/rating", lambda route: route.abort())
    up = page.get_by_role("button", name="Helpful", exact=True)
    up.click()
    expect(up).to_have_attribute("aria-pressed", "false")
    assert thumbs(desk) == []


def test_after_a_person_has_left_the_chat_can_be_scored(page: Page, desk: Running) -> None:
    start_chat(page)
    say(page, "hello")
    ada, takeovers = agent(desk), desk.world.services().console.takeovers
    conversation = next(iter(desk.world.transactions.data.conversations))
    takeovers.take(ada, conversation)
    takeovers.give_back(ada, conversation)
    page.reload()
    group = page.get_by_role("group", name="How was this conversation?")
    expect(group.get_by_role("button")).to_have_count(5)
    check(page, "asked for a score")
    group.get_by_role("button", name="4, good").focus()
    page.keyboard.press("Space")
    expect(group.get_by_role("button", name="4, good")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".score .meta")).to_be_visible()
    check(page, "scored")
    assert scores(desk) == [4]
    with page.expect_response("**/api/score"):
        group.get_by_role("button", name="2, bad").click()
    page.reload()
    expect(group.get_by_role("button", name="2, bad")).to_have_attribute("aria-pressed", "true")
    assert scores(desk) == [2]


def test_a_chat_that_was_closed_asks_once_and_takes_no_focus(page: Page, desk: Running) -> None:
    start_chat(page)
    page.locator(".close").click()
    page.locator(".launcher").click()
    group = page.get_by_role("group", name="How was this conversation?")
    expect(group).to_have_count(0)
    say(page, "hello")
    for _ in range(2):
        page.locator(".close").click()
        page.locator(".launcher").click()
    expect(group).to_have_count(1)
    assert page.evaluate("document.querySelector('#privacy-assistant').shadowRoot.activeElement.id") == "input"
    group.get_by_role("button", name="5, very good").click()
    expect(page.locator(".score .meta")).to_be_visible()
    assert scores(desk) == [5]
