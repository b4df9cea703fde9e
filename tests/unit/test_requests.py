"""The state machine of a request, step by step."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import product

import pytest

from bot.domain.errors import IllegalTransition
from bot.domain.requests import CLOSED, FILED, UNPROVED, PrivacyRequest, RequestState
from tests.fakes_requests import a_request

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
S = RequestState

STEPS = """
received: awaiting_verification
awaiting_verification: awaiting_confirmation denied revoked canceled expired
awaiting_confirmation: acknowledged denied revoked canceled expired duplicate
acknowledged: in_review on_hold scheduled denied revoked canceled
in_review: scheduled on_hold denied revoked canceled
on_hold: in_review scheduled denied revoked canceled
scheduled: executing on_hold revoked canceled
executing: completed failed
failed: executing
"""
"""As designed; everything else is refused."""


def steps() -> set[tuple[RequestState, RequestState]]:
    lines = (line.split(":") for line in STEPS.strip().splitlines())
    return {(S(start), S(end)) for start, ends in lines for end in ends.split()}


def proved(state: RequestState) -> PrivacyRequest:
    return a_request("r1", NOW, state=state)


@pytest.mark.parametrize(("start", "end"), list(product(S, S)))
def test_only_the_steps_of_the_table_exist(start: RequestState, end: RequestState) -> None:
    if (start, end) not in steps():
        with pytest.raises(IllegalTransition):
            proved(start).advance(end, NOW)
        return
    moved = proved(start).advance(end, NOW)
    assert (moved.state, moved.version) == (end, 2)
    assert (moved.closed_at is not None) == (end in CLOSED)


@pytest.mark.parametrize(("start", "end"), sorted(steps()))
def test_nothing_unproved_is_ever_filed(start: RequestState, end: RequestState) -> None:
    unproved = a_request("r1", NOW, state=start, verified_at=None)
    if end in FILED:
        with pytest.raises(IllegalTransition):
            unproved.advance(end, NOW)
    else:
        assert unproved.advance(end, NOW).state is end


def test_no_way_leads_from_unproved_to_execution_but_through_a_yes() -> None:
    reached, edges = set(UNPROVED), {step for step in steps() if S.ACKNOWLEDGED not in step}
    while found := {end for start, end in edges if start in reached} - reached:
        reached |= found
    assert not reached & FILED


def test_what_can_be_taken_back() -> None:
    assert {state for state in S if proved(state).revocable} == {
        S.AWAITING_VERIFICATION,
        S.AWAITING_CONFIRMATION,
        S.ACKNOWLEDGED,
        S.IN_REVIEW,
        S.ON_HOLD,
        S.SCHEDULED,
    }
