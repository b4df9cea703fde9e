"""Static files, read once at start; the widget is put together from its parts."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web

STATIC = Path(__file__).parent / "static"
WIDGET_PARTS = (
    "strings.js",
    "dom.js",
    "store.js",
    "http.js",
    "connection.js",
    "feedback.js",
    "transcript.js",
    "cards.js",
    "signin.js",
    "composer.js",
    "panel.js",
    "launcher.js",
    "widget.js",
)
_YEAR = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=300"
_PAGE_FILES = {
    "page.css": "text/css",
    "demo.css": "text/css",
    "policy.js": "text/javascript",
    "console.css": "text/css",
    "console.js": "text/javascript",
}


@dataclass(frozen=True)
class Asset:
    """One file in memory, plain and compressed."""

    body: bytes
    gzipped: bytes
    content_type: str
    etag: str


class Assets:
    """Everything the gateway serves that is the same for everyone.

    Attributes:
        widget_hash: part of the immutable address of this very widget.
        integrity: value of the `integrity` attribute (SRI) for that address.
    """

    def __init__(self) -> None:
        widget = build_widget()
        self.widget = _asset(widget, "text/javascript")
        self.widget_hash = hashlib.sha256(widget).hexdigest()[:16]
        self.integrity = "sha384-" + base64.b64encode(hashlib.sha384(widget).digest()).decode()
        self.files = {name: _asset((STATIC / name).read_bytes(), kind) for name, kind in _PAGE_FILES.items()}
        self.icon = _asset((STATIC / "icon.svg").read_bytes(), "image/svg+xml")


def build_widget() -> bytes:
    """The widget as one script: its parts share a function scope, its styles are a constant in it."""
    folder = STATIC / "widget"
    css = json.dumps((folder / "widget.css").read_text(encoding="utf-8"))
    parts = "\n".join((folder / name).read_text(encoding="utf-8") for name in WIDGET_PARTS)
    return f'(() => {{\n"use strict";\nconst CSS = {css};\n{parts}\n}})();\n'.encode()


def serve(request: web.Request, asset: Asset, *, immutable: bool = False, anywhere: bool = False) -> web.Response:
    """An asset as a response.

    Args:
        request: decides about compression and whether the client has it already.
        asset: the file.
        immutable: its address changes with its content.
        anywhere: pages of other origins may load it (public code only).
    """
    headers: dict[str, str] = {
        hdrs.ETAG: asset.etag,
        hdrs.CACHE_CONTROL: _YEAR if immutable else _BRIEFLY,
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
    }
    if anywhere:
        headers |= {hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    if request.headers.get(hdrs.IF_NONE_MATCH) == asset.etag:
        return web.Response(status=304, headers=headers)
    body = asset.body
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, ""):
        body, headers[hdrs.CONTENT_ENCODING] = asset.gzipped, "gzip"
    return web.Response(body=body, headers=headers, content_type=asset.content_type, charset="utf-8")


def _asset(body: bytes, content_type: str) -> Asset:
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Asset(body, gzip.compress(body, 9, mtime=0), content_type, etag)
