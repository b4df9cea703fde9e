"""What a member of staff may want from the assistant in the console, told from the words alone."""

from __future__ import annotations

import re
from enum import Enum


class DeskAsk(str, Enum):
    """The intents of agent mode; they exist on no other channel."""

    HELP = "help"
    """A greeting, or what can be asked here."""
    ACT = "act"
    """Do something in a person's name, which nobody can from here."""
    SAME_PERSON = "same_person"
    """About the person who was looked up last."""
    LOOK_UP = "look_up"
    """Whatever the box of looking up understands: policy, requests, addresses, names."""


class Aspect(str, Enum):
    """What of a person is asked for."""

    SHARES = "shares"
    REQUESTS = "requests"
    SETTINGS = "settings"
    ALL = "all"


_HELP = re.compile(
    r"\W*(?:hi|hello|hey|help|good (?:morning|afternoon|evening|day)|thanks?(?: you)?|what can (?:you|i) (?:do|ask)"
    r"(?: here)?|who are you|how does this work)\W*",
    re.IGNORECASE,
)
_ACT = re.compile(
    r"^\W*(?:(?:can|could|would|will) you |(?:please|kindly|now|just|i want you to|i need you to|go ahead and) ?)*"
    r"(?:delete|erase|remove|close|deactivate|disable|enable|change|update|correct|set|turn|switch|opt|subscribe"
    r"|unsubscribe|revoke|withdraw|cancel|approve|deny|reject|extend|reset|sign|send|export|block)\b"
    r"(?=.*(?:@|\b(?:accounts?|profile|data|settings?|newsletters?|requests?|REQ|e-?mails?|address|phone|names?|facebook"
    r"|codes?|password|person|customer|user|visitor|him|her|them|it|everything|on|off|out|in)\b))"
    r"(?!.*\b(?:why|how|policy|does|do we|allowed)\b)",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:(?:this|that|the same) (?:address|account|person|customer|user|one)|they|them|their|she|her|he|him|his)\b",
    re.IGNORECASE,
)
_OF_A_PERSON = re.compile(
    r"\b(?:shares?|sharing|shared|settings?|consents?|requests?|status|conversations?|said|card|account|joined)\b",
    re.IGNORECASE,
)
_ASPECTS = (
    (Aspect.SHARES, re.compile(r"\bshar(?:e|es|ed|ing)\b|\bsold\b|\bgoes? out\b", re.IGNORECASE)),
    (Aspect.REQUESTS, re.compile(r"\brequests?\b|\bdeletions?\b|\bstatus\b|\bdue\b|\boverdue\b", re.IGNORECASE)),
    (Aspect.SETTINGS, re.compile(r"\bsettings?\b|\bconsents?\b|\bpreferences?\b|\bopted\b", re.IGNORECASE)),
)


def ask_of(text: str) -> DeskAsk:
    """The intent of what a member of staff typed.

    >>> ask_of("Delete the account of anna@example.com"), ask_of("how do I delete an account?")
    (<DeskAsk.ACT: 'act'>, <DeskAsk.LOOK_UP: 'look_up'>)
    >>> ask_of("what does this address share?"), ask_of("hello")
    (<DeskAsk.SAME_PERSON: 'same_person'>, <DeskAsk.HELP: 'help'>)
    """
    if _HELP.fullmatch(text):
        return DeskAsk.HELP
    if _ACT.search(text):
        return DeskAsk.ACT
    if _SAME.search(text) and _OF_A_PERSON.search(text) and "@" not in text and "REQ-" not in text.upper():
        return DeskAsk.SAME_PERSON
    return DeskAsk.LOOK_UP


def aspect_of(text: str) -> Aspect:
    """What of a person the text asks for."""
    return next((aspect for aspect, words in _ASPECTS if words.search(text)), Aspect.ALL)
