"""Who a mail is from, and who only says so."""

from __future__ import annotations

from tests.mail.eml.case import AUTHSERV, OWN, QUESTION, Case, mail

_PASS = f"{AUTHSERV}; spf=pass smtp.mailfrom=example.com; dmarc=pass header.from=example.com"


def _checked(name: str, results: str, check: str, **headers: str) -> Case:
    return Case(f"auth-{name}", mail(Authentication_Results=results, **headers), {"check.value": check})


CASES = [
    _checked("dmarc-pass-aligned", _PASS, "authenticated"),
    _checked(
        "dmarc-pass-with-comments",
        f"{AUTHSERV} (filter 1); dmarc=pass (p=none) header.from=example.com",
        "authenticated",
    ),
    _checked("dmarc-pass-folded", f"{AUTHSERV};\r\n dmarc=pass\r\n header.from=example.com", "authenticated"),
    _checked("dmarc-pass-version", f"{AUTHSERV} 1; dmarc=pass header.from=example.com", "authenticated"),
    _checked("dmarc-fail", f"{AUTHSERV}; dmarc=fail (p=reject) header.from=example.com", "failed"),
    _checked("dmarc-none", f"{AUTHSERV}; dmarc=none header.from=example.com", "unauthenticated"),
    _checked("dmarc-temperror", f"{AUTHSERV}; dmarc=temperror header.from=example.com", "unauthenticated"),
    _checked("dmarc-pass-for-another-domain", f"{AUTHSERV}; dmarc=pass header.from=evil.example", "unauthenticated"),
    _checked(
        "dmarc-pass-for-a-longer-domain",
        f"{AUTHSERV}; dmarc=pass header.from=example.com.evil.example",
        "unauthenticated",
    ),
    _checked("dmarc-pass-for-nobody", f"{AUTHSERV}; dmarc=pass", "unauthenticated"),
    _checked("spf-and-dkim-are-not-enough", f"{AUTHSERV}; spf=pass; dkim=pass header.d=example.com", "unauthenticated"),
    _checked("word-of-a-stranger", "mx.evil.example; dmarc=pass header.from=example.com", "unauthenticated"),
    _checked("our-id-as-a-prefix", f"{AUTHSERV}.evil.example; dmarc=pass header.from=example.com", "unauthenticated"),
    _checked(
        "our-id-in-a-comment", f"mx.evil.example ({AUTHSERV}); dmarc=pass header.from=example.com", "unauthenticated"
    ),
    _checked("our-id-later", f"mx.evil.example; x=y {AUTHSERV}; dmarc=pass header.from=example.com", "unauthenticated"),
    _checked(
        "smuggled-pass-below-a-fail",
        f"{AUTHSERV}; dmarc=fail header.from=example.com\r\nAuthentication-Results: {_PASS}",
        "failed",
    ),
    _checked(
        "smuggled-pass-below-a-none",
        f"{AUTHSERV}; dmarc=none header.from=example.com\r\nAuthentication-Results: {_PASS}",
        "unauthenticated",
    ),
    _checked(
        "a-field-of-ours-and-one-of-a-stranger",
        f"{_PASS}\r\nAuthentication-Results: mx.evil.example; dmarc=fail",
        "authenticated",
    ),
    _checked("empty", "", "unauthenticated"),
    _checked("garbage", ";;;;==;dmarc", "unauthenticated"),
    Case("auth-none-at-all", mail(), {"check.value": "unauthenticated"}),
    Case("from-plain", mail(From="anna@example.com"), {"sender": "anna@example.com"}),
    Case("from-in-capitals", mail(From="ANNA@Example.COM"), {"sender": "anna@example.com"}),
    Case("from-comment", mail(From="anna@example.com (Anna (the one) Smith)"), {"sender": "anna@example.com"}),
    Case("from-quoted-comma", mail(From='"Smith, Anna" <anna@example.com>'), {"sender": "anna@example.com"}),
    Case(
        "from-address-in-the-display-name",
        mail(From='"boss@bank.example" <eve@example.com>'),
        {"sender": "eve@example.com"},
    ),
    Case(
        "from-address-in-an-encoded-name",
        mail(From="=?utf-8?q?boss=40bank=2Eexample?= <eve@example.com>"),
        {"sender": "eve@example.com"},
    ),
    Case(
        "from-encoded-name-that-closes-itself",
        mail(From="=?utf-8?q?=22=20=3Cboss=40bank=2Eexample=3E=2C?= <eve@example.com>"),
        {"sender": "eve@example.com"},
    ),
    Case("from-two-people", mail(From="a@example.com, b@example.com"), {"sender": ""}),
    Case("from-two-angles", mail(From="<boss@bank.example> <eve@example.com>"), {"sender": "eve@example.com"}),
    Case("from-twice", mail(From="anna@example.com\r\nFrom: eve@example.com"), {"sender": ""}),
    Case("from-missing", mail(drop=("From",)), {"sender": "", "asks": (QUESTION,)}),
    Case("from-empty", mail(From="<>"), {"sender": ""}),
    Case("from-no-address", mail(From="Anna Smith"), {"sender": ""}),
    Case("from-group", mail(From="Friends: anna@example.com;"), {"sender": ""}),
    Case(
        "from-injected-line",
        mail(From="=?utf-8?q?Anna=0D=0ABcc=3A_all=40example=2Ecom?= <anna@example.com>"),
        {"sender": "anna@example.com"},
    ),
    Case(
        "subject-injected-line",
        mail(Subject="=?utf-8?q?Hi=0D=0ABcc=3A_x=40example=2Ecom?="),
        {"subject": "Hi Bcc: x@example.com"},
    ),
    Case("reply-to-is-nobody", mail(Reply_To="eve@evil.example"), {"sender": "anna@example.com"}),
    Case("sender-header-is-nobody", mail(Sender="eve@evil.example"), {"sender": "anna@example.com"}),
    Case(
        "our-namespace-is-stripped",
        mail(X_Desk_Account="clara", X_Desk_Mailbox="clara@example.com"),
        {"sender": "anna@example.com", "asks": (QUESTION,)},
    ),
    Case(
        "delivered-to-several",
        mail(To=f"x@y.example, {OWN}", Cc="b@example.com", Delivered_To="d@outsource.com"),
        {"recipients": ("x@y.example", OWN, "b@example.com", "d@outsource.com")},
    ),
]
