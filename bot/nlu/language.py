"""Is this written in another language than English?

Two witnesses must agree, since three words are little for statistics: py3langid must be sure, and common words of that
language must outnumber common English ones. Other scripts speak for themselves.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Optional

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.domain.languages import LANGUAGES, words

OTHER = "other"
_SURE = 0.6
_FEWEST_WORDS = 2
_LONGEST = 1000
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z\u00c0-\u024f\u1e00-\u1eff]", re.IGNORECASE)
_ENGLISH = words(
    "the a an and or of to in on is are was do does did don't my your you i me we it this that what who how when why"
    " where can could will would please delete account data my email stop turn off no more with for from at be have"
    " has want about their its any all if there here privacy policy settings phone number sell share look undo"
)
# Written alike in English.
_SHARED = words("a as do no in is to on me we u i data email account newsletter la de del der per con come so plus")
_CODE = re.compile(r"\S*\d\S*|\S*@\S*")


def foreign_language(text: str) -> Optional[str]:
    """ISO 639-1 code where the language has an entry in the catalogue, OTHER where it has none, None for English.

    Names, addresses, numbers and messages of one word are never taken for a language.
    """
    said = [word.casefold() for word in _WORD.findall(_CODE.sub(" ", text[:_LONGEST]))]
    letters = "".join(said)
    if not letters:
        return None
    latin = sum(1 for letter in letters if _LATIN.match(letter))
    if latin < len(letters) / 2:
        return OTHER if len(letters) >= _FEWEST_WORDS and _of_a_script(letters) else None
    if len(said) < _FEWEST_WORDS:
        return None
    english = sum(word in _ENGLISH for word in said)
    telling = {entry.code: sum(word in entry.words and word not in _SHARED for word in said) for entry in LANGUAGES}
    guess, probability = _identifier().classify(" ".join(said))
    if guess == "en" and max(telling.values()) < 2 * max(1, english):
        return None
    if guess in telling and telling[guess] > english and (probability >= _SURE or telling[guess] > 1):
        return str(guess)
    best = max(telling, key=lambda code: telling[code])
    return best if telling[best] >= 2 * max(1, english) else None


def _of_a_script(letters: str) -> bool:
    """Whether these are letters of a living script, not mathematical or stylised Latin ones."""
    return any(
        "\u0370" <= letter <= "\u1fff" or "\u3040" <= letter <= "\ud7ff" or "\u2e80" <= letter <= "\u303f"
        for letter in letters
    )


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["en", *(entry.code for entry in LANGUAGES)])
    return identifier
