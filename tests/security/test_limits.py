"""Limits, in memory and in Redis, and when Redis is gone."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis  # type: ignore[import-untyped]

from bot.domain.errors import ConfigurationError, TooManyAttempts
from bot.security.limits import RULES, Limiter, network
from tests.storage.threads import at_once

RULE = {"guess": "3 per minute; 5 per hour"}


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = shutil.which("redis-server")
    if server is None:
        pytest.skip("redis-server is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("redis")
    arguments = [server, "--port", str(port), "--save", "", "--dir", str(folder), "--bind", "127.0.0.1"]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as process:
        url = f"redis://127.0.0.1:{port}/0"
        wait_for(url)
        yield url
        process.terminate()


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            redis.Redis.from_url(url).ping()
        except redis.ConnectionError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("redis-server did not start")


@pytest.fixture(params=["memory", "redis"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "memory":
        return ""
    address = str(request.getfixturevalue("redis_url"))
    redis.Redis.from_url(address).flushall()
    return address


def guesses(limiter: Limiter, *keys: str, times: int = 10) -> int:
    """How many of ten guesses get through."""
    through = 0
    for _ in range(times):
        try:
            limiter.hit("guess", *keys)
        except TooManyAttempts:
            continue
        through += 1
    return through


def test_brute_force_is_stopped_and_told_when_to_come_back(url: str) -> None:
    limiter = Limiter(url, RULE)
    assert guesses(limiter, "10.0.0.1") == 3
    with pytest.raises(TooManyAttempts) as refusal:
        limiter.hit("guess", "10.0.0.1")
    assert 55 <= refusal.value.retry_after <= 61


def test_one_stranger_does_not_spend_the_share_of_another(url: str) -> None:
    limiter = Limiter(url, RULE)
    assert guesses(limiter, "10.0.0.1") == 3
    assert guesses(limiter, "10.0.0.2") == 3
    assert guesses(limiter, "10.0.0.1", "x") == 3
    assert guesses(limiter, "10.0.0.1x") == 3


def test_threads_together_get_no_more_than_one_alone(url: str) -> None:
    limiter = Limiter(url, {"guess": "7 per minute"})
    assert sum(at_once(6, lambda _: guesses(limiter, "10.0.0.1"))) == 7


def test_the_window_moves(url: str) -> None:
    limiter = Limiter(url, {"guess": "2 per 1 second"})
    assert guesses(limiter, "k") == 2
    time.sleep(1.1)
    assert guesses(limiter, "k") == 2


def test_processes_share_what_redis_counts(redis_url: str) -> None:
    redis.Redis.from_url(redis_url).flushall()
    assert guesses(Limiter(redis_url, RULE), "k", times=2) == 2
    assert guesses(Limiter(redis_url, RULE), "k") == 1


def test_redis_learns_nobodys_address(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url)
    client.flushall()
    Limiter(redis_url, RULE).hit("guess", "anna@example.com")
    keys = client.keys("*")
    assert keys
    assert not any(b"anna" in key for key in keys)


def test_without_redis_each_process_counts_and_one_line_says_so(caplog: pytest.LogCaptureFixture) -> None:
    limiter = Limiter("redis://127.0.0.1:9/0", RULE)
    with caplog.at_level(logging.WARNING):
        assert guesses(limiter, "k") == 3
    assert [record.message for record in caplog.records] == [
        "Redis does not answer (ConnectionError); counting limits in memory"
    ]


def test_redis_is_tried_again_after_a_pause(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.security.limits._REDIS_PAUSE", 0.0)
    guesses(Limiter("redis://127.0.0.1:9/0", RULE), "k", times=2)
    assert len(caplog.records) == 2


@pytest.mark.parametrize("keys", [(), ("",), ("a" * 100_000,), ("\ud800\x00é",), ("a/b", "{c}")])
def test_any_key_counts(url: str, keys: tuple[str, ...]) -> None:
    assert guesses(Limiter(url, RULE), *keys) == 3


def test_every_rule_of_the_table_works() -> None:
    limiter = Limiter()
    for rule in RULES:
        limiter.hit(rule, "k")
    with pytest.raises(KeyError):
        limiter.hit("no such rule", "k")


def test_a_bad_address_of_redis_is_refused_at_start() -> None:
    with pytest.raises(ConfigurationError, match="REDIS_URL"):
        Limiter("nonsense")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_whole_ipv6_network_is_one_stranger(address: str, counted: str) -> None:
    assert network(address) == counted
