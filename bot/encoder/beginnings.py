"""Teaches the encoder where, inside a message, another wish or statement begins. Imports torch.

A word begins something new or goes on; that is read from the vector of its first token after LAYER layers, where the
meaning of the sentence is there already but not yet pooled.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.encoder.serving import word_starts

LAYER = 4
_JOINTS = (" and ", ", ", ". ", " ", "\n", "; ", " then ", ", and ", " & ", " also ", " - ", "? ", " plus ")
_SHORT = 9


@dataclass(frozen=True)
class PartedText:
    """A message and the places where its parts begin, but for the first: offsets of characters.

    The text is as the reader will see it (`bot.nlu.wording.same_length`).
    """

    text: str
    begins: frozenset[int]


def joined(texts: Sequence[str], order: random.Random) -> PartedText:
    """Two to four short texts as one message."""
    message, begins = "", []
    for text in order.sample(list(texts), order.choice((2, 2, 3, 4))):
        if message:
            joint = order.choice(_JOINTS)
            word = joint.strip(" ,.;?&-\n")
            begins.append(len(message) + (joint.index(word) if word else len(joint)))
            message += joint
        message += text
    return PartedText(message, frozenset(begins))


def batches(compounds: Sequence[PartedText], texts: Sequence[str], order: random.Random) -> Iterator[list[PartedText]]:
    """For ever: five of the messages, of about one length, and three that were joined from short texts."""
    short = [text for text in texts if len(text.split()) < _SHORT]
    while True:
        shuffled = order.sample(list(compounds), len(compounds))
        for at in range(0, len(shuffled), 100):
            pool = sorted(shuffled[at : at + 100], key=lambda each: len(each.text))
            groups = [pool[i : i + 5] for i in range(0, len(pool), 5)]
            order.shuffle(groups)
            for group in groups:
                yield [*group, *(joined(short, order) for _ in range(3))]


def padded(ids: Sequence[list[int]]) -> tuple[Any, Any]:
    """Token ids of texts as one tensor, and the mask that tells tokens from padding, both of shape (texts, longest)."""
    import torch

    longest = max(map(len, ids))
    mask = [[1] * len(row) + [0] * (longest - len(row)) for row in ids]
    return torch.tensor([row + [0] * (longest - len(row)) for row in ids]), torch.tensor(mask)


def loss(body: Any, head: Any, batch: Sequence[PartedText], tokenizer: Any) -> Any:
    """Mean cross-entropy over the words of a batch, their first ones left out."""
    import torch

    encodings = tokenizer.encode_batch([each.text for each in batch])
    ids, mask = padded([each.ids for each in encodings])
    states = body(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[LAYER]
    rows, columns, truth = [], [], []
    for row, (each, encoding) in enumerate(zip(batch, encodings, strict=True)):
        for column, start in word_starts(each.text, encoding.offsets)[1:]:
            rows.append(row)
            columns.append(column)
            truth.append(float(start in each.begins))
    scores = head(states[rows, columns]).squeeze(-1)
    return torch.nn.functional.binary_cross_entropy_with_logits(scores, torch.tensor(truth))
