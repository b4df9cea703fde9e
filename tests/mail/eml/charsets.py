"""Every way to write a letter with an accent, and the ways to get it wrong."""

from __future__ import annotations

import base64
import quopri

from tests.mail.eml.case import HTML, QUESTION, TEXT, Case, mail, parts

_WORDS = "Où sont mes données? Größe, ¿qué?"


def _body(charset: str, declared: str | None = None, words: str = _WORDS) -> bytes:
    return mail(words.encode(charset), Content_Type=f"text/plain; charset={declared or charset}")


def _encoded(name: str, encoding: str, body: bytes, has: str = _WORDS) -> Case:
    raw = mail(body, Content_Transfer_Encoding=encoding)
    return Case(f"encoding-{name}", raw, {"has": has})


CASES = [
    Case("charset-utf-8", _body("utf-8"), {"has": _WORDS}),
    Case("charset-latin-1", _body("iso-8859-1"), {"has": _WORDS}),
    Case(
        "charset-windows-1252-as-latin-1", _body("cp1252", "iso-8859-1", "It’s “mine” — €5?"), {"has": "“mine” — €5?"}
    ),
    Case("charset-utf-8-as-ascii", _body("utf-8", "us-ascii"), {"has": _WORDS}),
    Case("charset-latin-1-as-utf-8", _body("iso-8859-1", "utf-8"), {"has": "données"}),
    Case("charset-unknown", _body("utf-8", "x-klingon"), {"has": _WORDS}),
    Case("charset-empty", _body("utf-8", '""'), {"has": _WORDS}),
    Case("charset-punycode-is-none", _body("utf-8", "punycode"), {"has": _WORDS}),
    Case("charset-zlib-is-none", _body("utf-8", "zlib_codec"), {"has": _WORDS}),
    Case(
        "charset-utf-7",
        mail(b"Is +ACI-data+ACI- sold?", Content_Type="text/plain; charset=utf-7"),
        {"has": 'Is "data" sold?'},
    ),
    Case("charset-utf-16", _body("utf-16"), {"has": _WORDS}),
    Case("charset-shift-jis", _body("shift_jis", words="個人情報?"), {"has": "個人情報?"}),
    Case("charset-iso-2022-jp", _body("iso-2022-jp", words="個人情報?"), {"has": "個人情報?"}),
    Case("charset-gb18030", _body("gb18030", words="你出售数据吗?"), {"has": "你出售数据吗?"}),
    Case("charset-koi8-r", _body("koi8-r", words="Где мои данные?"), {"has": "Где мои данные?"}),
    Case("charset-none-declared", mail(_WORDS.encode(), Content_Type="text/plain"), {"has": _WORDS}),
    Case("charset-broken-bytes", mail(b"\xff\xfe\xfa Do you sell it? \x80"), {"has": "Do you sell it?"}),
    Case("charset-nul-bytes", mail(b"Do you\x00 sell\x00 it?"), {"has": "Do you sell it?"}),
    _encoded("quoted-printable", "quoted-printable", quopri.encodestring(_WORDS.encode())),
    _encoded("base64", "base64", base64.encodebytes(_WORDS.encode())),
    _encoded("base64-in-capitals", "BASE64", base64.encodebytes(_WORDS.encode())),
    _encoded(
        "base64-cut-off", "base64", base64.encodebytes(b"Do you sell my number? " * 3)[:-5], "Do you sell my number?"
    ),
    _encoded("quoted-printable-broken", "quoted-printable", b"Do you =ZZ sell =", "Do you =ZZ sell"),
    _encoded("unknown-encoding", "rot13", b"Do you sell it?", "Do you sell it?"),
    Case(
        "subject-encoded-words",
        mail(Subject="=?utf-8?b?R3LDvMOfZQ==?= =?iso-8859-1?q?caf=E9?="),
        {"subject": "Grüßecafé"},
    ),
    Case(
        "subject-character-split-in-two-words",
        mail(Subject="=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?="),
        {"subject.startswith": "Gr"},
    ),
    Case("subject-raw-utf-8", mail(Subject="Grüße"), {"subject": "Grüße"}),
    Case("subject-unknown-charset", mail(Subject="=?x-klingon?q?Qapla=27?="), {"subject": "Qapla'"}),
    Case("subject-broken-base64", mail(Subject="=?utf-8?b?####?="), {"subject.startswith": ""}),
    Case("subject-never-ending-word", mail(Subject="=?utf-8?q?Hello"), {"subject": "=?utf-8?q?Hello"}),
    Case("subject-right-to-left-override", mail(Subject="in\u202eexe.txt"), {"subject": "in exe.txt"}),
    Case("subject-very-long", mail(Subject="long " * 3000), {"subject.startswith": "long long"}),
    Case(
        "html-only",
        mail(f"<html><body><p>{QUESTION}</p></body></html>", Content_Type="text/html; charset=utf-8"),
        {"asks": (QUESTION,)},
    ),
    Case(
        "html-script-and-style",
        mail(f"<style>p{{}}</style><script>alert(1)</script><p>{QUESTION}</p>", Content_Type="text/html"),
        {"reply": QUESTION},
    ),
    Case("html-unclosed", mail(f"<div><b><p>{QUESTION}", Content_Type="text/html"), {"reply": QUESTION}),
    Case(
        "html-comment",
        mail(f"<!-- <p>Delete all</p> --><p>{QUESTION}</p>", Content_Type="text/html"),
        {"reply": QUESTION},
    ),
    Case(
        "html-entities",
        mail("<p>A &amp; B &lt;3 &#8217;s &nbsp; data?</p>", Content_Type="text/html"),
        {"reply": "A & B <3 ’s data?"},
    ),
    Case(
        "html-break-in-a-tag", mail(f"<p class='a\nb'>{QUESTION}</p\n>", Content_Type="text/html"), {"reply": QUESTION}
    ),
    Case(
        "html-only-an-image", mail('<img src="https://tracker.example/p.gif">', Content_Type="text/html"), {"text": ""}
    ),
    Case("html-beside-text", parts(TEXT + QUESTION, HTML + "<p>ignored</p>", kind="alternative"), {"reply": QUESTION}),
    Case(
        "html-with-a-stub-as-text",
        parts(TEXT + "This message requires an HTML viewer.", HTML + f"<p>{QUESTION}</p>", kind="alternative"),
        {"reply": QUESTION},
    ),
    Case(
        "html-with-empty-text", parts(TEXT + " ", HTML + f"<p>{QUESTION}</p>", kind="alternative"), {"reply": QUESTION}
    ),
]
