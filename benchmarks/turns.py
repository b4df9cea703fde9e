"""What a turn costs: by kind of message, by the length of the conversation, and under load.

    python benchmarks/turns.py [TURNS]

Starts the product's own processes and goes the way of a message through services, Rasa, action server and database;
only the gateway's limits are left out.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, ".")

from bot.config import Config
from bot.domain.identity import Conversation
from bot.wiring import Services, build_services
from tests.stack import Stack

QUESTIONS = ("do you sell my phone number?", "thanks", "who can see my profile?", "show me my settings", "hello")
CONCURRENCY = 8


async def measure(turns: int, stack: Stack) -> None:
    config = Config(database_url=stack.env["DATABASE_URL"], rasa_url=stack.env["RASA_URL"])
    services = build_services(config)
    await length(services, turns)
    await load(services)
    for text in QUESTIONS:
        conversation = services.identity.open("web")
        times = [await one(services, conversation, f"k{n}", text) for n in range(20)]
        print(f"  {statistics.median(times) * 1000:6.1f} ms p50   {text}")
    await services.turns.bot.close()  # type: ignore[attr-defined]


async def length(services: Services, turns: int) -> None:
    """One conversation of many turns; the windows are compared with each other, from this very run."""
    conversation = services.identity.open("web")
    times = [
        await one(services, conversation, f"t{number}", QUESTIONS[number % len(QUESTIONS)]) for number in range(turns)
    ]
    early, late = times[5:55], times[-50:]
    for name, window in (("turns 6 to 55", early), (f"turns {turns - 49} to {turns}", late)):
        worst = sorted(window)[int(len(window) * 0.95)]
        print(f"  {statistics.median(window) * 1000:6.1f} ms p50  {worst * 1000:6.1f} ms p95   {name}")
    print(f"  ratio of medians, late to early: {statistics.median(late) / statistics.median(early):.2f}")


async def load(services: Services) -> None:
    """Several people at once, each with one message after another."""

    async def person(number: int) -> int:
        conversation = services.identity.open("web")
        for turn in range(15):
            await one(services, conversation, f"p{turn}", QUESTIONS[(number + turn) % len(QUESTIONS)])
        return 15

    started = time.perf_counter()
    done = sum(await asyncio.gather(*(person(number) for number in range(CONCURRENCY))))
    print(f"  {done / (time.perf_counter() - started):6.1f} messages a second at concurrency {CONCURRENCY}")


async def one(services: Services, conversation: Conversation, client_id: str, text: str) -> float:
    """Seconds for one message, stored and answered."""
    started = time.perf_counter()
    turn = await services.turns.say(conversation, client_id, text)
    if turn.failed:
        raise SystemExit("The bot did not answer.")
    return time.perf_counter() - started


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack:
        print(f"One conversation of {turns} turns")
        asyncio.run(measure(turns, stack))


if __name__ == "__main__":
    main()
