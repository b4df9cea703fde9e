"""Packs a copy: `data.json` for machines, `index.html` for people."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.domain.erasure import Found
from bot.domain.fields import meaning


@dataclass(frozen=True)
class ZipArchive:
    """See ports.Archive. Everything in it is plain: no scripts, nothing that is loaded from elsewhere."""

    company: str

    def pack(self, found: Sequence[Found], made_at: datetime) -> bytes:
        """A ZIP with JSON and readable HTML, and the meaning of each field."""
        held = [store for store in found if store.records]
        data = {
            "company": self.company,
            "made_at": made_at.isoformat(),
            "stores": {store.store: {"title": store.title, "records": list(store.records)} for store in held},
            "meanings": {store.store: dict(_meanings(store)) for store in held},
        }
        page = (
            _environment()
            .get_template("index.html")
            .render(company=self.company, made_at=made_at, stores=[(store, dict(_meanings(store))) for store in held])
        )
        packed = io.BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for name, text in (("index.html", page), ("data.json", json.dumps(data, ensure_ascii=False, indent=2))):
                entry = ZipInfo(name, made_at.timetuple()[:6])
                entry.compress_type = ZIP_DEFLATED
                archive.writestr(entry, text.encode("utf-8", "replace"))
        return packed.getvalue()


def _meanings(store: Found) -> Iterator[tuple[str, str]]:
    names = dict.fromkeys(name for record in store.records for name in record)
    return ((name, meaning(store.store, name)) for name in names)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = _shown
    return environment


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Mapping, list)):
        return json.dumps(value, ensure_ascii=False, indent=1) if value else "–"
    return str(value)
