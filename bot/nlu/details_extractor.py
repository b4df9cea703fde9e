"""Finds e-mail addresses, phone numbers, request references and the names of profile fields."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Iterator, List, Tuple

import phonenumbers
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.component import RuleComponent, add_entities, with_clauses
from bot.nlu.wording import same_length

_LONGEST = 4000
_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+'-]*@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,24}\b")
# Crockford's base 32 leaves out i, l, o and u; what people type for 1 and 0 is read as these.
_SYMBOLS = "0-9a-hjkmnp-tv-zilo"
_REFERENCE = re.compile(rf"\breq[\s:#-]{{0,2}}([{_SYMBOLS}]{{5}})[\s-]?([{_SYMBOLS}]{{5}})\b")
_BARE_REFERENCE = re.compile(rf"\b(?=[a-z-]*\d)([{_SYMBOLS}]{{5}})-([{_SYMBOLS}]{{5}})\b")
_READ_AS = str.maketrans("ILO", "110")
_PHONE = re.compile(r"(?<![\w/@.-])\+?\(?\d[\d\s().\-/]{5,20}\d(?![\w@])")
_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}$")
_HOME_REGION = "US"
# In order: the first that matches at a place wins, so the special ones stand before the general ones.
_FIELDS: Tuple[Tuple[str, str], ...] = (
    ("company_description", r"(?:company|business|firm|profile) description|description|\bbio\b|blurb|about text"),
    ("website", r"(?:company |business )?web ?site(?: link| url)?|web ?page|homepage|web address|\burl\b"),
    ("email", r"e-?mail(?: address(?:es)?)?|mail address(?!es)|\bmail\b(?! ?ing)"),
    (
        "street_address",
        r"(?:street|mailing|postal|home|house|office|work|business) address|(?<!ip )\baddress|\bstreet\b|post ?code"
        r"|zip code",
    ),
    (
        "company_name",
        r"(?:company|business|firm|studio|agency)(?:'s)? name|name of (?:my|our|the) (?:company|business|firm)"
        r"|rename (?:my|our|the) (?:company|business|firm)|\bcompany\b|\bfirm\b",
    ),
    ("full_name", r"(?:full|first|last|family|sur|middle|maiden|given|own|real) ?name|\bsurname|(?<!user )\bname\b"),
    (
        "phone",
        r"(?:tele|cell|mobile )?phone(?: (?:number|no))?|\btel\b|\bmobile(?: number)?|\bcell(?: number)?"
        r"|(?:my|new|old|wrong|contact|the|a) (?:ph(?:one)? )?(?:number|no)\b",
    ),
)
_FIELD_PATTERNS = tuple((key, re.compile(pattern)) for key, pattern in _FIELDS)


@dataclass(frozen=True)
class Detail:
    """Something found in a text: kind of entity, normalised value, and where it stands."""

    entity: str
    value: str
    start: int
    end: int


def find_details(text: str) -> List[Detail]:
    """All details of a text, in order. What is part of an address or a reference is not a phone number."""
    low = same_length(text[:_LONGEST])
    found = [Detail("email_address", m.group(), *m.span()) for m in _EMAIL.finditer(low)]
    found.extend(_references(low))
    masked = _mask(low, found)
    found.extend(_phones(masked))
    found.extend(_profile_fields(_mask(masked, found)))
    return sorted(found, key=lambda detail: detail.start)


def _references(low: str) -> Iterator[Detail]:
    taken: List[Tuple[int, int]] = []
    for pattern in (_REFERENCE, _BARE_REFERENCE):
        for match in pattern.finditer(low):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            first, second = (part.upper().translate(_READ_AS) for part in match.groups())
            yield Detail("reference", f"REQ-{first}-{second}", *match.span())


def _phones(low: str) -> Iterator[Detail]:
    for match in _PHONE.finditer(low):
        typed = match.group().strip()
        digits = re.sub(r"\D", "", typed)
        if 7 <= len(digits) <= 15 and not _DATE.match(typed):
            yield Detail("phone_number", _phone(typed, digits), match.start(), match.end())


def _phone(typed: str, digits: str) -> str:
    """E.164 where the country is sure, else the digits as typed."""
    try:
        number = phonenumbers.parse(typed, _HOME_REGION)
    except phonenumbers.NumberParseException:
        return digits
    if phonenumbers.is_possible_number(number) and (typed.startswith("+") or phonenumbers.is_valid_number(number)):
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return "+" + digits if typed.startswith("+") else digits


def _profile_fields(low: str) -> Iterator[Detail]:
    seen: set[str] = set()
    for key, pattern in _FIELD_PATTERNS:
        for match in pattern.finditer(low):
            if key not in seen:
                seen.add(key)
                yield Detail("profile_field", key, *match.span())
        low = pattern.sub(lambda match: " " * len(match.group()), low)


def _mask(low: str, found: List[Detail]) -> str:
    for detail in found:
        low = low[: detail.start] + "\0" * (detail.end - detail.start) + low[detail.end :]
    return low


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DetailsExtractor(RuleComponent, EntityExtractorMixin):
    """Adds `email_address`, `phone_number`, `reference` and `profile_field` entities."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Appends what was found to the entities of each message and clause."""
        for message in with_clauses(messages):
            found = [{**asdict(detail), "confidence": 1.0} for detail in find_details(message.get(TEXT))]
            add_entities(message, type(self).__name__, found)
        return messages
