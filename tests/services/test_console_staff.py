"""Invitations, second factors, lock-outs and sessions of staff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import InvalidInput, SignInRefused, TokenError
from bot.domain.staff import IDLE_AFTER, SESSION_LIFETIME, Permission, Role
from bot.services.identity import LOCK_OUT, PASSWORD_TRIES
from tests.services.conftest import Desk

PASSWORD = "a long enough password"


def code(desk: Desk) -> str:
    return f"{int(desk.clock.now().timestamp()) // 30 % 10**6:06}"


def later(desk: Desk, step: timedelta = timedelta(seconds=30)) -> str:
    desk.clock.advance(step)
    return code(desk)


@pytest.fixture
def codes(desk: Desk) -> tuple[str, ...]:
    """Ada has joined; her recovery codes."""
    staff = desk.services.console.staff
    return staff.enrol(staff.add("Ada@Desk.example", "Ada Lovelace", Role.AGENT), PASSWORD, code(desk))


def sign_in(desk: Desk, given: str, password: str = PASSWORD) -> str:
    return desk.services.console.sign_in.sign_in("ada@desk.example", password, given)


def test_joining_needs_the_authenticators_code_and_a_long_password(desk: Desk) -> None:
    staff = desk.services.console.staff
    token = staff.add("ada@desk.example", "Ada", Role.AGENT)
    with pytest.raises(InvalidInput, match="12 characters"):
        staff.enrol(token, "short", code(desk))
    with pytest.raises(InvalidInput, match="authenticator"):
        staff.enrol(token, PASSWORD, "000000")
    assert len(staff.enrol(token, PASSWORD, code(desk))) == 10


def test_an_invitation_is_good_for_one_use(desk: Desk) -> None:
    staff = desk.services.console.staff
    token = staff.add("ada@desk.example", "Ada", Role.AGENT)
    staff.enrol(token, PASSWORD, code(desk))
    with pytest.raises(TokenError):
        staff.enrol(token, PASSWORD, later(desk))
    with pytest.raises(InvalidInput):
        staff.add("ADA@desk.example", "Another Ada", Role.AGENT)


def test_a_cookie_is_somebody(desk: Desk, codes: tuple[str, ...]) -> None:
    cookie = sign_in(desk, later(desk))
    ada = desk.services.console.sign_in.who(cookie)
    assert ada is not None and ada.first_name == "Ada" and ada.role.may(Permission.SERVE)
    assert desk.services.console.sign_in.who(cookie + "x") is None
    assert cookie not in repr(desk.transactions.data)[len(cookie) :].replace(f"hash of {cookie}", "")
    desk.services.console.sign_in.sign_out(cookie, ada)
    assert desk.services.console.sign_in.who(cookie) is None


def test_a_code_counts_once_even_the_one_of_joining(desk: Desk, codes: tuple[str, ...]) -> None:
    with pytest.raises(SignInRefused):
        sign_in(desk, code(desk))
    used = later(desk)
    sign_in(desk, used)
    with pytest.raises(SignInRefused):
        sign_in(desk, used)


def test_a_recovery_code_counts_once(desk: Desk, codes: tuple[str, ...]) -> None:
    sign_in(desk, codes[3].lower())
    with pytest.raises(SignInRefused):
        sign_in(desk, codes[3])


def test_wrong_passwords_lock_out_for_a_while(desk: Desk, codes: tuple[str, ...]) -> None:
    for _ in range(PASSWORD_TRIES):
        with pytest.raises(SignInRefused):
            sign_in(desk, later(desk), "wrong")
    with pytest.raises(SignInRefused):
        sign_in(desk, later(desk))
    assert "staff:locked_out" in desk.tags()
    sign_in(desk, later(desk, LOCK_OUT))


def test_wrong_second_factors_lock_out_too(desk: Desk, codes: tuple[str, ...]) -> None:
    for _ in range(PASSWORD_TRIES):
        with pytest.raises(SignInRefused):
            sign_in(desk, "000000")
    with pytest.raises(SignInRefused):
        sign_in(desk, later(desk))


def test_an_unknown_address_takes_the_same_work(desk: Desk, codes: tuple[str, ...]) -> None:
    before = desk.hasher.slow_calls
    with pytest.raises(SignInRefused):
        desk.services.console.sign_in.sign_in("nobody@desk.example", PASSWORD, "000000")
    assert desk.hasher.slow_calls == before + 1


def test_sessions_end_when_nobody_uses_them_and_after_a_day(desk: Desk, codes: tuple[str, ...]) -> None:
    who, cookie = desk.services.console.sign_in.who, sign_in(desk, later(desk))
    desk.clock.advance(IDLE_AFTER - timedelta(seconds=1))
    assert who(cookie, used=False)
    desk.clock.advance(timedelta(seconds=1))
    assert who(cookie) is None
    cookie = sign_in(desk, later(desk))
    for _ in range(int(SESSION_LIFETIME / timedelta(minutes=20)) - 1):
        desk.clock.advance(timedelta(minutes=20))
        assert who(cookie)
    desk.clock.advance(timedelta(minutes=20))
    assert who(cookie) is None


def test_disabling_and_resetting_end_every_session(desk: Desk, codes: tuple[str, ...]) -> None:
    console = desk.services.console
    cookie = sign_in(desk, later(desk))
    console.staff.disable("ada@desk.example")
    assert console.sign_in.who(cookie) is None
    with pytest.raises(SignInRefused):
        sign_in(desk, later(desk))
    token = console.staff.reset("ada@desk.example")
    with pytest.raises(SignInRefused):
        sign_in(desk, codes[0])
    console.staff.enrol(token, PASSWORD, later(desk))
    assert console.sign_in.who(sign_in(desk, later(desk)))
