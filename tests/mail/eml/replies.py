"""How mail programs quote, sign and forward, and what of it the person wrote."""

from __future__ import annotations

from tests.mail.eml.case import HTML, QUESTION, Case, mail

_OLD = "> Your data is not sold.\n> (2. Use of Information)\n"


def _reply(name: str, body: str, **expect: object) -> Case:
    return Case(f"reply-{name}", mail(body, Subject="Re: Your privacy policy"), {"reply": QUESTION, **expect})


def _signed(name: str, signature: str) -> Case:
    return Case(
        f"signature-{name}", mail(f"Hello,\n\n{QUESTION}\n\n{signature}"), {"asks": (QUESTION,), "lacks": signature}
    )


def _html(name: str, body: str) -> Case:
    return Case(f"reply-{name}", mail(body, Content_Type="text/html; charset=utf-8"), {"reply": QUESTION})


CASES = [
    _reply("gmail", f"{QUESTION}\n\nOn Mon, Mar 2, 2026 at 9:00 AM Desk <privacy@outsource.com> wrote:\n\n{_OLD}"),
    _reply(
        "gmail-wrapped",
        f"{QUESTION}\n\nOn Mon, Mar 2, 2026 at 9:00 AM Outsource.com Privacy Assistant <\n"
        f"privacy@outsource.com> wrote:\n\n{_OLD}",
    ),
    _reply("apple-mail", f"{QUESTION}\n\n> On 2 Mar 2026, at 09:00, Desk <privacy@outsource.com> wrote:\n> \n{_OLD}"),
    _reply(
        "apple-mail-unquoted", f"{QUESTION}\n\nOn 2 Mar 2026, at 09:00, Desk <privacy@outsource.com> wrote:\n\n{_OLD}"
    ),
    _reply("thunderbird", f"{QUESTION}\n\nOn 02/03/2026 09:00, Desk wrote:\n{_OLD}"),
    _reply(
        "outlook-block",
        f"{QUESTION}\n\nFrom: Desk <privacy@outsource.com>\nSent: Monday, March 2, 2026 9:00 AM\n"
        "To: Anna\nSubject: RE: Your privacy policy\n\nYour data is not sold.",
    ),
    _reply(
        "outlook-rule", f"{QUESTION}\n\n________________________________\nFrom: Desk\nSent: Monday\nTo: Anna\n\nold"
    ),
    _reply("outlook-bold", f"{QUESTION}\n\n*From:* Desk <privacy@outsource.com>\n*Sent:* Monday\n*To:* Anna\n\nold"),
    _reply("outlook-original-message", f"{QUESTION}\n\n-----Original Message-----\nFrom: Desk\n\nold words"),
    _reply(
        "hotmail",
        f"{QUESTION}\n\n{'_' * 32}\nFrom: privacy@outsource.com\nTo: anna@example.com\n"
        "Subject: RE: x\nDate: Mon, 2 Mar 2026\n\nold words",
    ),
    _reply(
        "zimbra", f'{QUESTION}\n\n----- Original Message -----\nFrom: "Desk" <privacy@outsource.com>\nTo: anna\n\nold'
    ),
    _reply(
        "yahoo",
        f"{QUESTION}\n\n    On Monday, March 2, 2026, 09:00:00 AM GMT+1, Desk <privacy@outsource.com> wrote:  "
        "\n \n Your data is not sold.\n",
    ),
    _reply("german", f"{QUESTION}\n\nAm 02.03.2026 um 09:00 schrieb Desk:\n{_OLD}"),
    _reply(
        "german-outlook", f"{QUESTION}\n\nVon: Desk\nGesendet: Montag, 2. März 2026\nAn: Anna\nBetreff: AW: x\n\nalt"
    ),
    _reply("french", f"{QUESTION}\n\nLe lun. 2 mars 2026 à 09:00, Desk <privacy@outsource.com> a écrit :\n{_OLD}"),
    _reply("spanish", f"{QUESTION}\n\nEl lun, 2 mar 2026 a las 9:00, Desk escribió:\n{_OLD}"),
    _reply("dutch", f"{QUESTION}\n\nOp ma 2 mrt 2026 om 09:00 schreef Desk <privacy@outsource.com>:\n{_OLD}"),
    _reply("italian", f"{QUESTION}\n\nIl giorno lun 2 mar 2026 Desk ha scritto:\n{_OLD}"),
    _reply("bottom-posted", f"On 2 Mar 2026, Desk wrote:\n{_OLD}\n{QUESTION}\n"),
    _reply("quote-without-attribution", f"{QUESTION}\n\n{_OLD}"),
    _reply("deep-quotes", f"{QUESTION}\n\n>> older\n> > oldest\n>old\n"),
    Case(
        "reply-inline",
        mail(
            f"On 2 Mar 2026, Desk wrote:\n> We may share data.\n\n{QUESTION}\n\n> Cookies are used.\n\n"
            "Can I switch cookies off?\n"
        ),
        {"asks": (QUESTION, "Can I switch cookies off?"), "lacks": "may share"},
    ),
    _html(
        "gmail-html",
        f"<div dir=ltr>{QUESTION}</div><br><div class=gmail_quote><div class=gmail_attr>On Mon, Mar 2, 2026 "
        "at 9:00 AM Desk &lt;<a href=x>privacy@outsource.com</a>&gt; wrote:<br></div><blockquote>old<br>words"
        "</blockquote></div>",
    ),
    _html(
        "outlook-html",
        f"<p>{QUESTION}</p><div><hr><p><b>From:</b> Desk<br><b>Sent:</b> Monday<br><b>To:</b> Anna<br>"
        "<b>Subject:</b> RE: x</p></div><p>old words</p>",
    ),
    _html(
        "apple-html",
        f"<body>{QUESTION}<br><div><blockquote type=cite>On 2 Mar 2026, Desk wrote:<br>old</blockquote></div>",
    ),
    Case(
        "forward-with-a-note",
        mail(f"{QUESTION}\n\n---------- Forwarded message ---------\nFrom: Bob\nDate: x\n\nDelete my account."),
        {"asks": (QUESTION,)},
    ),
    Case(
        "forward-without-a-note",
        mail(
            "---------- Forwarded message ---------\nFrom: Bob <bob@example.com>\nDate: Mon\n"
            "Subject: x\n\nDo they sell it?"
        ),
        {"has": "Do they sell it?"},
    ),
    Case(
        "forward-apple",
        mail(f"{QUESTION}\n\nBegin forwarded message:\n\nFrom: Bob\nSubject: x\n\nDelete it all."),
        {"asks": (QUESTION,)},
    ),
    Case("quote-only", mail("> Do you sell my phone number?\n"), {"has": "phone number"}),
    _signed("dashes", "-- \nAnna Smith\nACME"),
    _signed("dashes-without-space", "--\nAnna Smith"),
    _signed("iphone", "Sent from my iPhone"),
    _signed("outlook-for-ios", "Get Outlook for iOS<https://aka.ms/x>"),
    _signed("german-phone", "Von meinem iPhone gesendet"),
    _signed("french-phone", "Envoyé de mon iPhone"),
    _signed("kind-regards", "Kind regards,\nAnna Smith\n+1 202 555 0143"),
    _signed("thanks", "Thanks,\nAnna"),
    _signed("best", "Best,\nA."),
    _signed("disclaimer", "This e-mail and any attachments are confidential and intended only for the recipient."),
    _signed("german-greeting", "Mit freundlichen Grüßen\nAnna Schmidt"),
    Case("signature-only", mail("Kind regards,\nAnna Smith"), {"has": "Anna Smith"}),
    Case("signature-dashes-only", mail("-- \nAnna Smith"), {"has": "Anna Smith"}),
    Case("signature-does-not-eat-a-question", mail(f"Thanks\n\nOne more: {QUESTION}"), {"has": QUESTION}),
    Case(
        "thanks-at-the-start",
        mail(f"Thanks,\n\nthat helped. {QUESTION}\n" + "Also more words here.\n" * 10),
        {"has": QUESTION},
    ),
    Case(
        "hyphens-are-a-list",
        mail(f"My questions:\n- {QUESTION}\n- Who sees my e-mail?\n"),
        {"asks": (QUESTION, "Who sees my e-mail?")},
    ),
    Case(
        "numbers-are-a-list",
        mail(f"1. {QUESTION}\n2) Who sees my e-mail?\n"),
        {"asks": (QUESTION, "Who sees my e-mail?")},
    ),
    Case("from-in-a-sentence", mail(f"From: what I read, nothing is clear.\n{QUESTION}"), {"has": QUESTION}),
    Case("greater-than-in-a-sentence", mail(f"My age is > 40. {QUESTION}"), {"has": "> 40"}),
    Case(
        "three-questions-and-a-request",
        mail(
            f"Dear team,\n\n{QUESTION} Who sees my e-mail? And what about cookies?\n\n"
            "Please delete my account.\n\nKind regards\nAnna"
        ),
        {"asks": (QUESTION, "Who sees my e-mail?", "And what about cookies?", "Please delete my account.")},
    ),
    Case(
        "wrapped-question",
        mail("I would like to know whether you\nsell my phone number to other\ncompanies?\n"),
        {"asks": ("I would like to know whether you sell my phone number to other companies?",)},
    ),
    Case("code-on-a-line", mail("123 456\n\nThanks,\nAnna"), {"asks": ("123 456",)}),
    Case("code-in-words", mail("my code is 123456"), {"asks": ("my code is 123456",)}),
    Case("code-and-a-question", mail(f"{QUESTION}\n\n123456\n"), {"asks": ("123456", QUESTION)}),
    Case(
        "yes",
        mail("Yes, delete my account\n\nOn 2 Mar 2026, Desk wrote:\n> Shall I?\n"),
        {"asks": ("Yes, delete my account",)},
    ),
    Case("plain-yes", mail("Yes"), {"asks": ("Yes",)}),
    Case(
        "subject-is-the-request",
        mail("Thanks, Anna", Subject="Please unsubscribe me"),
        {"asks": ("Please unsubscribe me",)},
    ),
    Case("subject-of-a-reply-is-not", mail("Yes", Subject="Re: Please unsubscribe me"), {"asks": ("Yes",)}),
    Case(
        "empty-body-and-a-subject", mail("", Subject="Delete my account"), {"asks": ("Delete my account",), "text": ""}
    ),
    Case("nothing-at-all", mail("", drop=("Subject",)), {"asks": (), "text": "", "subject": ""}),
    Case("many-questions", mail("\n".join(f"What about thing {n}?" for n in range(30))), {"more_asks": True}),
    Case(
        "html-signature",
        mail(HTML.partition("\n")[2] + f"<p>{QUESTION}</p><p>--&nbsp;</p><p>Anna</p>", Content_Type="text/html"),
        {"asks": (QUESTION,), "lacks": "Anna"},
    ),
]
