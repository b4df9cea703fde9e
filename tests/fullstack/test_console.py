"""The agents' day in real browsers, on the real product: sign in, look up, take over, hand back, and what was seen."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.fullstack.test_browser import CHROMIUM, FLAGS, sign_in
from tests.fullstack.visitor import mailed_code
from tests.stack import PYTHON, Stack

pytestmark = [pytest.mark.model, pytest.mark.browser]
PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def strict_stack(tmp_path: Path) -> Iterator[Stack]:
    """A deployment where two supervisors must agree to a deletion, and nothing waits after that."""
    with Stack(tmp_path, DELETION_APPROVALS="2", DELETION_GRACE_DAYS="0") as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs a browser: install chromium")
        pytest.skip("no chromium; set CHROMIUM or install Debian's package")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


def open_page(browser: Browser) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    page.set_default_timeout(15_000)
    return page


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(exist_ok=True)
        page.wait_for_timeout(400)
        page.screenshot(path=f"{folder}/{name}.png")


class Authenticator:
    """A phone that never shows the same code twice."""

    def __init__(self, key: str) -> None:
        self._totp, self._last = pyotp.TOTP(key), 0

    def code(self) -> str:
        """The next code; up to one step ahead of the clock, as the server allows."""
        step = max(int(time.time()) // 30, self._last + 1)
        while step > int(time.time()) // 30 + 1:
            time.sleep(0.5)
        self._last = step
        return self._totp.at(step * 30)


def join(page: Page, stack: Stack, role: str, name: str) -> None:
    """Invites by the command line, joins and signs in."""
    email = f"{name.split()[0].lower()}@desk.example"
    command = [PYTHON, "-m", "bot", "agents", "add", email, name, "--role", role]
    done = subprocess.run(command, env=stack.env, capture_output=True, text=True, check=True)
    page.goto(re.search(r"http\S+/console/join/\S+", done.stdout)[0])  # type: ignore[index]
    phone = Authenticator(page.locator("code").inner_text())
    picture(page, f"join-{role}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(phone.code())
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(phone.code())
    picture(page, f"sign-in-{role}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def say(visitor: Page, text: str) -> None:
    visitor.locator("#input").fill(text)
    visitor.locator("#input").press("Enter")


def look_up(page: Page, text: str) -> None:
    page.locator("#q").fill(text)
    page.get_by_role("button", name="Look up").click()


def test_the_agents_day(browser: Browser, stack: Stack) -> None:
    visitor, agent, auditor = open_page(browser), open_page(browser), open_page(browser)
    visitor.goto(stack.url)
    visitor.get_by_role("button", name="Open the Privacy Assistant").click()
    say(visitor, "do you sell my phone number")
    expect(visitor.get_by_text("This phone number will not be given or sold").first).to_be_visible()
    say(visitor, "I want to talk to a person")
    expect(visitor.locator("#input")).to_be_visible()

    join(agent, stack, "agent", "Ada Lovelace")
    look_up(agent, "phone number sold?")
    expect(agent.locator("blockquote").first).to_contain_text("will not be given or sold to any third-parties")
    expect(agent.get_by_label("Draft reply")).to_have_value(re.compile("in force since"))
    picture(agent, "lookup")
    look_up(agent, "clara@example.com")
    expect(agent.get_by_role("heading", name="Clara Client")).to_be_visible()
    picture(agent, "person")

    agent.goto(f"{stack.url}/console/inbox?show=waiting")
    picture(agent, "inbox")
    agent.locator("[data-row] a").first.click()
    agent.get_by_role("button", name="Take over").click()
    expect(visitor.get_by_text("Ada has joined").first).to_be_visible()
    say(visitor, "is this a real person?")
    expect(agent.locator("#thread")).to_contain_text("is this a real person?")
    agent.get_by_label("Your reply").fill("Yes, I am Ada. What can I do for you?")
    agent.get_by_role("button", name="Send").click()
    expect(visitor.get_by_text("Yes, I am Ada. What can I do for you?").first).to_be_visible()
    look_up(agent, "who sees my facebook posts?")
    agent.get_by_role("button", name="Put into my reply").wait_for()
    picture(agent, "conversation")
    picture(visitor, "visitor")
    agent.get_by_role("button", name="Hand back to the assistant").click()
    expect(visitor.get_by_text("Ada has left").first).to_be_visible()
    say(visitor, "do you use cookies?")
    expect(visitor.get_by_text("cookies").last).to_be_visible()

    join(auditor, stack, "auditor", "Oskar Auditor")
    for tag in ("conversation:take_over", "conversation:staff_reply", "conversation:give_back", "console:view_person"):
        row = auditor.get_by_role("row").filter(has_text=tag).first
        expect(row).to_contain_text("Ada Lovelace")
    auditor.get_by_role("button", name="Check the chain").click()
    expect(auditor.get_by_role("status")).to_contain_text("The log is whole")
    picture(auditor, "audit")
    auditor.goto(f"{stack.url}/console/inbox")
    expect(auditor.get_by_role("heading", name="Not allowed")).to_be_visible()
    picture(auditor, "not-allowed")


def ask_for_deletion(visitor: Page, stack: Stack) -> None:
    visitor.goto(stack.url)
    visitor.get_by_role("button", name="Open the Privacy Assistant").click()
    say(visitor, "delete my account")
    expect(visitor.get_by_text("I need to know it is you first").last).to_be_visible()
    sign_in(visitor)
    expect(visitor.get_by_text("six-digit code").last).to_be_visible()
    say(visitor, mailed_code(stack.folder / "mail", "clara@example.com"))
    visitor.get_by_role("button", name="Yes, delete my account").click()
    expect(visitor.get_by_text("A colleague looks at it before anything happens").last).to_be_visible()


def test_a_deletion_takes_two_supervisors_and_leaves_nothing(browser: Browser, strict_stack: Stack) -> None:
    stack = strict_stack
    visitor, ada, bob, auditor = (open_page(browser) for _ in range(4))
    ask_for_deletion(visitor, stack)

    join(ada, stack, "supervisor", "Ada Lovelace")
    ada.goto(f"{stack.url}/console/requests")
    ada.get_by_role("link", name=re.compile("^REQ-")).first.click()
    expect(ada.get_by_role("heading", name="What a deletion takes away")).to_be_visible()
    picture(ada, "request")
    ada.get_by_text("Deny", exact=True).first.click()
    ada.locator("#deny-reason").select_option("suspected_fraud")
    ada.locator("#deny-explanation").fill("Your neighbour wrote to us.")
    ada.get_by_role("button", name="See the letter first").first.click()
    expect(ada.get_by_text("not sent yet")).to_be_visible()
    picture(ada, "letter")
    ada.get_by_role("button", name="Approve").click()
    expect(ada.get_by_text("1 of 2: Ada")).to_be_visible()
    ada.get_by_role("button", name="Approve").click()
    expect(ada.get_by_role("alert")).to_contain_text("a second pair of eyes is needed")

    join(bob, stack, "supervisor", "Bob Babbage")
    bob.goto(ada.url.removesuffix("/approve"))
    bob.get_by_role("button", name="Approve").click()
    for _ in range(60):
        if bob.get_by_text("Completed", exact=True).first.is_visible():
            break
        time.sleep(0.5)
        bob.goto(ada.url.removesuffix("/approve"))
    expect(bob.get_by_text("Completed", exact=True).first).to_be_visible()
    picture(bob, "completed")
    say(visitor, "show my settings")
    expect(visitor.get_by_text("This chat has ended").last).to_be_visible()
    picture(visitor, "visitor-after")

    join(auditor, stack, "auditor", "Oskar Auditor")
    for name in ("Ada Lovelace", "Bob Babbage"):
        expect(auditor.get_by_role("row").filter(has_text="request:approve").filter(has_text=name)).to_be_visible()
    auditor.get_by_role("button", name="Check the chain").click()
    expect(auditor.get_by_role("status")).to_contain_text("The log is whole")
    picture(auditor, "audit-deletion")
