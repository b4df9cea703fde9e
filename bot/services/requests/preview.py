"""What a deletion would take away, and what stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from bot.domain.erasure import KEPT, Holding, Person
from bot.domain.identity import Assurance
from bot.services.flows import Handler, Wish
from bot.services.ports import UnitOfWork
from bot.services.requests.ports import RemoteStore, TableStore


@dataclass(frozen=True)
class Preview:
    """Counts what the stores hold, and changes nothing."""

    tables: Sequence[TableStore]
    remotes: Sequence[RemoteStore]

    def of(self, uow: UnitOfWork, person: Person) -> Sequence[Holding]:
        """Our own tables with their counts, then the systems only the other side can count."""
        own = [Holding(store.name, store.title, store.count(uow, person)) for store in reversed(self.tables)]
        return [*own, *(Holding(store.name, store.title, None) for store in self.remotes)]

    def titles(self) -> list[dict[str, Any]]:
        """What is stored about anybody, in the form of `gone`."""
        titles = [*(store.title for store in reversed(self.tables)), *(store.title for store in self.remotes)]
        return [{"title": title, "count": None} for title in titles]

    def facts(self, uow: UnitOfWork, person: Person) -> dict[str, Any]:
        """For a reply: `gone` (titles with counts; empty stores are left out), `kept`."""
        held = [holding for holding in self.of(uow, person) if holding.count != 0]
        return {
            "gone": [{"title": holding.title, "count": holding.count} for holding in held],
            "kept": list(KEPT),
        }


@dataclass(frozen=True)
class PreviewDeletion(Handler):
    """Details: none. Facts: see Preview.facts; without counts while nobody has shown who they are."""

    preview: Preview

    needs_account = False
    only_shows = True

    def rung(self, details: Mapping[str, Any]) -> Assurance:
        return Assurance.ANONYMOUS

    def perform(self, wish: Wish) -> Mapping[str, Any]:
        if wish.conversation.mailbox is None:
            return {"gone": self.preview.titles(), "kept": list(KEPT)}
        person = wish.uow.people.find(wish.conversation.account_id, wish.conversation.mailbox)
        return self.preview.facts(wish.uow, person)
