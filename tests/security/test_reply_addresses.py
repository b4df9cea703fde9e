"""Reply addresses: ours are known again, and nobody makes one up."""

from __future__ import annotations

import pytest

from bot.security.reply_addresses import SignedReplyAddresses

THREAD = "abcdefghijklmnopqrstuvwx"
PLUS = SignedReplyAddresses("s" * 40, "privacy@example.com", "example.com", plus=True)
TOKEN = SignedReplyAddresses("s" * 40, "privacy@example.com", "reply.example.com", plus=False)


@pytest.mark.parametrize("addresses", [PLUS, TOKEN])
def test_a_thread_is_known_by_its_address_whatever_case_a_server_makes_of_it(addresses: SignedReplyAddresses) -> None:
    address = addresses.of(THREAD)
    assert len(address.partition("@")[0]) <= 64, "RFC 5321 §4.5.3.1.1"
    assert addresses.thread(address) == addresses.thread(address.upper()) == THREAD


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "privacy@example.com",
        "privacy+t@example.com",
        PLUS.of(THREAD).replace("abc", "abd"),
        PLUS.of(THREAD)[:-13] + "@example.com",
        PLUS.of(THREAD).replace("@example.com", "@evil.example"),
        PLUS.of(THREAD).replace("privacy+", ""),
        TOKEN.of(THREAD),
        SignedReplyAddresses("o" * 40, "privacy@example.com", "example.com", plus=True).of(THREAD),
    ],
)
def test_anything_else_is_no_address_of_ours(address: str) -> None:
    assert PLUS.thread(address) is None
