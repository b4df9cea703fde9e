"""Auto-replies, lists, bounces, and people who only look like machines."""

from __future__ import annotations

from tests.mail.eml.case import OWN, QUESTION, Case, mail, parts

_SILENT: dict[str, dict[str, str]] = {
    "auto-submitted-replied": {"Auto_Submitted": "auto-replied"},
    "auto-submitted-generated": {"Auto_Submitted": "auto-generated"},
    "auto-submitted-with-parameter": {"Auto_Submitted": 'auto-replied; owner-email="x@example.com"'},
    "auto-submitted-with-comment": {"Auto_Submitted": "auto-notified (weekly)"},
    "auto-submitted-in-capitals": {"Auto_Submitted": "AUTO-REPLIED"},
    "auto-submitted-unknown-keyword": {"Auto_Submitted": "perhaps"},
    "precedence-bulk": {"Precedence": "bulk"},
    "precedence-list": {"Precedence": "list"},
    "precedence-junk": {"Precedence": "Junk"},
    "precedence-auto-reply": {"Precedence": "auto_reply"},
    "list-id": {"List_Id": "Friends <friends.example.com>"},
    "list-unsubscribe-newsletter": {"List_Unsubscribe": "<mailto:off@example.com>"},
    "list-post": {"List_Post": "<mailto:list@example.com>"},
    "list-help": {"List_Help": "<https://example.com>"},
    "null-return-path-header": {"Return_Path": "<>"},
    "mailer-daemon": {"From": "Mail Delivery Subsystem <MAILER-DAEMON@example.com>"},
    "postmaster": {"From": "postmaster@example.com"},
    "no-reply": {"From": "Shop <no-reply@example.com>"},
    "noreply-with-tag": {"From": "noreply+4711@example.com"},
    "do-not-reply": {"From": "do-not-reply@example.com"},
    "donotreply": {"From": "DoNotReply@example.com"},
    "bounces-address": {"From": "bounces@example.com"},
    "notifications-address": {"From": "notifications@github.example"},
    "majordomo": {"From": "majordomo@example.com"},
    "our-own-address": {"From": f"Desk <{OWN}>"},
    "our-own-address-in-capitals": {"From": OWN.upper()},
    "outlook-automatic-reply": {"Subject": "Automatic reply: Your privacy policy"},
    "out-of-office-subject": {"Subject": "Out of Office: back on Monday"},
    "german-out-of-office": {"Subject": "Automatische Antwort: Ihre Frage"},
    "french-out-of-office": {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique?= : absent"},
    "spanish-out-of-office": {"Subject": "Respuesta automática: fuera"},
    "x-autoreply": {"X_Autoreply": "yes"},
    "x-autorespond": {"X_Autorespond": "thanks"},
    "x-vacation": {"X_Vacation": "true"},
}
_PEOPLE: dict[str, dict[str, str]] = {
    "auto-submitted-no": {"Auto_Submitted": "no"},
    "auto-submitted-no-with-comment": {"Auto_Submitted": "no (typed by hand)"},
    "precedence-first-class": {"Precedence": "first-class"},
    "subject-speaks-of-automatic-replies": {"Subject": "Question about automatic replies"},
    "person-named-noreplyson": {"From": "noreplyson@example.com"},
    "person-named-bouncer": {"From": "bouncer@example.com"},
    "return-path-of-a-person": {"Return_Path": "<anna@example.com>"},
    "listen-header-is-not-a-list": {"Listening_To": "music"},
}


def _report(status: str, action: str = "failed", recipient: str = "rfc822; anna@example.com") -> bytes:
    return parts(
        "Content-Type: text/plain\n\nYour message could not be delivered.",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
        f"Final-Recipient: {recipient}\nAction: {action}\nStatus: {status}",
        "Content-Type: message/rfc822\n\nMessage-ID: <ours@outsource.com>\nFrom: privacy@outsource.com\n\nhello",
        kind="report; report-type=delivery-status",
        From="Mail Delivery Subsystem <mailer-daemon@mx.example.com>",
        Subject="Undelivered Mail Returned to Sender",
    )


CASES = [
    *(Case(f"machine-{name}", mail(**headers), {"automatic": True}) for name, headers in _SILENT.items()),
    *(Case(f"person-{name}", mail(**headers), {"automatic": False}) for name, headers in _PEOPLE.items()),
    Case("machine-null-envelope-sender", mail(), {"automatic": True}, envelope_from=""),
    Case("machine-robot-in-the-envelope", mail(), {"automatic": True}, envelope_from="bounce-42@list.example"),
    Case("person-unknown-envelope", mail(), {"automatic": False}, envelope_from=None),
    Case(
        "person-who-asks-for-no-automatic-replies",
        mail(X_Auto_Response_Suppress="OOF, AutoReply"),
        {"automatic": False, "quiet": True, "asks": (QUESTION,)},
    ),
    Case("person-who-suppresses-only-receipts", mail(X_Auto_Response_Suppress="DR, RN"), {"quiet": False}),
    Case(
        "bounce-no-such-user",
        _report("5.1.1"),
        {"automatic": True, "bounce.recipient": "anna@example.com", "bounce.permanent": True},
    ),
    Case("bounce-mailbox-disabled", _report("5.2.1"), {"bounce.permanent": True}),
    Case("bounce-mailbox-full", _report("5.2.2"), {"bounce.permanent": False}),
    Case("bounce-content-refused", _report("5.7.1"), {"bounce.permanent": False}),
    Case("bounce-delayed", _report("4.4.1", "delayed"), {"bounce.permanent": False, "bounce.status": "4.4.1"}),
    Case("bounce-names-our-message", _report("5.1.1"), {"bounce.originals": ("ours@outsource.com",)}),
    Case("bounce-without-type-prefix", _report("5.1.1", recipient="<anna@example.com>"), {"bounce.permanent": True}),
    Case("bounce-about-nobody", _report("5.1.1", recipient="rfc822;"), {"bounce": None, "automatic": True}),
    Case("bounce-without-status", _report("five"), {"bounce": None, "automatic": True}),
    Case("report-of-delivery", _report("2.0.0", "delivered"), {"bounce": None, "automatic": True}),
    Case(
        "receipt-that-a-mail-was-read",
        parts("Content-Type: text/plain\n\nread", kind="report; report-type=disposition-notification"),
        {"automatic": True, "bounce": None},
    ),
    Case(
        "bounce-with-headers-only",
        parts(
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
            "Final-Recipient: rfc822; anna@example.com\nAction: failed\nStatus: 5.1.1",
            "Content-Type: text/rfc822-headers\n\nMessage-ID: <ours2@outsource.com>\nSubject: x\n",
            kind="report",
        ),
        {"bounce.originals": ("ours2@outsource.com",)},
    ),
]
