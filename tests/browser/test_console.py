"""The console in a real browser: keys, live pages, and axe on every page in light and in dark."""

from __future__ import annotations

from datetime import timedelta
from typing import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.domain.mail import MailState, MailThread, SenderCheck
from bot.domain.messages import OutboxKind, Reply
from bot.domain.staff import IDLE_AFTER, Role
from tests.browser.console import fill_in, invite, join
from tests.browser.serve import Running
from tests.fakes_requests import a_request
from tests.gateway.desk import ANNA

pytestmark = pytest.mark.browser
WEAK = Reply(
    "The policy does not say.", (), {"type": "answer", "outcome": "not_in_policy", "lead": "No.", "quotes": []}
)


@pytest.fixture(params=["light"])
def page(request: pytest.FixtureRequest, browser: Browser, desk: Running, complaints: list[str]) -> Iterator[Page]:
    """A browser that must load nothing from elsewhere and trip over no policy of ours."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, color_scheme=request.param)
    opened = context.new_page()
    opened.set_default_timeout(8000)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: "Content Security" in message.text and complaints.append(message.text))
    opened.on("request", lambda asked: asked.url.startswith(desk.url) or complaints.append(asked.url))
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture
def visitor(browser: Browser, desk: Running) -> Iterator[Page]:
    """Somebody on the website, in a browser of their own, with the assistant open."""
    context = browser.new_context(reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(8000)
    opened.goto(desk.url + "/")
    opened.locator(".launcher").click()
    expect(opened.get_by_text("Hello, I am the Privacy Assistant").first).to_be_visible()
    yield opened
    context.close()


def furnish(desk: Running) -> None:
    """Three requests, one of them overdue."""
    now = desk.world.clock.now()
    with desk.world.transactions() as uow:
        conversation = next(iter(desk.world.transactions.data.conversations))
        for number, days in enumerate((-2, 5, 20), 1):
            own = {"account_id": ANNA.id, "conversation_id": conversation, "due_at": now + timedelta(days=days)}
            request = a_request(f"r{number}", now, reference=f"REQ-AAAAA-0000{number}", **own)
            uow.requests.add(request)
        uow.commit()


def fill_pens(desk: Running) -> None:
    """Held and unreadable mail, something that could not be sent, and an address out of use."""
    now = desk.world.clock.now()
    with desk.world.transactions() as uow:
        uow.mail_inbox.put("k1", "test", b"From: eve@example.com\nSubject: Hi\n\nIs anybody there?", None, (), now)
        (mail,) = uow.mail_inbox.claim(now, now, 1)
        facts = {"reason": "the sender's domain disowns it (DMARC)", "sender": "eve@example.com"}
        uow.mail_inbox.settle(mail.id, MailState.HELD, now, check=SenderCheck.FAILED, **facts)
        uow.mail_inbox.put("k2", "test", b"\xff\xfe" * 40, None, (), now, dead="given up")
        uow.outbox.put("o1", OutboxKind.MAIL, {"to": "eve@example.com", "template": "mail_reply"}, now)
        uow.outbox.bury(uow.outbox.claim(now, now, 9)[-1].id, now, "refused")
        uow.suppressions.add("gone@example.com", "5.1.1", now)
        uow.commit()


def test_a_mail_thread_is_taken_over_answered_and_followed_live(page: Page, desk: Running) -> None:
    services, now = desk.world.services(), desk.world.clock.now()
    conversation = services.identity.open("mail")
    with desk.world.transactions() as uow:
        facts = {"in_reply_to": "w1@example.com", "references": ("w1@example.com",)}
        uow.mail_threads.add(MailThread("t1", conversation.id, "MSG-1", "clara@example.com", "Hi", now, **facts))
        uow.commit()
    services.turns.hear(conversation, "m1", "May I talk to a person?")
    join(page, desk, Role.AGENT, "Ada Lovelace")
    page.goto(f"{desk.url}/console/conversations/{conversation.id}")
    page.keyboard.press("t")
    page.get_by_label("Your reply, by mail").fill("You are talking to one.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("You are talking to one.")
    check(page, "a mail thread taken over")
    services.turns.hear(conversation, "m2", "That was quick.")
    expect(page.locator("#thread")).to_contain_text("That was quick.")
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.locator("#taken")).to_have_text("With the assistant")
    payloads = [job.item.payload for job in desk.world.transactions.data.outbox if "thread" in job.item.payload]
    assert [payload["values"]["event"] for payload in payloads] == ["joined", "left"]
    assert {(payload["to"], payload["in_reply_to"]) for payload in payloads} == {
        ("clara@example.com", "w1@example.com")
    }


def test_mail_by_keyboard_alone(page: Page, desk: Running) -> None:
    fill_pens(desk)
    join(page, desk, Role.SUPERVISOR, "Eva Super")
    page.locator("body").press("Escape")
    page.keyboard.press("Escape")
    for key in ("g", "e"):
        page.keyboard.press(key)
    page.wait_for_url("**/console/mail")
    for key in ("j", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/console/mail/1")
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name="Throw this mail away?")).to_be_visible()
    page.keyboard.press("y")
    page.wait_for_url("**/console/mail")
    expect(page.get_by_text("Nothing waits here.")).to_be_visible()
    page.goto(desk.url + "/console/mail/2")
    page.keyboard.press("p")
    page.wait_for_url("**/console/mail")
    states = [row.state for row in desk.world.transactions.data.mails]
    assert states == [MailState.DISCARDED, MailState.WAITING]
    for key in ("g", "s"):
        page.keyboard.press(key)
    page.wait_for_url("**/console/assistant")
    page.get_by_label("Your question").fill("hello")
    page.keyboard.press("Enter")
    expect(page.locator("#talk")).to_contain_text("I know the policy, requests and people.")


@pytest.mark.parametrize(
    ("path", "label", "typed", "button"),
    [
        ("assistant", "Your question", "a long and careful question", "Ask"),
        ("inbox", "E-mail address", "parrot", "Search"),
    ],
)
def test_a_new_form_survives_the_end_of_the_session(
    page: Page, desk: Running, visitor: Page, path: str, label: str, typed: str, button: str
) -> None:
    join(page, desk, Role.SUPERVISOR, "Ada Lovelace")
    page.goto(f"{desk.url}/console/{path}")
    page.get_by_label(label).fill(typed)
    desk.world.clock.advance(IDLE_AFTER)
    page.get_by_role("button", name=button, exact=True).click()
    fill_in(page, desk, "ada@desk.example")
    expect(page.locator("textarea")).to_have_value(typed)
    page.get_by_role("button", name="Send it now").click()
    page.get_by_role("heading", name={"assistant": "Assistant", "inbox": "Conversations"}[path]).wait_for()


def test_a_decision_survives_the_end_of_the_session(page: Page, desk: Running) -> None:
    fill_pens(desk)
    join(page, desk, Role.SUPERVISOR, "Ada Lovelace")
    page.goto(f"{desk.url}/console/blocked")
    page.get_by_role("button", name="Use gone@example.com again").click()
    desk.world.clock.advance(IDLE_AFTER)
    page.get_by_role("button", name="Yes, do that").click()
    fill_in(page, desk, "ada@desk.example")
    assert desk.world.transactions.data.suppressed, "nothing happens by itself"
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/console/blocked")
    assert not desk.world.transactions.data.suppressed


def check(page: Page, what: str) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, f"{what}: {results.generate_report()}"


def say(visitor: Page, text: str) -> None:
    visitor.locator("#input").fill(text)
    visitor.locator("#input").press("Enter")


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_axe_finds_nothing_on_any_page(page: Page, desk: Running, visitor: Page) -> None:
    desk.world.bot.replies["do you keep my horse?"] = (WEAK,)
    say(visitor, "do you keep my horse?")
    expect(visitor.get_by_text("No.").first).to_be_visible()
    furnish(desk)
    page.goto(desk.url + invite(desk, Role.AGENT, "Nobody Yet"))
    check(page, "join")
    page.goto(desk.url + "/console/join/rubbish")
    check(page, "gone")
    page.goto(desk.url + "/console/inbox")
    check(page, "sign in")
    join(page, desk, Role.SUPERVISOR, "Ada Lovelace")
    check(page, "look up")
    for text in ("telephone numbers sold?", "anna", "anna@example.com", "overdue deletions", "zzzz", "REQ-AAAAA-00001"):
        page.get_by_role("searchbox").or_(page.locator("#q")).first.fill(text)
        page.get_by_role("button", name="Look up").click()
        check(page, text)
    fill_pens(desk)
    lists = ("inbox", "requests", "quality", "numbers", "mail", "mail?show=looped", "outbox", "blocked", "audit")
    for path in (*lists, "requests/REQ-AAAAA-00001", "mail/1", "mail/2", f"people/{ANNA.id}", "assistant"):
        page.goto(f"{desk.url}/console/{path}")
        check(page, path)
    page.goto(desk.url + "/console/mail/1")
    page.get_by_role("button", name="Throw it away").click()
    check(page, "are you sure")
    page.goto(desk.url + "/console/assistant")
    for text in (
        "what does anna@example.com share?",
        "their requests",
        "delete her account",
        "telephone numbers sold?",
    ):
        page.get_by_label("Your question").fill(text)
        page.get_by_role("button", name="Ask", exact=True).click()
        check(page, f"assistant: {text}")
    page.goto(desk.url + "/console/inbox")
    page.locator("#q").fill("horse")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Said")).to_be_visible()
    check(page, "words of a transcript")
    page.goto(desk.url + "/console/inbox")
    page.locator("[data-row] a").first.click()
    check(page, "conversation")
    page.get_by_role("button", name="Take over").click()
    page.get_by_label("Your reply").fill("Hello")
    check(page, "taken over")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    check(page, "help")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Sign out").click()
    join(page, desk, Role.AUDITOR, "Oskar Auditor")
    check(page, "audit log")
    page.get_by_role("button", name="Check the chain").click()
    expect(page.get_by_role("status")).to_contain_text("The log is whole")
    check(page, "chain")


def test_by_keyboard_alone_and_live(page: Page, desk: Running, visitor: Page) -> None:
    join(page, desk, Role.AGENT, "Ada Lovelace")
    page.locator("body").press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/console/inbox")
    say(visitor, "is a person there?")
    expect(page.get_by_role("link", name="Something new was said: show it")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_contain_text("is a person there?")
    page.keyboard.press("t")
    expect(visitor.get_by_text("Ada has joined").first).to_be_visible()
    page.locator("#text").wait_for()
    page.keyboard.press("m")
    page.keyboard.type("Yes, I am <b>here</b>.")
    page.keyboard.press("Control+Enter")
    expect(visitor.get_by_text("Yes, I am <b>here</b>.").first).to_be_visible()
    check(visitor, "the widget with a person in it")
    say(visitor, "good")
    expect(page.locator("#thread")).to_contain_text("good")
    page.keyboard.press("b")
    expect(visitor.get_by_text("Ada has left").first).to_be_visible()
    say(visitor, "and you?")
    expect(visitor.get_by_text("You said: and you?").first).to_be_visible()


def test_a_draft_goes_into_the_reply_with_its_source_and_is_not_sent(page: Page, desk: Running, visitor: Page) -> None:
    join(page, desk, Role.AGENT, "Ada Lovelace")
    page.goto(desk.url + "/console/inbox")
    page.locator("[data-row] a").first.click()
    page.get_by_role("button", name="Take over").click()
    page.locator("#q").fill("telephone numbers sold?")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("button", name="Put into my reply").click()
    draft = page.get_by_label("Your reply").input_value()
    assert "“We do not sell, rent or trade telephone numbers.”" in draft and "in force since 18 March 2015" in draft
    assert visitor.get_by_text("telephone numbers").count() == 0
    page.get_by_role("button", name="Send").click()
    expect(visitor.get_by_text("We do not sell, rent or trade telephone numbers.").first).to_be_visible()


def test_two_agents_see_each_other(page: Page, desk: Running, visitor: Page, browser: Browser) -> None:
    join(page, desk, Role.AGENT, "Ada Lovelace")
    page.goto(desk.url + "/console/inbox")
    page.locator("[data-row] a").first.click()
    context = browser.new_context()
    other = context.new_page()
    join(other, desk, Role.AGENT, "Ben Birch")
    other.goto(page.url)
    expect(page.locator("#presence")).to_have_text("Also here: Ben")
    expect(other.locator("#presence")).to_have_text("Also here: Ada")
    context.close()
    expect(page.locator("#presence")).to_have_text("")


def test_a_reply_survives_the_end_of_the_session(page: Page, desk: Running, visitor: Page) -> None:
    join(page, desk, Role.AGENT, "Ada Lovelace")
    page.goto(desk.url + "/console/inbox")
    page.locator("[data-row] a").first.click()
    page.get_by_role("button", name="Take over").click()
    page.get_by_label("Your reply").fill("A long and careful answer.")
    desk.world.clock.advance(IDLE_AFTER)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("nothing is lost")
    fill_in(page, desk, "ada@desk.example")
    expect(page.get_by_label("Text")).to_have_value("A long and careful answer.")
    page.get_by_role("button", name="Send it now").click()
    expect(visitor.get_by_text("A long and careful answer.").first).to_be_visible()


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_a_request_is_decided_with_the_keyboard(page: Page, desk: Running, visitor: Page) -> None:
    say(visitor, "hello")
    expect(visitor.get_by_text("hello").first).to_be_visible()
    furnish(desk)
    join(page, desk, Role.SUPERVISOR, "Ada Lovelace")
    page.goto(desk.url + "/console/requests/REQ-AAAAA-00002")
    for key, field in (("x", "#cancel-explanation"), ("e", "#extend-explanation"), ("h", "#hold-reason")):
        page.keyboard.press(key)
        expect(page.locator(field)).to_be_focused()
        page.locator(field).blur()
    check(page, "every form open")
    page.keyboard.press("d")
    expect(page.locator("#deny-reason")).to_be_focused()
    page.locator("#deny-reason").select_option("other")
    page.get_by_role("button", name="See the letter first").first.click()
    expect(page.get_by_role("alert")).to_contain_text("told why")
    check(page, "refused")
    page.locator("#deny-explanation").fill("We looked twice.")
    page.get_by_role("button", name="See the letter first").first.click()
    expect(page.locator("#deny-explanation")).to_have_value("We looked twice.")
    check(page, "letter")
    page.locator("#deny-explanation").press("Control+Enter")
    page.wait_for_load_state()
    check(page, "after the decision")
