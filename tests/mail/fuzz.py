"""A seeded mutation fuzzer of the mail parser. `python -m tests.mail.fuzz 100000` runs it on its own.

Every input is made from the corpus of cases by a number alone, so a number that fails can be run again:
`python -m tests.mail.fuzz 1 4711`. Numbers that once failed are kept in SEEDS and run with the tests.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

from bot.domain.errors import UnreadableMail
from bot.mail.inbound.parse import Reader, fingerprint
from tests.mail.eml.case import AUTHSERV, OWN
from tests.mail.eml.cases import ALL

SEEDS: tuple[int, ...] = ()
SLOWEST = 2.0
"""Seconds that one input may take on a busy machine."""
_SMALL = [case.raw for case in ALL if len(case.raw) < 20_000]
_TOKENS = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"\x00",
        b"\xff\xfe",
        b"\xe2\x80\xae",
        b"=?",
        b"?=",
        b"=?utf-8?b?",
        b"--frontier",
    ),
    *(
        b"--frontier--",
        b"Content-Type: ",
        b"multipart/mixed; boundary=",
        b"multipart/report",
        b"message/rfc822",
        b'"',
        b"(",
    ),
    *(
        b")",
        b"<",
        b">",
        b";",
        b",",
        b"@",
        b"Content-Transfer-Encoding: base64",
        b"charset=",
        b"punycode",
        b"utf-7",
        b"idna",
    ),
    *(
        b"filename*0*=",
        b"filename*=x''%",
        b"uuencode",
        b"begin 644 x\n",
        b"<blockquote>",
        b"<!--",
        b"</script",
        b"<script>",
    ),
    *(b"> ", b"On a, b wrote:\n", b"From: x\nSent: y\n", b"-- \n", b"123456", b"References: ", b"Auto-Submitted: "),
    *(
        b"Final-Recipient: rfc822;",
        b"Status: 5.1.1",
        b"Authentication-Results: ",
        b"unicode_escape",
        b"undefined",
        b"&#",
    ),
]
_READER = Reader(AUTHSERV, frozenset({OWN}), 1024 * 1024)


def made(number: int) -> bytes:
    """The input of a number."""
    chance = random.Random(number)
    raw = bytearray(chance.choice(_SMALL))
    for _ in range(chance.randint(1, 12)):
        chance.choice(_MUTATIONS)(chance, raw)
    return bytes(raw[:60_000])


def attempt(number: int) -> float:
    """Reads one input; the seconds it took. Raises whatever is wrong with the parser."""
    raw = made(number)
    started = time.perf_counter()
    try:
        fingerprint(raw)
        mail = _READER.read(raw, None)
    except UnreadableMail:
        return time.perf_counter() - started
    took = time.perf_counter() - started
    assert not mail.text or mail.reply, "the cut left nothing"
    assert all(ord(char) >= 32 for char in mail.sender + mail.subject + mail.message_id), "a control character"
    return took


def _at(chance: random.Random, raw: bytearray) -> int:
    return chance.randint(0, len(raw))


def _insert(chance: random.Random, raw: bytearray) -> None:
    at = _at(chance, raw)
    raw[at:at] = chance.choice(_TOKENS) * chance.choice((1, 1, 1, 2, 50))


def _cut(chance: random.Random, raw: bytearray) -> None:
    at = _at(chance, raw)
    del raw[at : at + chance.randint(1, 200)]


def _flip(chance: random.Random, raw: bytearray) -> None:
    if raw:
        raw[chance.randrange(len(raw))] = chance.randrange(256)


def _noise(chance: random.Random, raw: bytearray) -> None:
    at = _at(chance, raw)
    raw[at:at] = chance.randbytes(chance.randint(1, 40))


def _repeat(chance: random.Random, raw: bytearray) -> None:
    at = _at(chance, raw)
    raw[at:at] = raw[at : at + chance.randint(1, 100)] * chance.choice((2, 5, 100))


def _splice(chance: random.Random, raw: bytearray) -> None:
    other = chance.choice(_SMALL)
    at = _at(chance, raw)
    raw[at:] = other[chance.randint(0, len(other)) :]


_MUTATIONS: tuple[Callable[[random.Random, bytearray], None], ...] = (
    _insert,
    _insert,
    _cut,
    _flip,
    _noise,
    _repeat,
    _splice,
)


def main(count: int, first: int = 0) -> None:
    """Runs `count` inputs from `first` on and prints what came of them."""
    started, slowest = time.perf_counter(), (0.0, first)
    for number in range(first, first + count):
        try:
            slowest = max(slowest, (attempt(number), number))
        except Exception as error:
            sys.exit(f"input {number}: {type(error).__name__}: {error}")
    took = time.perf_counter() - started
    sys.stdout.write(
        f"{count:,} inputs in {took:.0f} s, none failed; slowest {slowest[0]:.2f} s (input {slowest[1]})\n"
    )
    if slowest[0] > SLOWEST:
        sys.exit(f"input {slowest[1]} is too slow")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
