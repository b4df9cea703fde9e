"""The acts a person can order, and the words that name them.

All patterns run over `wording.plain` text: lower case, "do not" for "don't", "please" for "pls".
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """What belongs to one acting intent.

    Attributes:
        action: words that name the act.
        severe: deletion and opting in, where an open question never acts.
        questions_act: "how do I change my e-mail?" is helped by starting the change.
        retractable: whether "never mind" after it takes it back; for a revocation it would mean the opposite.
        status: the intent behind "have you … yet?".
        past: the intent behind "I … last week"; None where the wish is still there.
        negated_as: (verb, intent) pairs that replace `deny` when that verb is negated.
        contentment: whether words of contentment without an order mean that all shall stay as it is.
    """

    action: re.Pattern[str]
    severe: bool = False
    questions_act: bool = False
    retractable: bool = True
    status: str = "ask_policy"
    past: str | None = None
    negated_as: tuple[tuple[re.Pattern[str], str], ...] = ()
    contentment: bool = False


_OFF = (
    r"\bopt(?:ed|ing)?(?: (?:me|us))?[ -]out\b|\b(?:turn|switch)(?:ed|ing)? (?:[\w'-]+ ){0,5}?off\b|\bdisabl\w+"
    r"|\bde-?activat\w+|\bunsubscri\w+|\bstop(?:ped|ping|s)?\b|\bblock(?:ed|ing)?\b|\bquit\b|\brevok\w+|\bwithdr\w+"
    r"|\btak(?:e|ing|en) (?:(?:me|us|my [\w-]+) )?off\b"
    r"|\bremov(?:e|ed|ing) (?:(?:me|us|my [\w-]+) )?from\b|\bcancel\w*|\bunlink\w*"
    r"|\bceas\w+|\bdiscontinu\w+|\bend(?:ed|ing)?\b|\bhalt\w*|\bdetach\w*|\bdisconnect\w*|\buntick\w*|\buncheck\w*"
)
_ON = (
    r"\bopt(?:ed|ing)?(?: (?:me|us))?(?: back)?[ -]in\b|\b(?:turn|switch)(?:ed|ing)? (?:[\w'-]+ ){0,5}?on\b"
    r"|\b(?:re-?)?enabl\w+|\b(?:re-?)?activat\w+|\b(?:re-?)?subscri\w+|\bsign(?:ed|ing)?(?: (?:me|us))?(?: back)? up\b"
    r"|\badd(?:ed|ing)? (?:me|us|my)\b|\bput(?:ting)? (?:me|us|my [\w-]+)(?: back)? on\b|\bresum\w+"
)
_GRANT = (
    r"\ballow\w*|\bpermit\w*|\bconsent\w*|\bagree\w*|\bshar(?:e|ed|ing)\b|\bpost(?:ed|ing)?\b|\bpublish\w*|\breceiv\w+"
)
_REMOVE = (
    r"\bdelet\w+|\beras\w+|\bremov\w+|\bclos(?:e|ed|ing|ure)\b|\bcancel\w*|\bterminat\w+|\bde-?activat\w+|\bpurg\w+"
    r"|\bwip(?:e|ed|ing)\b|\bdestroy\w*|\bscrub\w*|\b(?:un|de-?)register\w*|\bshred\w*|\bkill(?:ed|ing)?\b"
    r"|\bnuk(?:e|ing)\b"
    r"|\b(?:get|getting|got|be) rid of\b|\bshut(?:ting)?\b|\bforget me\b|\bbe forgotten\b|\bend(?:ed|ing)?\b|\bgone\b"
    r"|\beliminat\w+|\bleave (?:you|outsource|this site|the site|the platform)\b|\bleaving\b|\bquit(?:ting)?\b"
)

FAMILIES: dict[str, Family] = {
    "delete_account": Family(
        re.compile(_REMOVE),
        severe=True,
        status="request_status",
        past="request_status",
        negated_as=((re.compile(r"^stop\b"), "revoke_request"),),
    ),
    "opt_in": Family(
        re.compile(f"{_ON}|{_GRANT}"),
        severe=True,
        contentment=True,
        status="view_settings",
        past="view_settings",
        negated_as=((re.compile(_GRANT), "opt_out"),),
    ),
    "opt_out": Family(re.compile(_OFF), status="view_settings", contentment=True),
    "revoke_request": Family(
        re.compile(
            r"\bcancel\w*|\bwithdr\w+|\brevok\w+|\bstop\w*|\bundo\w*|\brevers\w+|\bcall\w* off\b|\btak(?:e|ing) back\b"
            r"|\bretract\w*|\brescind\w*|\bdrop\w*|\bhalt\w*|\babort\w*|\bannul\w*"
        ),
        questions_act=True,
        retractable=False,
        status="request_status",
    ),
    "change_profile": Family(
        re.compile(
            r"\bchang\w+|\bupdat\w+|\bedit\w*|\bcorrect\w*|\bmodif\w+|\bfix\w*|\breplac\w+|\bamend\w*|\balter\w*"
        ),
        questions_act=True,
        status="view_profile",
        past="view_profile",
    ),
    "change_setting": Family(
        re.compile(
            r"\bchang\w+|\badjust\w*|\bmodif\w+|\bedit\w*|\bupdat\w+|\bmanag\w+|\btoggl\w+|\balter\w*|\breset\w*"
        ),
        questions_act=True,
        status="view_settings",
        past="view_settings",
    ),
    "sign_out": Family(
        re.compile(r"\b(?:sign|log)(?:ged|ging|ing)?(?: (?:me|us))?[ -]?(?:out|off)\b"), questions_act=True
    ),
}

TURNING_ON = Family(re.compile(_ON))
