"""A real browser. Skipped where there is none; in CI that is a failure."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.serve import Running

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium() -> str | None:
    """The installed browser: CHROMIUM, or one on the path."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module. Playwright keeps an event loop running, which must be gone before other tests start."""
    path = chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium is installed, and CI must have one (set CHROMIUM)")
        pytest.skip("no Chromium is installed (set CHROMIUM to its path)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def desk() -> Iterator[Running]:
    """A gateway with fakes behind it."""
    running = Running()
    yield running
    running.stop()


@pytest.fixture
def complaints() -> list[str]:
    """What the page complained about; a test fails when something is left in it."""
    return []


@pytest.fixture(params=[{"width": 1280, "height": 860}])
def page(request: pytest.FixtureRequest, browser: Browser, desk: Running, complaints: list[str]) -> Iterator[Page]:
    """The demo page, opened. It must load nothing from elsewhere and trip over no policy of ours."""
    context = browser.new_context(viewport=request.param, color_scheme="light", reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    expect.set_options(timeout=20_000)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: "Content Security" in message.text and complaints.append(message.text))
    opened.on("request", lambda asked: asked.url.startswith(desk.url) or complaints.append(asked.url))
    opened.goto(desk.url + "/")
    yield opened
    context.close()
    assert complaints == []
