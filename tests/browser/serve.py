"""A gateway with fakes behind it, in a thread of its own, for a browser to open."""

from __future__ import annotations

import asyncio
import threading

from aiohttp import web

from bot.domain.messages import Button, Reply
from bot.gateway.app import create_app, listen
from tests.gateway.desk import World, configuration

VERSION = "f" * 64
POLICY = {"id": "outsource", "title": "Outsource.com Privacy Policy", "effective": "2015-03-18", "version": VERSION}
QUOTE = "This phone number will not be given or sold to any third-parties who are not on Outsource.com."

ANSWER = Reply(
    f"No. The policy says: “{QUOTE}”",
    (Button("Show my settings", "/view_settings"), Button("Delete my account", "/delete_account")),
    {
        "type": "answer",
        "outcome": "answered",
        "lead": "No. Your phone number is not given or sold to third parties that are not on Outsource.com.",
        "quotes": [{"text": QUOTE, "section": "2. Use of Information Collected", "anchor": "s2.1"}],
        "policy": POLICY,
    },
)
SETTINGS = Reply(
    "Here are your settings.\nNewsletter: on\nFacebook: off",
    tuple(Button(title, f'/change_setting{{"setting": "{title}"}}') for title in ("news", "calls", "wall")),
    {
        "type": "settings",
        "groups": [
            {
                "title": "Marketing",
                "items": [
                    {"key": "news", "title": "Newsletters by e-mail", "on": True, "locked": False, "button": 0},
                    {
                        "key": "calls",
                        "title": "Calls about products and services",
                        "on": True,
                        "locked": False,
                        "button": 1,
                    },
                ],
            },
            {
                "title": "Facebook",
                "items": [
                    {
                        "key": "wall",
                        "title": "Posts asking my friends for advice",
                        "on": False,
                        "locked": False,
                        "button": 2,
                    },
                    {
                        "key": "law",
                        "title": "Disclosure to authorities",
                        "on": True,
                        "locked": True,
                        "why": "The law can require this.",
                    },
                ],
            },
        ],
    },
)
REQUEST = Reply(
    "Your request is filed under REQ-7K2MX-4Q9TD.",
    (Button("Take it back", "/revoke_request"),),
    {
        "type": "request",
        "reference": "REQ-7K2MX-4Q9TD",
        "kind": "deletion",
        "state": "acknowledged",
        "due": "2026-04-01",
        "revocable": True,
    },
)
SIGN_IN = Reply(
    "To do that I must know that it is you.", (), {"type": "sign_in", "rung": "password", "why": "change a setting"}
)
PROFILE = Reply(
    "This is what we have about you.\nFull name: Anna Ames",
    (),
    {"type": "profile", "items": [{"title": "Full name", "value": "Anna Ames"}, {"title": "Website", "value": ""}]},
)
CONTACT = Reply(
    "A person will get back to you.",
    (),
    {"type": "contact", "email": "support@outsource.com", "phone": "(800) 609-2135"},
)
GREETING = Reply(
    "Hello, I am the Privacy Assistant. Ask me what happens to your data, or change your settings right here.",
    (Button("Do you sell my data?", "/ask_policy"), Button("Show my settings", "/view_settings")),
)


class Running:
    """The gateway at `url`; `world` is what stands behind it."""

    def __init__(self, port: int = 0, world: World | None = None) -> None:
        self._socket = listen("127.0.0.1", port)
        self.port = int(self._socket.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.world = world or World(configuration(public_url=self.url))
        self.world.bot.replies |= {
            "/greet": (GREETING,),
            "/resume": (Reply("You are signed in. What would you like to do?"),),
            "do you sell my phone number?": (ANSWER,),
            "settings": (SETTINGS,),
            "/view_settings": (SETTINGS,),
            "delete my account": (REQUEST,),
            "sign me in": (SIGN_IN,),
            "my details": (PROFILE,),
            "I would like to talk to a person": (CONTACT,),
            '/change_setting{"setting": "news"}': (Reply("Done. You will get no more newsletters."),),
        }
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        self._runner = web.AppRunner(create_app(self.world.services()), shutdown_timeout=0.5)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    def stop(self) -> None:
        """Closes every connection and the port; a second time does nothing."""
        if not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
