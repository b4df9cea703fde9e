"""The main job in a real browser: ask, sign in, turn something off, have the account deleted."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from bot.cli.demo import PASSWORD
from bot.storage.unit_of_work import SqlTransactions
from tests.fullstack.visitor import mailed_code, mails
from tests.stack import Stack

pytestmark = [pytest.mark.model, pytest.mark.browser]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE = "This phone number will not be given or sold to any third-parties who are not on Outsource.com."


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def page(stack: Stack) -> Iterator[Page]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs a browser: install chromium")
        pytest.skip("no chromium; set CHROMIUM or install Debian's package")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(15_000)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(stack.url)
        page.get_by_role("button", name="Open the Privacy Assistant").click()
        yield page
        browser.close()
        assert errors == []


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox").last.fill(text)
    page.get_by_role("textbox").last.press("Enter")


def sign_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in", exact=True).first.click()
    page.get_by_role("tab", name="Password").click()
    page.get_by_label("E-mail").first.fill("clara@example.com")
    page.get_by_label("Password", exact=True).last.fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).last.click()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        page.wait_for_timeout(400)
        page.screenshot(path=f"{folder}/{name}.png")


def test_the_main_job(page: Page, stack: Stack) -> None:
    say(page, "do you sell my phone number")
    expect(page.get_by_text(PHONE).first).to_be_visible()
    picture(page, "answer")

    say(page, "stop posting on my facebook")
    expect(page.get_by_text("I need to know it is you first").last).to_be_visible()
    sign_in(page)
    expect(page.get_by_text("are now off").last).to_be_visible()
    picture(page, "facebook")

    say(page, "delete my account")
    expect(page.get_by_text("six-digit code").last).to_be_visible()
    say(page, mailed_code(stack.folder / "mail", "clara@example.com"))
    page.get_by_role("button", name="Yes, delete my account").click()
    expect(page.get_by_text("Your deletion request is filed").last).to_be_visible()
    picture(page, "deletion")
    check_rows(stack)
    check_mails(stack)


def check_rows(stack: Stack) -> None:
    transactions = SqlTransactions(stack.env["DATABASE_URL"])
    with transactions() as uow:
        chosen = uow.preferences.of("demo-client")
        consents = uow.consents.of("demo-client")
        opted_out, request = sorted(uow.requests.of_account("demo-client"), key=lambda found: found.received_at)
        tags = [entry.tag.value for _, entry, _ in uow.audit.rows()]
    transactions.close()
    assert (chosen["facebook_advice"], chosen["facebook_recommendations"]) == (False, False)
    assert [(consent.setting, consent.granted) for consent in consents] == [
        ("facebook_advice", False),
        ("facebook_recommendations", False),
    ]
    assert (opted_out.type.value, opted_out.state.value) == ("opt_out", "completed")
    assert (request.type.value, request.state.value) == ("deletion", "scheduled")
    assert {"identity:sign_in", "setting:change", "identity:code_proved", "request:open"} <= set(tags)


def check_mails(stack: Stack) -> None:
    deadline = 50
    while deadline and len([m for m in mails(stack.folder / "mail") if "REQ-" in m["Subject"]]) < 2:
        deadline -= 1
        time.sleep(0.2)
    to = {mail["To"] for mail in mails(stack.folder / "mail") if "REQ-" in mail["Subject"]}
    assert to == {"clara@example.com", "support@outsource.com"}


def test_when_rasa_is_down_the_message_is_kept_and_can_be_sent_again(page: Page, stack: Stack) -> None:
    expect(page.get_by_text("Hello").first).to_be_visible()
    stack.stop("rasa")
    say(page, "do you sell my phone number")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    picture(page, "down")
    stack.start("rasa")
    stack.wait_ready()
    again.click()
    expect(page.get_by_text(PHONE).first).to_be_visible()
