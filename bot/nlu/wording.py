"""What a message says once typing habits are taken out of it.

Nothing here changes the message itself: the person's own words stay in the transcript and in quotes.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = {
    **dict.fromkeys([0x00AD, 0x034F, 0x061C, 0x180E, 0xFEFF]),
    **dict.fromkeys(range(0x200B, 0x2010)),
    **dict.fromkeys(range(0x202A, 0x202F)),
    **dict.fromkeys(range(0x2060, 0x2070)),
}
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"', "„": '"'})
# Cyrillic and Greek letters that pass for Latin ones. Applied only inside words that also hold a Latin letter.
_LOOKALIKES = str.maketrans("аеорсухіјѕһԁɡтквнмοαενιτκρυχ", "aeopcyxijshdgtkbhmoaevitkpux")
_LATIN_WORD = re.compile(r"\w*[a-z]\w*")
_NOT = re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|would|should|could|must|need)(?:n't|nt)\b")
_SHORT = {
    "acc": "account",
    "acct": "account",
    "accnt": "account",
    "acount": "account",
    "accout": "account",
    "addr": "address",
    "b4": "before",
    "bc": "because",
    "cancl": "cancel",
    "cant": "can not",
    "can't": "can not",
    "cannot": "can not",
    "cos": "because",
    "coz": "because",
    "del": "delete",
    "delet": "delete",
    "dnt": "do not",
    "dont": "do not",
    "don": "do not",
    "fb": "facebook",
    "gimme": "give me",
    "gonna": "going to",
    "gotta": "got to",
    "i'd": "i would",
    "i'll": "i will",
    "i'm": "i am",
    "i've": "i have",
    "ill": "i will",
    "im": "i am",
    "info": "information",
    "ive": "i have",
    "lemme": "let me",
    "msg": "message",
    "pls": "please",
    "plz": "please",
    "pw": "password",
    "r": "are",
    "shan't": "shall not",
    "sth": "something",
    "thru": "through",
    "u": "you",
    "unsub": "unsubscribe",
    "ur": "your",
    "w": "with",
    "wana": "want to",
    "wanna": "want to",
    "what's": "what is",
    "whats": "what is",
    "who's": "who is",
    "wont": "will not",
    "won't": "will not",
    "you're": "you are",
    "you've": "you have",
    "you'd": "you would",
    "you'll": "you will",
    "we've": "we have",
    "we're": "we are",
    "we'd": "we would",
}
_WORD = re.compile(r"[a-z0-9']+")
# More than one mark on a letter is decoration, not spelling.
_STACKED = re.compile(r"([\u0300-\u036f])[\u0300-\u036f]+")
LONGEST = 4000
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_FORWARDED = re.compile(
    r"-{2,} ?(?:original|forwarded) message.*|\bbegin forwarded.*|^\W*forwarded message.*", re.I | re.S | re.M
)


def own_words(text: str) -> str:
    """What the person wrote: quoted lines and what was forwarded become blanks; every character keeps its place."""
    for others in (_FORWARDED, _QUOTED_LINE):
        text = others.sub(lambda found: " " * len(found.group()), text)
    return text


def same_length(text: str) -> str:
    """Lower case without look-alikes; every character keeps its place."""
    lowered = "".join(low if len(low := c.lower()) == 1 else c for c in text.translate(_QUOTES))
    return _LATIN_WORD.sub(lambda word: word.group().translate(_LOOKALIKES), lowered)


def readable(text: str) -> str:
    """The text without hidden characters and stacked marks, and without look-alikes inside Latin words."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_INVISIBLE)
    text = _STACKED.sub(r"\1", unicodedata.normalize("NFD", text))
    return same_length(unicodedata.normalize("NFC", text))


def plain(text: str) -> str:
    """Lower case, one kind of apostrophe, no hidden characters, short forms written out ("dont" is "do not").

    At most 4,000 characters are looked at; nobody's request starts later than that.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_INVISIBLE)
    text = unicodedata.normalize("NFD", text)
    text = unicodedata.normalize("NFC", "".join(c for c in text if not unicodedata.combining(c)))
    text = same_length(text)
    text = _NOT.sub(r"\1 not", text)
    text = _WORD.sub(lambda word: _SHORT.get(word.group(), word.group()), text)
    text = re.sub(r"\be-?mail", "email", text)
    return re.sub(r"\s+", " ", text).strip()
