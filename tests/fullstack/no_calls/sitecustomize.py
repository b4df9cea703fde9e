"""On the path of a process, notes every attempt to reach anything but this machine."""

import ipaddress
import os
import socket
import sys


def _stranger(host: object) -> bool:
    if not isinstance(host, (str, bytes)):
        return False
    name = host.decode(errors="replace") if isinstance(host, bytes) else host
    if name in ("", "localhost", socket.gethostname(), "0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return False
    try:
        return not ipaddress.ip_address(name).is_loopback
    except ValueError:
        return True


def _note(event: str, args: tuple[object, ...]) -> None:
    host: object = None
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    if _stranger(host):
        with open(os.environ["NOTE_CALLS_IN"], "a", encoding="utf-8") as notes:
            notes.write(f"{event} {host!r} {sys.argv[:3]}\n")


if "NOTE_CALLS_IN" in os.environ:
    sys.addaudithook(_note)
