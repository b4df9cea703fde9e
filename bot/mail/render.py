"""Turns an outbox payload into a letter."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.domain.messages import Letter

_IN_HTML = frozenset({"mail_reply", "staff_mail"})


def render(payload: Mapping[str, Any], company: str, support_email: str, support_phone: str) -> Letter:
    """The mail of an outbox payload `{to, template, values}`.

    The first line of a template is its subject; answers to mail are made as text and as HTML.

    Raises:
        jinja2.TemplateNotFound, jinja2.UndefinedError: the payload does not fit a template.
    """
    name = str(payload["template"])
    words = {"company": company, "support_email": support_email, "support_phone": support_phone}
    body = _environment(html=False).get_template(f"{name}.txt").render(payload["values"], **words)
    subject, _, text = body.partition("\n")
    page = ""
    if name in _IN_HTML:
        page = _environment(html=True).get_template(f"{name}.html").render(payload["values"], **words)
    return Letter(str(payload["to"]), subject.removeprefix("Subject: "), text.strip() + "\n", html=page)


@lru_cache(maxsize=2)
def _environment(*, html: bool) -> Environment:
    # Escaping for HTML would garble plain text.
    return Environment(
        loader=PackageLoader("bot.mail"),
        undefined=StrictUndefined,
        autoescape=html,  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
    )
