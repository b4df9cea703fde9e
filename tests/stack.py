"""The whole product as its processes, on free ports and with a memory of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import yaml

READY_WITHIN = 120.0
PYTHON = sys.executable
RASA = str(Path(sys.executable).with_name("rasa"))


class Stack:
    """Starts web, rasa, actions and worker; stop it with `close`.

    Args:
        folder: for the databases, the mails and the logs.
        wrap: command put before each process, for example one that cuts it off the network.
        env: variables that differ from a development machine's.
    """

    def __init__(self, folder: Path, wrap: tuple[str, ...] = (), **env: str) -> None:
        self.folder = folder
        web, rasa, actions, mail = _free_ports(4)
        self.url = f"http://127.0.0.1:{web}"
        self.env = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/desk.db",
            "MAILDIR": str(folder / "mail"),
            "RASA_URL": f"http://127.0.0.1:{rasa}",
            "WEB_PORT": str(web),
            "MAIL_LISTEN_PORT": str(mail),
            "PUBLIC_URL": self.url,
            "RASA_TELEMETRY_ENABLED": "false",
            "HF_HUB_OFFLINE": "1",
            "SANIC_HOST": "127.0.0.1",
            "PYTHONPATH": ".",
            "RASA_ENDPOINTS": str(folder / "endpoints.yml"),
            **env,
        }
        endpoints = folder / "endpoints.yml"
        endpoints.write_text(yaml.safe_dump(_endpoints(folder, actions)), encoding="utf-8")
        self.commands = {
            "actions": (PYTHON, "-m", "rasa_sdk", "--actions", "actions", "--port", str(actions)),
            "rasa": (RASA, "run", "--interface", "127.0.0.1", "--port", str(rasa), "--endpoints", str(endpoints)),
            "web": (PYTHON, "-m", "bot", "web"),
            "worker": (PYTHON, "-m", "bot", "worker"),
        }
        self.wrap = wrap
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Stack:
        for command in ("migrate", "demo"):
            subprocess.run([PYTHON, "-m", "bot", command], check=True, env=self.env, stdout=subprocess.DEVNULL)
        for name in self.commands:
            self.start(name)
        try:
            self.wait_ready()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, name: str) -> None:
        """Starts one process; its output goes to a file of its name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [*self.wrap, *self.commands[name]], env=self.env, stdout=log, stderr=subprocess.STDOUT
            )

    def stop(self, name: str) -> None:
        """Stops one process."""
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        """Stops every process."""
        for name in list(self.running):
            self.stop(name)

    def wait_ready(self) -> float:
        """Seconds until every part was ready. Raises AssertionError with the logs when one is not."""
        started = time.monotonic()
        while time.monotonic() - started < READY_WITHIN:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as response:
                    if response.status == 200:
                        return time.monotonic() - started
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        raise AssertionError("not ready:\n" + self.logs())

    def logs(self) -> str:
        """The end of every log."""
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}" for path in sorted(self.folder.glob("*.log"))
        )


def _endpoints(folder: Path, actions: int) -> dict[str, object]:
    return {
        "action_endpoint": {"url": f"http://127.0.0.1:{actions}/webhook", "enable_selective_domain": True},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(folder / "tracker.db")},
    }


def _free_ports(number: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
