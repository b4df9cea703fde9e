"""Signing in and out, codes, and what attackers try."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import (
    CodeRejected,
    InvalidInput,
    NotFound,
    SignInRefused,
    TokenInvalid,
    TokenReplayed,
    TooManyAttempts,
)
from bot.domain.identity import Assurance
from tests.services.conftest import Desk


def test_password_signs_in_and_changes_the_epoch(desk: Desk) -> None:
    before = desk.open()
    after = desk.services.identity.sign_in(before.id, " Anna@Example.com ", "right")
    assert (after.account_id, after.assurance(desk.clock.now())) == ("anna", Assurance.PASSWORD)
    with pytest.raises(TokenInvalid):
        desk.services.identity.get(before.id, before.epoch)
    assert desk.services.identity.get(before.id, after.epoch) == after
    assert desk.tags() == ["identity:sign_in"]


@pytest.mark.parametrize(("email", "password"), [("anna@example.com", "wrong"), ("nobody@example.com", "right")])
def test_wrong_and_unknown_are_refused_alike(desk: Desk, email: str, password: str) -> None:
    conversation, before = desk.open(), desk.hasher.slow_calls
    with pytest.raises(SignInRefused) as refusal:
        desk.services.identity.sign_in(conversation.id, email, password)
    assert str(refusal.value) == ""
    assert desk.hasher.slow_calls == before + 1
    assert desk.tags() == ["identity:sign_in_refused"]


def test_five_wrong_passwords_lock_even_the_right_one_for_a_while(desk: Desk) -> None:
    conversation = desk.open()
    for _ in range(5):
        with pytest.raises(SignInRefused):
            desk.services.identity.sign_in(conversation.id, "anna@example.com", "wrong")
    with pytest.raises(SignInRefused):
        desk.services.identity.sign_in(conversation.id, "anna@example.com", "right")
    assert "identity:locked_out" in desk.tags()
    desk.clock.advance(timedelta(minutes=15))
    assert desk.services.identity.sign_in(conversation.id, "anna@example.com", "right").account_id == "anna"


def test_a_code_proves_the_mailbox_for_ten_minutes(desk: Desk) -> None:
    conversation = desk.open()
    desk.services.identity.send_code(conversation.id, "anna@example.com")
    proved = desk.services.identity.prove_code(conversation.id, desk.code())
    assert proved.account_id == "anna"
    assert proved.assurance(desk.clock.now()) is Assurance.FRESH_CODE
    desk.clock.advance(timedelta(minutes=10))
    assert proved.assurance(desk.clock.now()) is Assurance.MAILBOX


def test_a_code_is_stored_nowhere_but_in_its_mail(desk: Desk) -> None:
    conversation = desk.open()
    desk.services.identity.send_code(conversation.id, "anna@example.com")
    with desk.transactions() as uow:
        live = uow.codes.live(conversation.id, desk.clock.now())
    assert live is not None
    assert desk.code() not in repr(live)


def test_brute_force_ends_after_five_tries_and_with_the_right_code(desk: Desk) -> None:
    conversation = desk.open()
    desk.services.identity.send_code(conversation.id, "anna@example.com")
    right = desk.code()
    left = []
    for _ in range(5):
        with pytest.raises(CodeRejected) as refusal:
            desk.services.identity.prove_code(conversation.id, "000000")
        left.append(refusal.value.tries_left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(CodeRejected):
        desk.services.identity.prove_code(conversation.id, right)
    assert desk.tags().count("identity:code_refused") == 6


def test_a_code_works_once_and_only_in_its_conversation(desk: Desk) -> None:
    mine, other = desk.open(), desk.open()
    desk.services.identity.send_code(mine.id, "anna@example.com")
    with pytest.raises(CodeRejected):
        desk.services.identity.prove_code(other.id, desk.code())
    desk.services.identity.prove_code(mine.id, desk.code())
    with pytest.raises(CodeRejected):
        desk.services.identity.prove_code(mine.id, desk.code())


def test_an_old_code_and_a_replaced_code_are_refused(desk: Desk) -> None:
    conversation = desk.open()
    desk.services.identity.send_code(conversation.id, "anna@example.com")
    first = desk.code()
    desk.services.identity.send_code(conversation.id, "anna@example.com")
    with pytest.raises(CodeRejected):
        desk.services.identity.prove_code(conversation.id, first)
    desk.clock.advance(timedelta(minutes=10))
    with pytest.raises(CodeRejected):
        desk.services.identity.prove_code(conversation.id, desk.code())


def test_a_mailbox_gets_five_codes_an_hour_however_they_are_asked_for(desk: Desk) -> None:
    for _ in range(5):
        desk.services.identity.send_code(desk.open().id, "anna@example.com")
    with pytest.raises(TooManyAttempts):
        desk.services.identity.send_code(desk.open().id, "ANNA@example.com")
    desk.clock.advance(timedelta(hours=1, seconds=1))
    desk.services.identity.send_code(desk.open().id, "anna@example.com")


def test_known_and_unknown_mailboxes_get_the_same(desk: Desk) -> None:
    for address in ("anna@example.com", "nobody@example.com"):
        desk.services.identity.send_code(desk.open().id, address)
    known, unknown = desk.mails("code")
    assert {key: known[key] for key in ("template",)} == {key: unknown[key] for key in ("template",)}
    assert known["values"].keys() == unknown["values"].keys()


@pytest.mark.parametrize("address", ["", "anna", "a@b", "a b@example.com", "a@example.com\nBcc: x@y.z", "x" * 300])
def test_what_is_no_address_gets_no_code(desk: Desk, address: str) -> None:
    with pytest.raises(InvalidInput):
        desk.services.identity.send_code(desk.open().id, address)
    assert desk.mails("code") == []


def test_the_host_page_vouches_once(desk: Desk) -> None:
    conversation, until = desk.open(), desk.clock.now() + timedelta(minutes=5)
    vouched = desk.services.identity.vouch(conversation.id, "anna", "jti-1", until)
    assert vouched.assurance(desk.clock.now()) is Assurance.PASSWORD
    with pytest.raises(TokenReplayed):
        desk.services.identity.vouch(desk.open().id, "anna", "jti-1", until)
    with pytest.raises(NotFound):
        desk.services.identity.vouch(desk.open().id, "nobody", "jti-2", until)


def test_signing_out_forgets_everything(desk: Desk) -> None:
    conversation = desk.fresh(desk.signed_in())
    out = desk.services.identity.sign_out(conversation.id)
    assert (out.account_id, out.mailbox, out.assurance(desk.clock.now())) == (None, None, Assurance.ANONYMOUS)
    assert out.epoch > conversation.epoch


def test_proving_another_mailbox_is_another_identity(desk: Desk) -> None:
    conversation = desk.signed_in("anna")
    desk.services.identity.send_code(conversation.id, "ben@example.com")
    proved = desk.services.identity.prove_code(conversation.id, desk.code())
    assert (proved.account_id, proved.base) == ("ben", Assurance.MAILBOX)


def test_a_refused_token_is_on_record_even_for_a_made_up_conversation(desk: Desk) -> None:
    desk.services.identity.refused("never-existed", "button")
    assert desk.tags() == ["identity:token_refused"]
