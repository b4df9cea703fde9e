"""Seeing and changing privacy settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from bot.domain.consents import preferences
from bot.domain.identity import Assurance
from bot.domain.messages import OutboxKind
from bot.domain.requests import RequestType
from bot.domain.settings import GROUPS, SETTINGS, Setting, resolve
from bot.services.choices import Choices
from bot.services.flows import Handler, Wish
from bot.services.ports import Clock
from bot.services.requests.register import Register


@dataclass(frozen=True)
class ViewSettings(Handler):
    """Details: none. Facts: `groups` as the settings card has them."""

    only_shows = True

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.MAILBOX

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        return {"groups": overview(wish.uow.preferences.of(wish.account.id))}


@dataclass(frozen=True)
class ChangeSettings(Handler):
    """Details: `keys` (settings or groups), `on`. Facts: `on`, `keys`, `changed`, `already` (titles), `facebook`,
    `receipt`.

    `receipt` is the reference under which an opt-out that changed something is on record, else None.
    `facebook` is `asked` when Facebook is told to withdraw its permission, `no_app` when this deployment has no
    Facebook app to withdraw it from, and None when there is nothing to withdraw.

    Opting out happens at once. Opting in needs a yes, since consent must be unambiguous (GDPR Art. 4(11)).
    """

    clock: Clock
    choices: Choices
    register: Register
    facebook_app: bool

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        entries = resolve(tuple(details["keys"]))
        return max(entry.on if details["on"] else entry.off for entry in entries)

    def question(self, wish: Wish) -> Mapping[str, Any] | None:
        turned = self._turned(wish)
        if not wish.details["on"] or not turned:
            return None
        return {"titles": [entry.title for entry in turned], "anchors": [entry.anchor for entry in turned]}

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        turned, value = self._turned(wish), bool(wish.details["on"])
        for entry in turned:
            self.choices.record(wish.uow, wish.conversation, wish.account.id, entry, value)
        asked = resolve(tuple(wish.details["keys"]))
        for entry in () if value else asked:
            if entry not in turned:
                self.choices.pass_on(wish.uow, wish.account.id, entry, value)
        return {
            "on": value,
            "keys": [entry.key for entry in asked],
            "changed": [entry.title for entry in turned],
            "already": [entry.title for entry in asked if entry not in turned],
            "receipt": None if value or not turned else self._receipt(wish),
            "facebook": None if value else self._withdraw_facebook(wish, turned),
        }

    def _turned(self, wish: Wish) -> tuple[Setting, ...]:
        now_set = preferences(wish.uow.preferences.of(wish.account.id))
        return tuple(e for e in resolve(tuple(wish.details["keys"])) if now_set[e] != bool(wish.details["on"]))

    def _receipt(self, wish: Wish) -> str:
        asked_at = wish.proposal.created_at
        return self.register.settle(wish.uow, wish.conversation, RequestType.OPT_OUT, asked_at).reference

    def _withdraw_facebook(self, wish: Wish, turned: tuple[Setting, ...]) -> str | None:
        """Once no kind of post is allowed any more, the permission itself is withdrawn at Facebook."""
        user = wish.account.facebook_user
        if user is None or not any(entry.group == "facebook" for entry in turned):
            return None
        left = preferences(wish.uow.preferences.of(wish.account.id))
        if any(value for entry, value in left.items() if entry.group == "facebook"):
            return None
        payload = {"facebook_user": user, "account_id": wish.account.id}
        wish.uow.outbox.put(f"facebook:{wish.proposal.id}", OutboxKind.FACEBOOK_REVOKE, payload, self.clock.now())
        return "asked" if self.facebook_app else "no_app"


def overview(stored: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Groups in catalogue order, each with its settings: key, title, on, locked, why."""
    values = preferences(stored)
    return [
        {
            "title": group.title,
            "items": [
                {
                    "key": entry.key,
                    "title": entry.title,
                    "on": values.get(entry, True),
                    "locked": entry.fixed is not None,
                    "why": entry.fixed,
                }
                for entry in SETTINGS
                if entry.group == group.key
            ],
        }
        for group in GROUPS
    ]
