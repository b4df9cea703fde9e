"""Password and keyed hashes, as an attacker with the database sees them."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from bot.security.hashing import SecretHasher

SECRET = "s" * 32


class CountingSlowHash(PasswordHasher):
    """Cheap, and counts what would be expensive."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.verified += 1
        return super().verify(hash, password)


@pytest.fixture
def slow() -> CountingSlowHash:
    return CountingSlowHash()


@pytest.fixture
def hasher(slow: CountingSlowHash) -> SecretHasher:
    return SecretHasher(SECRET, slow)


def test_passwords_are_argon2id_with_owasp_parameters() -> None:
    real = SecretHasher(SECRET)
    stored = real.password("correct horse")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored != real.password("correct horse"), "each has its own salt"
    assert real.password_fits("correct horse", stored)
    assert not real.password_fits("correct horsf", stored)


@pytest.mark.parametrize("stored", ["", "x", "$argon2id$v=19$broken", "\x00", "é"])
def test_an_unknown_account_costs_one_slow_hash_like_a_known_one(
    hasher: SecretHasher, slow: CountingSlowHash, stored: str
) -> None:
    assert not hasher.password_fits("anything", stored)
    damaged = 1 if stored else 0  # was looked at once in vain; takes no time
    assert slow.verified == 1 + damaged


def test_a_known_account_costs_one_slow_hash(hasher: SecretHasher, slow: CountingSlowHash) -> None:
    stored = hasher.password("right")
    assert hasher.password_fits("right", stored)
    assert not hasher.password_fits("wrong", stored)
    assert slow.verified == 2


def test_nobody_has_the_password_of_nobody(hasher: SecretHasher) -> None:
    assert not hasher.password_fits("", "")


@pytest.mark.parametrize("password", ["", "\x00", "\ud800", "🙈" * 1000, "e\u0301"])
def test_any_text_is_a_password(hasher: SecretHasher, password: str) -> None:
    assert hasher.password_fits(password, hasher.password(password))


def test_two_keyboards_write_the_same_password(hasher: SecretHasher) -> None:
    assert hasher.password_fits("caf\u00e9", hasher.password("cafe\u0301"))


def test_a_code_is_bound_to_its_conversation_and_mailbox(hasher: SecretHasher) -> None:
    sealed = hasher.code("c1", "a@example.com", "123456")
    assert hasher.equal(sealed, hasher.code("c1", "a@example.com", "123456"))
    others = [
        hasher.code("c2", "a@example.com", "123456"),
        hasher.code("c1", "b@example.com", "123456"),
        hasher.code("c1", "a@example.com", "123457"),
        hasher.code("c1a", "@example.com", "123456"),
        hasher.code('c1", "a@example.com', "", "123456"),
        SecretHasher("t" * 32, CountingSlowHash()).code("c1", "a@example.com", "123456"),
    ]
    assert sealed not in others
    assert "123456" not in sealed


def test_subjects_and_codes_have_keys_of_their_own(hasher: SecretHasher) -> None:
    assert hasher.subject("a1") == hasher.subject("a1")
    assert hasher.subject("a1") != SecretHasher("t" * 32, CountingSlowHash()).subject("a1")
    assert hasher.subject("a1") != hasher.code("a1", "", "")


@pytest.mark.parametrize(("left", "right"), [("a", "b"), ("a", ""), ("é", "e"), ("\ud800", "a")])
def test_what_differs_is_not_equal(hasher: SecretHasher, left: str, right: str) -> None:
    assert not hasher.equal(left, right)
    assert hasher.equal(left, left)
