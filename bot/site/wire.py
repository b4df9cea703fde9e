"""Reads the site's answers; whatever does not have the agreed shape is an error, not a guess."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any, Mapping

from bot.domain.accounts import MAX_DETAIL, PROFILE, is_email
from bot.domain.errors import SiteUnavailable
from bot.domain.identity import normalise_email
from bot.domain.settings import switchable
from bot.domain.site import SiteProfile, SiteReceipt, is_account_id

MAX_NUMBER = 128
_CODE = re.compile(r"[a-z0-9_]{1,64}")
_MALFORMED = "its answer does not have the agreed shape"


def json_object(raw: bytes) -> Mapping[str, Any]:
    """Raises SiteUnavailable when it is not a JSON object."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise SiteUnavailable("its answer is not JSON") from None
    return _mapping(body)


def account(body: Mapping[str, Any]) -> SiteProfile | None:
    """The profile under `account`, or None where that is null. Raises SiteUnavailable."""
    if "account" not in body:
        raise SiteUnavailable(_MALFORMED)
    if body["account"] is None:
        return None
    found = _mapping(body["account"])
    details = {field.key: _text(found, field.key, MAX_DETAIL) for field in PROFILE if field.key != "email"}
    return SiteProfile(
        id=_account_id(found),
        email=_email(found),
        created_at=moment(found, "created_at"),
        facebook_user=_text(found, "facebook_user", MAX_DETAIL) or None,
        settings=_settings(found.get("settings")),
        **details,
    )


def receipt(body: Mapping[str, Any]) -> SiteReceipt:
    """Raises SiteUnavailable."""
    number = _text(body, "receipt", MAX_NUMBER)
    if not number:
        raise SiteUnavailable(_MALFORMED)
    return SiteReceipt(number, moment(body, "erased_at"))


def export(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Raises SiteUnavailable."""
    return _mapping(body.get("data"))


def refusal(raw: bytes) -> str | None:
    """The `code` of a refusal in the agreed shape, else None."""
    try:
        code = json_object(raw).get("code")
    except SiteUnavailable:
        return None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SiteUnavailable(_MALFORMED)
    return value


def _text(found: Mapping[str, Any], key: str, longest: int) -> str:
    """What is absent or null is empty."""
    value = found.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise SiteUnavailable(_MALFORMED)
    return value


def _account_id(found: Mapping[str, Any]) -> str:
    value = found.get("id")
    if not isinstance(value, str) or not is_account_id(value):
        raise SiteUnavailable(_MALFORMED)
    return value


def _email(found: Mapping[str, Any]) -> str:
    value = normalise_email(_text(found, "email", MAX_DETAIL))
    if not is_email(value):
        raise SiteUnavailable(_MALFORMED)
    return value


def moment(found: Mapping[str, Any], key: str) -> datetime:
    """A moment as RFC 3339 has it, in UTC. Raises SiteUnavailable."""
    try:
        read = datetime.fromisoformat(_text(found, key, 40).replace("Z", "+00:00"))
        if read.tzinfo is None:
            raise SiteUnavailable(_MALFORMED)
        return read.astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise SiteUnavailable(_MALFORMED) from None


def _settings(value: Any) -> dict[str, bool]:
    """Keys that the catalogue does not have are the site's own business."""
    found = _mapping({} if value is None else value)
    known = {entry.key: found[entry.key] for entry in switchable() if found.get(entry.key) is not None}
    if not all(isinstance(choice, bool) for choice in known.values()):
        raise SiteUnavailable(_MALFORMED)
    return known
