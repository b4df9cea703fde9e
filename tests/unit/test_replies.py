"""Everything a person can read, held to one voice: "I" is the assistant, "we" is the company."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from actions.request_steps import NEW_ADDRESS, STATES
from bot.domain.settings import SETTINGS
from bot.services.requests.public import STANDS

LONGEST = 30
"""Words in a sentence."""
JARGON = re.compile(r"\b(?:(?:intent|token|proposal|session|payload|error)s?|invalid|email\w*)\b", re.IGNORECASE)
# What tells, in every reply about an act, what happened, that nothing did, or what can be undone.
ACTS = {
    "utter_default utter_okay utter_rephrase_again request_expired.txt": "Nothing was changed",
    "utter_no_account utter_nothing_to_revoke utter_only_on_site utter_rephrase": "so nothing was changed",
    "utter_slow_down utter_try_again": "so nothing was changed",
    "utter_went_wrong": "see whether it was made",
    "utter_setting_changed utter_setting_changed_receipt utter_profile_changed": "Done.",
    "utter_setting_already": "Nothing to change",
    "utter_not_switchable": "I cannot change that",
    "utter_ask_opt_in": "You can turn this off again at any time",
    "utter_ask_email_change": "once the new mailbox confirms it",
    "utter_email_confirm_sent email_change_asked.txt": "until then",
    "email_confirm.txt": "nothing is changed until the button is pressed",
    "utter_code_sent utter_code_mailed": "Type it here and I will go on",
    "utter_code_limit": "I leave this as it is",
    "utter_ask_deletion": "You can take the request back until it is carried out",
    "utter_preview_deletion": "Nothing happens unless you ask for it and say yes",
    "utter_deletion_filed utter_child_filed utter_export_filed": "is filed under {reference}",
    "deletion_filed.txt child_deletion_filed.txt request_on_hold.txt": "take the request back: {link}",
    "utter_request_already": "so I filed nothing new",
    "utter_request_revoked request_revoked.txt": "It was not carried out, and nothing more will happen",
    "utter_revoke_late": "too late to take {reference} back",
    "utter_nothing_to_confirm": "I did nothing",
    "utter_declined": "I left everything as it is",
    "utter_person_told": "I told the support team",
    "request_approved.txt": "Until then you can change your mind: {link}",
    "request_canceled.txt": "without carrying it out, and nothing more will happen",
    "facebook_deletion_asked.txt facebook_deletion_expired.txt": "stays.",
}


def mail_text(path: Path) -> str:
    """A template as it is read: placeholders as in domain.yml, no tags, no line ends but those of paragraphs."""
    text = re.sub(r"\{\{ *(\w+)[^}]*\}\}", r"{\1}", path.read_text(encoding="utf-8"))
    text = re.sub(r"<[^>]+>", "\n\n", re.sub(r"\{%.*?%\}|</?a\b[^>]*>", "", text))
    return re.sub(r"(?<=\S)\n(?=[\w“])", " ", re.sub(r"^(Subject: .*)$", r"\1\n", text, flags=re.MULTILINE))


def collected() -> dict[str, str]:
    domain = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
    found = {name: said["text"] for name, variants in domain["responses"].items() for said in variants}
    found |= {path.name: mail_text(path) for path in sorted(Path("bot/mail/templates").iterdir())}
    english = Path("bot/gateway/static/widget/strings.js").read_text(encoding="utf-8").partition("  en: {")[2]
    found |= dict(re.findall(r'^    (?!personText)(\w+): "(.*)",$', english.partition("\n  },")[0], re.MULTILINE))
    found |= {f"chat: {state}": text for state, text in {**STATES, "new address": NEW_ADDRESS}.items()}
    found |= {f"page: {state.value}": text for state, text in STANDS.items()}
    return found | {f"fixed: {entry.key}": entry.fixed for entry in SETTINGS if entry.fixed}


REPLIES = collected()
MAILS = [name for name, text in REPLIES.items() if name.endswith((".txt", ".html")) and "Hello," in text]


def test_all_of_them_are_found() -> None:
    assert {"utter_greet", "code.txt", "mail_reply.html", "score5"} <= set(REPLIES) and len(REPLIES) > 190


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_keeps_the_voice(name: str) -> None:
    text = REPLIES[name]
    assert "!" not in text and not JARGON.search(re.sub(r"\{[^}]*\}", "", text))
    for sentence in re.split(r"(?<=[.?:])[\s”]+|\n\n+", text):
        assert len(sentence.split()) <= LONGEST, sentence
    for block in re.split(r"\n\s*\n", text):
        whole = len(block.split()) > 6 and not re.match(r"\s*Subject:|.*python -m", block)
        assert not whole or block.strip()[-1] in ".?:…”}", block


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_begins_with_a_capital_and_says_whom_to_ask(name: str) -> None:
    body = REPLIES[name].partition("Hello,")[2].strip()
    assert body[0].isupper() and "{support_email}" in body and "{support_phone}" in body


@pytest.mark.parametrize(("name", "words"), [(name, words) for names, words in ACTS.items() for name in names.split()])
def test_a_reply_about_an_act_says_what_happened(name: str, words: str) -> None:
    assert words in REPLIES[name]


def test_the_chat_and_the_page_say_the_same_of_a_request() -> None:
    alike = ("acknowledged", "executing", "failed", "completed", "revoked", "expired", "duplicate")
    assert {state: STATES[state] for state in alike} == {
        s.value: text for s, text in STANDS.items() if s.value in alike
    }
