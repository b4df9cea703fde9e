"""Meta says that a person wants their data deleted: the connection goes at once, the account after a yes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.accounts import Account
from bot.domain.errors import IllegalTransition, NotFound, TokenError
from bot.domain.messages import OutboxKind
from bot.domain.requests import PrivacyRequest, RequestState
from bot.mail.render import render
from tests.requests.conftest import Desk
from tests.requests.examples import DAY, NOW, request
from tests.storage.threads import at_once

USER = "218471"


def settle(desk: Desk, *names: str) -> None:
    """Accounts that are connected to one Facebook user, with one kind of post allowed."""
    with desk.transactions() as uow:
        for name in names:
            uow.accounts.add(Account(name, f"{name}@example.com", NOW, facebook_user=USER))
            uow.preferences.put(name, "facebook_advice", True, NOW)
            uow.preferences.put(name, "share_users", True, NOW)
        uow.commit()


def ask(desk: Desk, user: str = USER) -> str:
    return desk.services.casework.facebook.ask(user, NOW)


def stored(desk: Desk, reference: str) -> PrivacyRequest:
    with desk.transactions() as uow:
        found = uow.requests.by_reference(reference)
    assert found is not None
    return found


def token(desk: Desk) -> str:
    """Of the link in the newest mail that asks whether the whole account should go."""
    return str(desk.mails("facebook_deletion_asked")[-1]["values"]["link"]).rpartition("/")[2]


def test_the_connection_goes_at_once_and_the_account_waits_for_a_yes(desk: Desk) -> None:
    settle(desk, "anna")
    found = stored(desk, ask(desk))
    assert (found.state, found.channel, found.account_id) == (RequestState.AWAITING_CONFIRMATION, "facebook", "anna")
    assert found.verified_at == NOW
    with desk.transactions() as uow:
        account = uow.accounts.by_id("anna")
        assert account is not None
        assert account.facebook_user is None
        assert uow.preferences.of("anna") == {"facebook_advice": False, "share_users": True}
        (consent,) = uow.consents.of("anna")
    assert (consent.setting, consent.granted, consent.channel) == ("facebook_advice", False, "facebook")
    (revoke,) = [item for item in desk.work() if item.kind is OutboxKind.FACEBOOK_REVOKE]
    assert revoke.payload == {"facebook_user": USER, "account_id": "anna"}
    tags = [entry.tag.value for entry in desk.audited()]
    assert tags == ["facebook:data_deletion", "setting:change", "request:open", *["request:advance"] * 2]
    assert USER not in repr(desk.audited())
    (mail,) = desk.mails("facebook_deletion_asked")
    assert mail["to"] == "anna@example.com"
    assert "If you do nothing, your account stays." in render(mail, "Outsource.com", "s@e.com", "1").text


def test_an_unknown_person_gets_the_same_kind_of_answer_and_nothing_is_kept(desk: Desk) -> None:
    reference = ask(desk)
    assert reference.startswith("REQ-")
    assert desk.services.casework.public.told_to_meta(reference) is None
    (entry,) = desk.audited()
    assert (entry.subject, entry.details) == ("", {"reference": reference, "result": "nothing held"})
    assert desk.work() == []


def test_the_same_call_twice_gets_the_same_answer_and_does_nothing_twice(desk: Desk) -> None:
    settle(desk, "anna")
    first = ask(desk)
    before = (len(desk.audited()), len(desk.work()))
    assert ask(desk) == first
    assert (len(desk.audited()), len(desk.work())) == before
    unknown = ask(desk, "999")
    assert ask(desk, "999") == unknown != first


def test_a_later_call_finds_the_connection_gone(desk: Desk) -> None:
    settle(desk, "anna")
    first = ask(desk)
    again = desk.services.casework.facebook.ask(USER, NOW + timedelta(seconds=1))
    assert again != first
    assert desk.services.casework.public.told_to_meta(again) is None
    assert len(desk.mails("facebook_deletion_asked")) == 1


def test_two_accounts_of_one_facebook_user_are_both_severed(desk: Desk) -> None:
    settle(desk, "anna", "ben")
    reference = ask(desk)
    assert stored(desk, reference).account_id == "anna"
    assert {mail["to"] for mail in desk.mails("facebook_deletion_asked")} == {"anna@example.com", "ben@example.com"}
    with desk.transactions() as uow:
        assert uow.accounts.with_facebook(USER) == []


def test_whoever_asked_before_has_a_duplicate_and_no_second_question(desk: Desk) -> None:
    settle(desk, "anna")
    desk.add(request("filed", account_id="anna", state=RequestState.SCHEDULED, scheduled_for=NOW + DAY))
    assert stored(desk, ask(desk)).state is RequestState.DUPLICATE
    assert desk.mails("facebook_deletion_asked") == []


@pytest.mark.parametrize("same", [True, False])
def test_calls_at_once_act_once(stored: Desk, same: bool) -> None:
    settle(stored, "anna")
    facebook = stored.services.casework.facebook
    step = timedelta(0) if same else timedelta(seconds=1)
    references = at_once(4, lambda number: facebook.ask(USER, NOW + number * step))
    assert len(set(references)) == (1 if same else 4)
    assert len(stored.mails("facebook_deletion_asked")) == 1
    with stored.transactions() as uow:
        assert len(uow.requests.of_account("anna")) == 1
        assert len(uow.consents.of("anna")) == 1


def test_a_yes_files_the_deletion(desk: Desk) -> None:
    settle(desk, "anna")
    reference = ask(desk)
    public = desk.services.casework.public
    assert public.show(token(desk)).confirmable
    public.confirm(token(desk))
    found = stored(desk, reference)
    assert (found.state, found.acknowledged_at) == (RequestState.SCHEDULED, NOW)
    assert found.scheduled_for == NOW + 7 * DAY
    assert [item.payload for item in desk.work() if item.kind is OutboxKind.EXECUTE] == [{"request": found.id}]
    assert len(desk.mails("deletion_filed")) == len(desk.mails("deletion_for_support")) == 1
    with pytest.raises(IllegalTransition):
        public.confirm(token(desk))
    page = public.show(token(desk))
    assert (page.confirmable, page.revocable, page.scheduled) == (False, True, "9 March 2026")


def test_a_no_keeps_the_account(desk: Desk) -> None:
    settle(desk, "anna")
    reference = ask(desk)
    public = desk.services.casework.public
    public.revoke(token(desk))
    public.revoke(token(desk))
    assert stored(desk, reference).state is RequestState.REVOKED
    assert len(desk.mails("request_revoked")) == 1
    with pytest.raises(IllegalTransition):
        public.confirm(token(desk))


def test_no_answer_keeps_the_account_and_says_so(desk: Desk) -> None:
    settle(desk, "anna")
    reference = ask(desk)
    desk.clock.advance(8 * DAY)
    assert sum(desk.services.casework.timers.expire()) == 1
    assert stored(desk, reference).state is RequestState.EXPIRED
    (mail,) = desk.mails("facebook_deletion_expired")
    assert "so it stays" in render(mail, "Outsource.com", "s@e.com", "1").text


def test_of_a_yes_and_a_no_at_once_one_counts(stored: Desk) -> None:
    settle(stored, "anna")
    ask(stored)
    link, public = token(stored), stored.services.casework.public

    def answer(number: int) -> str:
        try:
            (public.confirm if number % 2 else public.revoke)(link)
        except IllegalTransition:
            return "late"
        return "yes" if number % 2 else "no"

    answers = at_once(4, answer)
    filed = len(stored.mails("deletion_filed"))
    assert filed <= 1
    assert len(stored.mails("request_revoked")) <= 1
    assert answers.count("yes") == filed
    with stored.transactions() as uow:
        (found,) = uow.requests.of_account("anna")
    assert found.state in (RequestState.SCHEDULED, RequestState.REVOKED)


def test_only_a_request_of_metas_is_confirmed_by_link_or_shown_by_code(desk: Desk) -> None:
    desk.add(request("chat"))
    public = desk.services.casework.public
    link = public.links.sign({"reference": "REQ-00000-chat"})
    assert not public.show(link).confirmable
    with pytest.raises(IllegalTransition):
        public.confirm(link)
    assert public.told_to_meta("REQ-00000-chat") is None


def test_metas_link_shows_no_words_of_ours_about_the_person_and_offers_nothing(desk: Desk) -> None:
    settle(desk, "anna")
    page = desk.services.casework.public.told_to_meta(ask(desk))
    assert page is not None
    assert (page.confirmable, page.revocable, page.explanation) == (False, False, "")


@pytest.mark.parametrize("forged", ["", "x", "a.b.c"])
def test_a_link_that_is_not_ours_opens_nothing(desk: Desk, forged: str) -> None:
    with pytest.raises(TokenError):
        desk.services.casework.public.show(forged)


def test_a_request_that_is_not_kept_any_more_is_not_found(desk: Desk) -> None:
    public = desk.services.casework.public
    with pytest.raises(NotFound):
        public.show(public.links.sign({"reference": "REQ-00000-gone"}))
    with pytest.raises(TokenError):
        public.show(public.links.sign({"reference": 7}))


@pytest.mark.parametrize("state", [RequestState.EXECUTING, RequestState.FAILED])
def test_what_is_being_carried_out_cannot_be_taken_back(desk: Desk, state: RequestState) -> None:
    desk.add(request("r", state=state, acknowledged_at=NOW, scheduled_for=NOW))
    public = desk.services.casework.public
    link = public.links.sign({"reference": "REQ-00000-r"})
    assert public.show(link).late
    with pytest.raises(IllegalTransition):
        public.revoke(link)


def test_the_page_of_a_person_who_is_erased_still_stands(desk: Desk) -> None:
    bare = {"mailbox": None, "account_id": None, "conversation_id": None}
    desk.add(request("r", state=RequestState.COMPLETED, acknowledged_at=NOW, closed_at=NOW + DAY, **bare))
    public = desk.services.casework.public
    page = public.show(public.links.sign({"reference": "REQ-00000-r"}))
    assert page.stands == "It is done."
    assert [iso for _, _, iso in page.timeline] == ["2026-03-02", "2026-03-02", "2026-03-02", "2026-03-03"]
    assert (page.due, page.revocable) == ("", False)


@pytest.mark.parametrize("state", list(RequestState))
def test_every_state_has_a_page(desk: Desk, state: RequestState) -> None:
    reason = "no_match" if state is RequestState.DENIED else ""
    desk.add(request("r", state=state, reason=reason))
    public = desk.services.casework.public
    page = public.show(public.links.sign({"reference": "REQ-00000-r"}))
    assert page.stands.endswith(".")
    assert ("no data that matches" in page.because) == (state is RequestState.DENIED)
