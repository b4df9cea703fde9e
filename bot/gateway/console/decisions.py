"""Deciding about a request: the letter can be seen first, and nothing typed is ever lost."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Mapping

from aiohttp import web

from bot.domain.errors import ChangedMeanwhile, InvalidInput
from bot.domain.requests import DenialReason, HoldReason
from bot.domain.staff import StaffMember
from bot.gateway.console.requests import page_of
from bot.gateway.console.visit import PATH, Handler, Visit
from bot.mail.render import render
from bot.services.requests.decisions import Decided, Decisions

Act = Callable[[Decisions, StaffMember, str, Mapping[str, str]], Decided]
OWN_LINK = "[the person's own link]"
CHANGED = "A colleague changed this request while you were reading. This is how it stands now; nothing was done."


def deciding(name: str, act: Act) -> Handler:
    """`POST /console/requests/{reference}/{name}`; with `step=look` it only shows what the person would get."""

    async def handle(visit: Visit) -> web.StreamResponse:
        reference = visit.request.match_info["reference"]
        decisions = visit.desk.services.casework.decisions
        looking = visit.form.get("step") == "look"
        try:
            decided = await asyncio.to_thread(
                act, decisions.rehearsal() if looking else decisions, visit.me, reference, visit.form
            )
        except InvalidInput as error:
            return await page_of(visit, reference, status=400, problem=str(error), opened=name)
        except ChangedMeanwhile:
            return await page_of(visit, reference, status=409, problem=CHANGED, opened=name)
        if looking:
            return await page_of(visit, reference, letter=_letter(visit, decided), opened=name)
        return web.Response(status=303, headers={"Location": f"{PATH}/requests/{reference}"})

    return handle


def _letter(visit: Visit, decided: Decided) -> Any:
    config = visit.desk.config
    if decided.letter is None:
        return None
    # The link stands for the person's own hand: whoever has it can take the request back.
    shown = {**decided.letter, "values": {**decided.letter["values"], "link": OWN_LINK}}
    return render(shown, config.company, config.support_email, config.support_phone)


def _deny(decisions: Decisions, staff: StaffMember, reference: str, form: Mapping[str, str]) -> Decided:
    try:
        reason = DenialReason(form.get("reason", ""))
    except ValueError:
        raise InvalidInput("Please choose a reason.") from None
    return decisions.deny(staff, reference, reason, form.get("explanation", ""))


def _hold(decisions: Decisions, staff: StaffMember, reference: str, form: Mapping[str, str]) -> Decided:
    try:
        reason = HoldReason(form.get("reason", ""))
    except ValueError:
        raise InvalidInput("Please choose a reason.") from None
    return decisions.hold(staff, reference, reason, form.get("explanation", ""))


approve = deciding("approve", lambda decisions, staff, reference, _: decisions.approve(staff, reference))
resume = deciding("resume", lambda decisions, staff, reference, _: decisions.resume(staff, reference))
deny = deciding("deny", _deny)
hold = deciding("hold", _hold)
extend = deciding(
    "extend", lambda decisions, staff, reference, form: decisions.extend(staff, reference, form.get("explanation", ""))
)
cancel = deciding(
    "cancel", lambda decisions, staff, reference, form: decisions.cancel(staff, reference, form.get("explanation", ""))
)
