"""Questions from the terminal."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import typer

from bot import config, wiring
from bot.domain.errors import BotUnavailable
from bot.domain.passages import Answer


def ask(question: str) -> None:
    """Answers one question from the policy, without Rasa."""
    for answer in wiring.services().policy.answer(question):
        typer.echo(text_of(answer))


def text_of(answer: Answer) -> str:
    """An answer as plain text: lead, quotes with their section, source."""
    lines = [answer.lead]
    for quote in answer.quotes:
        lines += ["", f"  “{quote.text}”", f"  — {quote.section_title}"]
    lines += ["", f"{answer.policy.title}, effective {answer.policy.effective:%d %B %Y} (score {answer.score:.2f})"]
    return "\n".join(lines)


def chat() -> None:
    """Talks to the running assistant, as a visitor of the website would. A number presses a button."""
    asyncio.run(_chat(config.load().public_url))


async def _chat(url: str) -> None:
    try:
        async with aiohttp.ClientSession(url, headers={"Origin": url}) as session:
            async with session.post("/api/session", json={}) as response:
                token = (await response.json())["token"]
            await _talk(session, token)
    except aiohttp.ClientError:
        raise BotUnavailable(f"Nothing answers at {url}. Start it with: make run") from None


async def _talk(session: aiohttp.ClientSession, token: str) -> None:
    typer.echo("Type a message, or the number of a button. Empty line to leave.")
    buttons: list[dict[str, str]] = []
    for number in range(1, 1_000_000):
        text = (await asyncio.to_thread(input, "\nyou> ")).strip()
        if not text:
            return
        body: dict[str, Any] = {"client_id": f"terminal-{number}", "text": text}
        if text.isdigit() and 0 < int(text) <= len(buttons):
            body = {"client_id": f"terminal-{number}", "button": buttons[int(text) - 1]["token"]}
        headers = {"Authorization": f"Bearer {token}"}
        async with session.post("/api/messages", json=body, headers=headers) as response:
            answer = await response.json()
        token = (answer.get("session") or {}).get("token", token)
        if "error" in answer:
            typer.echo(f"bot> {answer['error']}")
        said = [message for message in answer.get("messages", []) if message["from"] == "bot"]
        buttons = [button for message in said for button in message.get("buttons", [])]
        for message in said:
            typer.echo(f"bot> {message['text']}")
        for position, button in enumerate(buttons, 1):
            typer.echo(f"     [{position}] {button['title']}")
