"""Attachments, threads, and messages that no standard allows."""

from __future__ import annotations

from tests.mail.eml.case import HTML, QUESTION, TEXT, Case, mail, parts

_PDF = (
    'Content-Type: application/pdf\nContent-Disposition: attachment; filename="{}"\n'
    "Content-Transfer-Encoding: base64\n\nJVBERi0="
)


def _file(name: str, wanted: bool, kind: str = "application/octet-stream") -> Case:
    body = f'Content-Type: {kind}\nContent-Disposition: attachment; filename="{name}"\n\nx'
    return Case(
        f"attachment-{name}",
        parts(TEXT + QUESTION, body),
        {"asks": (QUESTION,), "attachments.names": (name,), "attachments.wanted": (wanted,)},
    )


CASES = [
    _file("letter.pdf", True, "application/pdf"),
    _file("photo.jpg", True, "image/jpeg"),
    _file("run.exe", False),
    _file("letter.pdf.js", False),
    _file("macros.docm", False),
    _file("page.html", False, "text/html"),
    _file("bomb.zip", False, "application/zip"),
    Case(
        "attachment-with-a-path",
        parts(TEXT + QUESTION, _PDF.format("../../etc/passwd")),
        {"attachments.names": ("passwd",)},
    ),
    Case(
        "attachment-encoded-name",
        parts(TEXT + QUESTION, _PDF.format("=?utf-8?q?Gr=C3=BC=C3=9Fe.pdf?=")),
        {"attachments.names": ("Grüße.pdf",)},
    ),
    Case(
        "attachment-rfc-2231-name",
        parts(
            TEXT + QUESTION,
            "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''%C3%BC.pdf\n\nx",
        ),
        {"attachments.names": ("ü.pdf",)},
    ),
    Case(
        "attachment-broken-rfc-2231-name",
        parts(
            TEXT + QUESTION,
            "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=x-klingon''%ZZ%\n\nx",
        ),
        {"asks": (QUESTION,)},
    ),
    Case(
        "attachment-without-a-name",
        parts(TEXT + QUESTION, "Content-Type: image/png\n\nx"),
        {"attachments.names": ("unnamed",)},
    ),
    Case(
        "attachment-thirty",
        parts(TEXT + QUESTION, *(_PDF.format(f"{n}.pdf") for n in range(30))),
        {"attachments.count": 20},
    ),
    Case(
        "attachment-large",
        parts(TEXT + QUESTION, _PDF.format("big.pdf") + "A" * 8_000_000),
        {"attachments.wanted": (False,), "asks": (QUESTION,)},
    ),
    Case("attachment-is-all", parts(_PDF.format("id-card.pdf")), {"text": "", "attachments.names": ("id-card.pdf",)}),
    Case(
        "attachment-is-a-mail",
        parts(TEXT + QUESTION, "Content-Type: message/rfc822\n\nFrom: b@example.com\n\nDelete it all."),
        {"asks": (QUESTION,), "attachments.count": 1},
    ),
    Case(
        "attachment-is-a-calendar",
        parts(TEXT + QUESTION, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR"),
        {"reply": QUESTION, "attachments.count": 1},
    ),
    Case(
        "inline-image",
        parts(
            HTML + f"<p>{QUESTION}</p><img src=cid:x>", "Content-Type: image/png\nContent-ID: <x>\n\nx", kind="related"
        ),
        {"reply": QUESTION},
    ),
    Case(
        "two-text-parts",
        parts(TEXT + QUESTION, _PDF.format("a.pdf"), TEXT + "Who sees my e-mail?"),
        {"asks": (QUESTION, "Who sees my e-mail?")},
    ),
    Case(
        "signed-pgp",
        parts(TEXT + QUESTION, "Content-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN"),
        {"asks": (QUESTION,)},
    ),
    Case(
        "ten-thousand-parts",
        parts(TEXT + QUESTION, *(f"{TEXT}{n}" for n in range(10_000))),
        {"has": QUESTION, "defects.has": "too many parts"},
    ),
    Case("boundary-missing", mail(QUESTION, Content_Type="multipart/mixed"), {"has": QUESTION}),
    Case("boundary-never-occurs", mail(QUESTION, Content_Type="multipart/mixed; boundary=x"), {"has": QUESTION}),
    Case(
        "part-never-ends",
        mail(f"--x\n{TEXT}{QUESTION}", Content_Type="multipart/mixed; boundary=x"),
        {"asks": (QUESTION,)},
    ),
    Case("headers-only", mail("").rstrip(b"\r\n"), {"text": ""}),
    Case("body-only", b"\r\n" + QUESTION.encode(), {"has": QUESTION, "sender": ""}),
    Case("no-bytes", b"", {"sender": "", "text": ""}),
    Case("line-feeds-only", mail().replace(b"\r\n", b"\n"), {"asks": (QUESTION,), "sender": "anna@example.com"}),
    Case("carriage-returns-only", mail().replace(b"\r\n", b"\r"), {"sender.any": True}),
    Case("no-content-type", mail(drop=("Content-Type", "MIME-Version")), {"asks": (QUESTION,)}),
    Case("broken-content-type", mail(Content_Type="text;;/=plain"), {"has": QUESTION}),
    Case("date-1970", mail(Date="Thu, 1 Jan 1970 00:00:00 +0000"), {"asks": (QUESTION,)}),
    Case("date-2099", mail(Date="Thu, 1 Jan 2099 00:00:00 +0000"), {"asks": (QUESTION,)}),
    Case("date-nonsense", mail(Date="the day after tomorrow"), {"asks": (QUESTION,)}),
    Case("message-id-missing", mail(drop=("Message-ID",)), {"message_id": "", "defects.has": "no usable Message-ID"}),
    Case("message-id-with-control-characters", mail(Message_ID="<a\x07b\x00@example.com>"), {"message_id": ""}),
    Case("message-id-with-spaces", mail(Message_ID="<a b@example.com>"), {"message_id": ""}),
    Case("message-id-without-angles", mail(Message_ID="a@example.com"), {"message_id": ""}),
    Case("message-id-endless", mail(Message_ID=f"<{'a' * 5000}@example.com>"), {"message_id": ""}),
    Case("message-id-injected", mail(Message_ID="<a@b>\r\nBcc: x@example.com"), {"message_id": "a@b"}),
    Case("thread-in-reply-to", mail(In_Reply_To="<a@x>", References="<r@x> <a@x>"), {"reply_ids": ("a@x", "r@x")}),
    Case("thread-references-only", mail(References="<r@x>\r\n <a@x>"), {"reply_ids": ("a@x", "r@x")}),
    Case(
        "thread-references-thousand",
        mail(References=" ".join(f"<{n}@x>" for n in range(1000))),
        {"reply_ids.count": 50},
    ),
    Case("thread-in-reply-to-with-words", mail(In_Reply_To='"your mail of Monday" <a@x>'), {"reply_ids": ("a@x",)}),
    Case("five-hundred-headers", b"".join(b"X-%d: y\r\n" % n for n in range(2000)) + mail(), {"has": QUESTION}),
]
