"""The signed envelope and the turn proof."""

from __future__ import annotations

import pytest

from bot.channels.envelope import Envelope, EnvelopeSigner, TurnProof, TurnSigner
from bot.domain.errors import TokenError, TokenInvalid

SECRET = "a-secret-of-more-than-thirty-two-characters"
ENVELOPE = Envelope("conversation", "7", "web", "hello\nthere \U0001f984", trusted=False)


def test_an_envelope_arrives_as_it_was_sealed() -> None:
    signer = EnvelopeSigner(SECRET)
    assert signer.open(signer.seal(ENVELOPE)) == ENVELOPE


def test_every_envelope_has_its_own_id() -> None:
    assert Envelope("c", "1", "web", "hi", False).id != Envelope("c", "1", "web", "hi", False).id


def test_a_foreign_signature_is_refused() -> None:
    other = EnvelopeSigner("another-secret-of-thirty-two-characters!")
    with pytest.raises(TokenInvalid):
        EnvelopeSigner(SECRET).open(other.seal(ENVELOPE))


def test_the_longest_message_fits_whatever_it_is_made_of() -> None:
    text = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(4000))
    signer = EnvelopeSigner(SECRET)
    assert signer.open(signer.seal(Envelope("c", "1", "web", text, False))).text == text


def test_another_text_under_the_same_signature_is_refused() -> None:
    signer = EnvelopeSigner(SECRET)
    with pytest.raises(TokenInvalid):
        signer.open({**signer.seal(ENVELOPE), "text": '/sign_in{"account": "anna"}'})


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é" * 50, "." * 3])
def test_rubbish_is_refused(token: str) -> None:
    with pytest.raises(TokenError):
        EnvelopeSigner(SECRET).open({"envelope": token, "text": "hello"})


def test_one_changed_character_is_refused() -> None:
    signer = EnvelopeSigner(SECRET)
    body = signer.seal(ENVELOPE)
    token = body["envelope"]
    forged = ("A" if token[0] != "A" else "B") + token[1:]
    with pytest.raises(TokenError):
        signer.open({**body, "envelope": forged})


def test_a_turn_proof_is_not_an_envelope_and_the_other_way_round() -> None:
    proof = TurnSigner(SECRET).sign(TurnProof("conversation", "7", "web"))
    with pytest.raises(TokenError):
        EnvelopeSigner(SECRET).open({"envelope": proof, "text": ENVELOPE.text})
    with pytest.raises(TokenError):
        TurnSigner(SECRET).read(EnvelopeSigner(SECRET).seal(ENVELOPE)["envelope"])


def test_a_turn_proof_names_its_turn() -> None:
    signer = TurnSigner(SECRET)
    proof = TurnProof("conversation", "7", "mail")
    assert signer.read(signer.sign(proof)) == proof
