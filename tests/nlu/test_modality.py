"""Acting only on what is asked for: each wording here once fooled, or could fool, a classifier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.acts import FAMILIES
from bot.nlu.modality import Kind, read

DELETE = (
    "delete my account",
    "can you delete my account",
    "please could you close my account?",
    "if possible, please delete my account",
    "I'd be grateful if you would delete my account",
    "I was wondering if you could close my account",
    "if you don't delete my account I will call my lawyer",
    "don't just deactivate it, delete my account",
    "I don't want my account anymore, delete it",
    "i don't want my account delete it",
    "i do not want it i want to delete my account",
    "How dare you. Delete my account.",
    "you know what, delete my account",
    "Can I delete my account? If so, please do.",
    "can i please delete my account",
    "I changed my mind, delete my account",
    "I asked you to delete my account",
    "would you mind deleting my account",
    "is it possible for you to delete my account",
    "I want to start the process of deleting my account",
    "once and for all I want you to erase my data",
    "what I want is for my account to be deleted",
    "may I ask you to delete my account?",
    "my account must be deleted",
    "hi there, i moved abroad so please close my account",
    "Since I never use it, delete my account",
    "why don't you delete my account already",
    "I can't use this site any more, remove me",
    "Will you please erase me?",
    "I no longer need it. Remove my profile.",
    "i'm done. delete. everything.",
    "I've never liked it here, close my account",
    "Not happy. Delete my account.",
    "delete my account, not my friend's",
)
NO_DELETE = (
    "don't delete my account",
    "please don't, under any circumstances, delete my account",
    "i don't want to close and delete my account",
    "do not delete my account",
    "I don't think I should delete my account",
    "what happens if I delete my account",
    "if, say, I delete my account, what is left",
    "delete my account... actually no, leave it",
    "delete my account. No wait. Don't.",
    "delete my account - just kidding",
    "my friend said delete my account",
    'My friend said: "delete my account".',
    'He told me "delete your account"',
    'what does "delete my account" do',
    "the email says 'delete my account'",
    "I'm not saying you should delete my account",
    "before deleting my account, what should I save",
    "can I delete my account",
    "is it possible to delete my account",
    "how do i delete my account please",
    "please tell me how to delete my account",
    "Maybe I should delete my account",
    "I might delete my account",
    "thinking of deleting my account",
    "have you deleted my account yet",
    "why haven't you deleted my account",
    "will you delete my account if I am inactive",
    "would you ever delete my account",
    "can not you keep it instead of deleting my account",
    "never delete my account",
    "stop deleting my account",
    "I deleted my account last year",
    "should i close my account",
    "On Monday Anna wrote: > delete my account",
    "i'd rather not delete my account",
    "DON'T DELETE MY ACCOUNT",
    "dont delete my acct pls",
    "i have no intention of deleting my account",
    "no, i didn't say delete my account",
    "someone keeps saying delete my account lol",
    "don't ever, ever close my account",
    "I don't want you to delete my account",
    "it's not that I want to delete my account",
    "i just want to know what deleting my account does",
    "why would anyone delete their account?",
    "what would you do with my data after I have closed my account?",
    "I said don't delete my account",
    "you'd better not delete my account",
    "is everything erased after deletion",
    "can deletion be undone",
    "does deleting my account cost anything",
    "nobody wants to delete my account",
    "if only I could delete my account",
    "not now but one day I want to delete my account",
    "I was about to delete my account but I like it now",
    "Is deleting my account reversible",
    "delete my account? no way",
    "delete my account? really? no thanks",
)
OPT_OUT = (
    "don't share my data",
    "stop emailing me",
    "please stop",
    "I don't want you to share my data",
    "turn off facebook",
    "can you stop sharing my data",
    "why don't you stop spamming me",
    "I can't unsubscribe, your link is broken",
    "i unsubscribed last week and still get mails",
    "don't stop until you turn off everything",
    "do not sell my number",
    "i don't want emails stop sending them",
    "can't you stop sending these mails?",
    "I no longer want the newsletter",
    "if you don't stop I will sue",
    "never share my data",
    "I want to opt out",
    "opt me out please",
)
NO_OPT_OUT = (
    "don't stop the newsletter",
    "don't unsubscribe me",
    "I don't want to opt out",
    "can I opt out",
    "what happens if I opt out",
    "how do I turn off facebook posts",
    "you don't share my data, right?",
    "don't you share my data with partners?",
    "do not turn off anything",
    "please don't turn off the newsletter",
    "what if I don't want my data shared",
    "is it possible to opt out of sharing",
    "turn off facebook. actually no, leave it on",
    "my wife said stop the newsletter",
    "should I unsubscribe?",
    "i don't want to unsubscribe",
    "have you turned off facebook?",
)
OPT_IN = (
    "turn on facebook",
    "opt me in",
    "I agree to the newsletter",
    "you may post on my wall",
    "please subscribe me",
    "can you turn the newsletter back on",
    "I changed my mind, turn it back on",
    "feel free to post on my wall",
    "I would like to receive the newsletter",
    "share my data with partners",
    "i don't mind, share my data with partners",
    "sign me up please",
)
NO_OPT_IN = (
    "don't opt me in",
    "I don't agree to sharing",
    "please don't turn on facebook",
    "what happens if I turn on facebook",
    "can I subscribe?",
    "should I allow posts",
    "I never signed up for this",
    "don't sign me up for anything",
    "do you post on my wall?",
    "why did you turn on facebook?",
    "if I opt in, who sees it",
    "i don't want to be subscribed",
    "I did not consent to posts",
    "you told me to turn on facebook",
    "subscribe me, no wait, don't",
    "what am i agreeing to if i opt in",
    "is facebook turned on",
    "stop posting on my wall",
    "I don't want you to share my data",
    "who turned on the newsletter",
    "my husband opted in",
    "don't turn it back on",
    "not sure I want to opt in",
)


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        *(("delete_account", text) for text in DELETE),
        *(("opt_out", text) for text in OPT_OUT),
        *(("opt_in", text) for text in OPT_IN),
        ("revoke_request", "can i cancel my request"),
        ("revoke_request", "cancel my deletion, i changed my mind"),
        ("revoke_request", "i want to keep my account, cancel the deletion"),
        ("change_profile", "how do i change my email"),
        ("sign_out", "don't keep me logged in"),
    ],
)
def test_a_request_may_act(intent: str, text: str) -> None:
    assert read(text, intent) is None


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        *(("delete_account", text) for text in NO_DELETE),
        *(("opt_out", text) for text in NO_OPT_OUT),
        *(("opt_in", text) for text in NO_OPT_IN),
        ("revoke_request", "don't cancel my request"),
        ("revoke_request", "what happens if i cancel my request"),
        ("change_profile", "don't change my email"),
        ("change_profile", "what happens if I change my email"),
        ("change_setting", "please do not change my settings"),
        ("sign_out", "don't log me out"),
    ],
)
def test_speaking_of_it_does_not_act(intent: str, text: str) -> None:
    reading = read(text, intent)
    assert reading is not None
    assert reading.intent not in ("delete_account", "opt_in", intent)


@pytest.mark.parametrize(
    ("text", "kind", "safe"),
    [
        ("don't delete my account", Kind.NEGATED, "deny"),
        ("don't close it, I was only asking what would happen", Kind.QUESTION, "ask_policy"),
        ("stop deleting my account", Kind.NEGATED, "revoke_request"),
        ("what happens if I delete my account?", Kind.HYPOTHETICAL, "ask_policy"),
        ("how do I delete my account?", Kind.QUESTION, "ask_policy"),
        ("my friend said delete my account", Kind.REPORTED, "ask_policy"),
        ("have you deleted my account yet?", Kind.STATUS, "request_status"),
        ("I deleted my account last year", Kind.PAST, "request_status"),
        ("delete my account... actually no, leave it", Kind.RETRACTED, "deny"),
        ("> delete my account", Kind.REPORTED, "ask_policy"),
    ],
)
def test_the_safe_reading_fits(text: str, kind: Kind, safe: str) -> None:
    reading = read(text, "delete_account")
    assert reading is not None
    assert (reading.kind, reading.intent) == (kind, safe)


def test_a_refused_consent_is_an_opt_out() -> None:
    reading = read("I don't agree to sharing", "opt_in")
    assert reading is not None
    assert reading.intent == "opt_out"


@pytest.mark.parametrize(
    "text",
    [
        "refrain from posting on my wall",
        "no more newsletters, I agreed to nothing",
        "make sure none of this is published",
        "keep my profile private, share it with nobody",
    ],
)
def test_words_of_refusal_are_never_consent(text: str) -> None:
    reading = read(text, "opt_in")
    assert reading is not None
    assert reading.intent == "opt_out"


@pytest.mark.parametrize(
    "text", ["undo my opt out", "I unsubscribed by mistake, put me back", "turn off was wrong, turn it back on"]
)
def test_a_refusal_taken_back_is_consent(text: str) -> None:
    assert read(text, "opt_in") is None


VERBS = st.sampled_from(["delete", "close", "erase", "remove", "cancel", "terminate", "wipe", "DELETE", "Close"])
THINGS = st.sampled_from(["my account", "my profile", "all my data", "my acct", "everything you have on me"])
ORDERS = st.sampled_from(
    ["{}", "please {}", "can you {}", "could you please {}?", "I want you to {}", "I'd like you to {}", "{} now!!"]
)
NEGATIONS = st.sampled_from(
    [
        "don't {}",
        "dont {} pls",
        "do not {}",
        "please don't {}",
        "never {}",
        "I don't want you to {}",
        "I do not want to {}",
        "I'm not asking you to {}",
        "there is no need to {}",
        "I have no intention to {}",
        "I would never {}",
        "DON’T {}",
        "you must not {}",
        "I am not saying that you should {}",
    ]
)
SUPPOSITIONS = st.sampled_from(
    [
        "what happens if I {}?",
        "what if i {}",
        "if I were to {}, what would you keep?",
        "when I {}, is it gone for good?",
        "suppose I {}",
        "how do I {}?",
        "is it possible to {}?",
        "can users {}",
        "I might {} one day",
        "should I {}",
        "tell me how to {}",
        "I want to know how to {}",
        "my friend told me to {}",
        "my wife says I should {}",
        'what does the button "{}" do?',
        "why would anyone {}",
    ]
)
AROUND = st.sampled_from(["", "Hi there. ", "hello, ", "Thanks for your help so far. ", "ok. "])
AFTER = st.sampled_from(["", " Thanks!", " Regards, Jo", " :)"])
BACK = st.sampled_from(["... actually no, leave it", ". No, wait, don't.", ", never mind", ". just kidding"])


@given(AROUND, ORDERS, VERBS, THINGS, AFTER)
def test_an_order_stays_an_order(around: str, order: str, verb: str, thing: str, after: str) -> None:
    assert read(around + order.format(f"{verb} {thing}") + after, "delete_account") is None


@given(AROUND, NEGATIONS, VERBS, THINGS, AFTER)
def test_a_negation_never_deletes(around: str, negation: str, verb: str, thing: str, after: str) -> None:
    reading = read(around + negation.format(f"{verb} {thing}") + after, "delete_account")
    assert reading is not None
    assert reading.intent in ("deny", "ask_policy")


@given(AROUND, SUPPOSITIONS, VERBS, THINGS, AFTER)
def test_a_supposition_never_deletes(around: str, supposition: str, verb: str, thing: str, after: str) -> None:
    reading = read(around + supposition.format(f"{verb} {thing}") + after, "delete_account")
    assert reading is not None
    assert reading.intent == "ask_policy"


@given(
    st.sampled_from(["turn on facebook", "opt me in", "subscribe me to the newsletter", "enable sharing"]), NEGATIONS
)
def test_a_negation_never_opts_in(act: str, negation: str) -> None:
    reading = read(negation.format(act), "opt_in")
    assert reading is not None
    assert reading.intent in ("deny", "ask_policy", "opt_out")


@given(ORDERS, VERBS, THINGS, BACK)
def test_taking_back_holds(order: str, verb: str, thing: str, back: str) -> None:
    reading = read(order.format(f"{verb} {thing}") + back, "delete_account")
    assert reading is not None
    assert reading.intent == "deny"


@given(st.text(max_size=300), st.sampled_from(sorted(FAMILIES)))
def test_any_text_is_read_without_an_error(text: str, intent: str) -> None:
    reading = read(text, intent)
    assert reading is None or reading.intent != "delete_account"


def test_long_texts_are_read_quickly() -> None:
    read("do not want to " * 4000 + "delete my account", "delete_account")
    read('if i "' * 3000, "opt_in")
