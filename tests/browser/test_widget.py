"""The widget as a person meets it, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serve import QUOTE, Running

pytestmark = pytest.mark.browser


def start_chat(page: Page) -> None:
    page.locator(".launcher").click()
    page.locator(".item.bot").first.wait_for()


def say(page: Page, text: str) -> None:
    """Sends a text and waits for one more reply."""
    replies = page.locator(".item.bot").count()
    page.locator("#input").fill(text)
    page.locator("#input").press("Enter")
    page.locator(".item.bot").nth(replies).wait_for()


def sign_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in").first.click()
    page.get_by_role("tab", name="Password").click()
    page.get_by_label("E-mail address").fill("anna@example.com")
    page.get_by_role("textbox", name="Password").fill("correct horse")
    page.locator(".signin form button[type=submit]").click()
    expect(page.locator(".status")).to_have_text("Signed in: a•••@example.com")


def focused(page: Page) -> str:
    return str(page.evaluate("document.querySelector('#privacy-assistant').shadowRoot.activeElement?.className ?? ''"))


def test_an_answer_shows_the_words_of_the_policy_and_where_they_stand(page: Page) -> None:
    start_chat(page)
    say(page, "do you sell my phone number?")
    expect(page.locator("blockquote")).to_have_text(QUOTE)
    expect(page.locator("figcaption span").first).to_have_text("2. Use of Information Collected")
    expect(page.locator(".source")).to_contain_text("March 18, 2015")
    assert str(page.locator("figcaption a").get_attribute("href")).endswith(f"/policy/outsource/{'f' * 12}#s2.1")


def test_a_link_to_the_policy_highlights_its_sentence(page: Page, desk: Running) -> None:
    page.goto(desk.url + "/policy")
    anchor = page.locator("span.sentence").nth(12).get_attribute("id")
    page.goto(f"{desk.url}/policy#{anchor}")
    target = page.locator(":target")
    expect(target).to_be_in_viewport()
    assert target.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(253, 240, 184)"


def test_nothing_is_stored_or_opened_before_the_first_opening(page: Page, desk: Running) -> None:
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    assert desk.world.transactions.data.conversations == {}
    start_chat(page)
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [1, 0, ""]


def test_a_browser_that_refuses_storage_still_has_a_chat(browser: Browser, desk: Running) -> None:
    context = browser.new_context()
    context.add_init_script(
        "for (const name of ['sessionStorage', 'localStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('refused', 'SecurityError'); } });"
    )
    page = context.new_page()
    page.goto(desk.url + "/")
    start_chat(page)
    say(page, "hello")
    expect(page.locator(".item.bot").last).to_contain_text("You said: hello")
    context.close()


def test_the_conversation_survives_a_change_of_page(page: Page) -> None:
    start_chat(page)
    say(page, "hello")
    page.reload()
    expect(page.locator(".item.person .bubble")).to_have_text("hello")
    expect(page.locator(".panel")).to_be_visible()
    assert focused(page) == ""


def test_signing_in_with_a_password_and_out_again(page: Page, desk: Running) -> None:
    start_chat(page)
    say(page, "sign me in")
    sign_in(page)
    expect(page.locator(".item.bot").last).to_contain_text("You are signed in")
    assert "correct horse" not in page.locator(".transcript").inner_text()
    say(page, "and now?")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.locator(".item.person")).to_have_count(0)
    say(page, "hello again")


def test_signing_in_with_a_mailed_code(page: Page, desk: Running) -> None:
    start_chat(page)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("E-mail address").fill("anna@example.com")
    page.get_by_label("E-mail address").press("Enter")
    page.get_by_label("Six-digit code").fill("000000")
    page.get_by_label("Six-digit code").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("You have 4 tries left")
    page.get_by_label("Six-digit code").fill(desk.world.mailed_code())
    page.get_by_label("Six-digit code").press("Enter")
    expect(page.locator(".status")).to_contain_text("a•••@example.com")
    say(page, "hello")


def test_a_code_typed_into_the_chat_is_masked(page: Page, desk: Running) -> None:
    start_chat(page)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("E-mail address").fill("anna@example.com")
    page.get_by_label("E-mail address").press("Enter")
    page.get_by_label("Six-digit code").wait_for()
    page.keyboard.press("Escape")
    say(page, desk.world.mailed_code())
    expect(page.locator(".item.person .bubble")).to_have_text("••••••")
    expect(page.locator(".status")).to_contain_text("Signed in")


def test_a_switch_changes_a_setting_and_stays_readable(page: Page, desk: Running) -> None:
    start_chat(page)
    say(page, "settings")
    switch = page.get_by_role("switch", name="Newsletters by e-mail")
    expect(switch).to_be_checked()
    switch.click()
    expect(page.locator(".item.bot").last).to_contain_text("no more newsletters")
    expect(switch).not_to_be_checked()
    expect(switch).to_have_attribute("aria-disabled", "true")
    assert desk.world.bot.turns[-1][2:] == ('/change_setting{"setting": "news"}', True)


def test_quick_replies_are_pressed_once_and_stay(page: Page, desk: Running) -> None:
    start_chat(page)
    reply = page.get_by_role("button", name="Show my settings")
    reply.click()
    page.locator(".card.settings").wait_for()
    expect(reply).to_be_visible()
    reply.click(force=True)
    page.wait_for_timeout(200)
    assert [turn[2] for turn in desk.world.bot.turns].count("/view_settings") == 1


def test_when_rasa_is_down_the_message_can_be_sent_again(page: Page, desk: Running) -> None:
    start_chat(page)
    desk.world.bot.down = True
    page.locator("#input").fill("are you there?")
    page.locator("#input").press("Enter")
    expect(page.locator(".meta.failed")).to_contain_text("Not answered")
    desk.world.bot.down = False
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".item.bot").last).to_contain_text("You said: are you there?")
    expect(page.locator(".item.person")).to_have_count(1)


def test_a_lost_server_is_shown_and_what_was_said_arrives_once(page: Page, desk: Running) -> None:
    start_chat(page)
    desk.stop()
    expect(page.locator(".banner")).to_contain_text(re.compile("Reconnecting|I keep trying"))
    page.locator("#input").fill("said while you were away")
    page.locator("#input").press("Enter")
    expect(page.locator(".meta.waiting")).to_be_visible()
    again = Running(desk.port, desk.world)
    try:
        expect(page.locator(".item.bot").last).to_contain_text("said while you were away", timeout=20_000)
        expect(page.locator(".banner")).to_be_hidden()
        assert [turn[2] for turn in desk.world.bot.turns].count("said while you were away") == 1
    finally:
        again.stop()


def test_without_sockets_the_chat_goes_over_http(browser: Browser, desk: Running) -> None:
    context = browser.new_context()
    context.add_init_script(
        "window.WebSocket = class { constructor() { setTimeout(() => this.onclose({}), 5); } close() {} send() {} };"
    )
    page = context.new_page()
    page.goto(desk.url + "/")
    start_chat(page)
    say(page, "hello")
    expect(page.locator(".item.bot").last).to_contain_text("You said: hello")
    context.close()


def test_a_text_that_is_too_long_stays_in_the_box(page: Page) -> None:
    start_chat(page)
    page.locator("#input").fill("x" * 3500)
    expect(page.locator(".counter")).to_have_text("3,500 of 4,000 characters")
    page.locator("#input").fill("x" * 4001)
    page.locator("#input").press("Enter")
    expect(page.locator(".counter")).to_contain_text("Please shorten it")
    assert len(page.locator("#input").input_value()) == 4001


def test_markup_is_only_text(page: Page, desk: Running) -> None:
    start_chat(page)
    say(page, "<img src=x onerror=alert(1)><b>bold</b>")
    expect(page.locator(".item.person .bubble")).to_have_text("<img src=x onerror=alert(1)><b>bold</b>")
    assert page.locator(".transcript img, .transcript b").count() == 0


def test_the_keyboard_is_enough(page: Page) -> None:
    page.locator(".launcher").focus()
    page.keyboard.press("Enter")
    page.locator(".item.bot").wait_for()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    page.locator(".item.bot").nth(1).wait_for()
    assert page.evaluate("document.querySelector('#privacy-assistant').shadowRoot.activeElement.id") == "input"
    page.keyboard.press("Shift+Tab")
    while focused(page) != "transcript":
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Home")
    assert focused(page) == "item bot"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "item person"
    page.keyboard.press("End")
    assert focused(page) == "item bot"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    assert focused(page) == "launcher"


def test_new_messages_are_announced_and_the_region_is_emptied(page: Page) -> None:
    start_chat(page)
    page.locator("#input").fill("hello")
    page.locator("#input").press("Enter")
    live = page.locator("[aria-live=polite]")
    expect(live).to_contain_text("You said: hello")
    expect(live).to_have_text("", timeout=3000)


@pytest.mark.parametrize("page", [{"width": 320, "height": 256}, {"width": 320, "height": 568}], indirect=True)
def test_it_fits_a_small_or_much_enlarged_screen(page: Page) -> None:
    """1280 × 1024 at 400 % is 320 × 256."""
    start_chat(page)
    say(page, "do you sell my phone number?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(".transcript").evaluate("node => node.scrollWidth <= node.clientWidth")
    page.locator(".send").scroll_into_view_if_needed()
    expect(page.locator(".send")).to_be_in_viewport()
