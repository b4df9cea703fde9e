"""Turns an outbox payload into a subject and a text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined


@dataclass(frozen=True)
class Letter:
    """One mail, ready to send."""

    to: str
    subject: str
    text: str


def render(payload: Mapping[str, Any], company: str, support_email: str, support_phone: str) -> Letter:
    """The mail of an outbox payload `{to, template, values}`.

    The first line of a template is its subject.

    Raises:
        jinja2.TemplateNotFound, jinja2.UndefinedError: the payload does not fit a template.
    """
    body = _environment().get_template(f"{payload['template']}.txt")
    subject, _, text = body.render(
        payload["values"], company=company, support_email=support_email, support_phone=support_phone
    ).partition("\n")
    return Letter(str(payload["to"]), subject.removeprefix("Subject: "), text.strip() + "\n")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Plain-text mail: escaping for HTML would garble it.
    return Environment(loader=PackageLoader("bot.mail"), undefined=StrictUndefined, autoescape=False)  # noqa: S701
