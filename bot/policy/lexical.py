"""Words in common: BM25 scores, computed by bm25s when building and only looked up when serving."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_STOP = """
    a about all also am an and any are as at be because been being but by can could did do does doing for from
    get had has have having how i if in into is it its just me more my no nor not of off on or other our ours
    out own please so some such than that the their them then there these they this those to too up us very
    was we were what when where which who whom why will with would you your yours yourself guys ever tell know
    want
"""
STOP_WORDS = frozenset(_STOP.split())
_ENDINGS = ("ations", "ation", "ing", "ies", "ied", "es", "ed", "ly", "s", "e", "y")

Scores = npt.NDArray[np.float32]


def words(text: str) -> list[str]:
    """Stems of the telling words of a text."""
    return [stem(w) for w in _WORD.findall(text.lower()) if w not in STOP_WORDS]


def stem(word: str) -> str:
    """A crude stem: enough that "share", "sharing" and "shared" meet."""
    word = word.removesuffix("'s").replace("'", "")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 scores of every word in every text, by column: `data[indptr[w]:indptr[w+1]]` belongs to word w."""

    vocabulary: dict[str, int]
    data: npt.NDArray[np.float32]
    rows: npt.NDArray[np.int32]
    indptr: npt.NDArray[np.int64]
    size: int

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index texts."""
        tokens = [words(text) for text in texts]
        if not any(tokens):
            empty = np.zeros(0, np.float32)
            return cls({}, empty, empty.astype(np.int32), np.zeros(1, np.int64), len(texts))
        import bm25s

        retriever = bm25s.BM25(k1=1.2, b=0.75)
        retriever.index(tokens, show_progress=False)
        scores = retriever.scores
        vocabulary = {str(w): int(i) for w, i in retriever.vocab_dict.items() if w}
        return cls(
            vocabulary,
            np.asarray(scores["data"], np.float32),
            np.asarray(scores["indices"], np.int32),
            np.asarray(scores["indptr"], np.int64),
            len(texts),
        )

    def scores(self, query: str) -> Scores:
        """BM25 score of each text for the query."""
        result = np.zeros(self.size, np.float32)
        for word in words(query):
            column = self.vocabulary.get(word)
            if column is not None:
                span = slice(self.indptr[column], self.indptr[column + 1])
                result[self.rows[span]] += self.data[span]
        return result

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What to store; `words` gives the rest."""
        return {"word_data": self.data, "word_rows": self.rows, "word_indptr": self.indptr}

    def words(self) -> list[list[Any]]:
        """The vocabulary as JSON can hold it."""
        return [[word, column] for word, column in self.vocabulary.items()]

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[Any]], words: list[list[Any]], size: int) -> LexicalIndex:
        """The inverse of `arrays` and `words`."""
        vocabulary = {str(word): int(column) for word, column in words}
        return cls(vocabulary, arrays["word_data"], arrays["word_rows"], arrays["word_indptr"], size)
