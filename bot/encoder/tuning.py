"""Teaches the encoder which texts mean the same to this desk. Imports torch.

Low-rank adaptation (Hu et al. 2021): the packaged weights stay as they are; each matrix of the six layers gets a change
of rank 32. Two things are learnt at once: telling labels apart, and telling where the parts of a message begin. Only
the changes are kept, 3 MB instead of 90.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bot import files
from bot.encoder import beginnings
from bot.encoder.beginnings import PartedText, batches
from bot.encoder.export import HEAD, packaged

_SHARPNESS = 12.0
_SMOOTHING = 0.05
_POOL = 50


@dataclass(frozen=True)
class Lesson:
    """How the encoder is taught.

    Attributes:
        rank: of each change.
        epochs: how often every text is seen.
        rate: the highest learning rate; it rises over the first twelfth and falls to nothing.
        batch: texts per step.
        longest: tokens of a text that are read.
        seed: of the order of texts and of everything random.
    """

    rank: int = 32
    epochs: int = 3
    rate: float = 1e-3
    batch: int = 32
    longest: int = 128
    seed: int = 1


def tune(
    texts: Sequence[str],
    labels: Sequence[str],
    compounds: Sequence[PartedText],
    out: Path,
    lesson: Lesson = Lesson(),
    start: Path | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Learns from labelled texts and writes the changes, as `export` takes them.

    Args:
        labels: one for each text.
        compounds: messages of several parts; each step reads some of them beside its batch of texts.
        out: an .npz file with `NAME.up` (rows, rank) and `NAME.down` (rank, columns) for each changed weight, and
            `begins.weight` and `begins.bias` of what tells where a part begins.
        start: what was learnt before, to go on from.
        say: told of the progress.

    Raises:
        ValueError: there are fewer than two labels, or `start` was learnt with another rank.
    """
    import torch

    names = sorted(set(labels))
    if len(names) < 2:
        raise ValueError("There must be two labels or more.")
    torch.manual_seed(lesson.seed)
    body, source = packaged()
    body.set_attn_implementation("sdpa")
    changes = _add_changes(body, lesson.rank)
    beginning = torch.nn.Linear(body.config.hidden_size, 1)
    if start:
        _go_on(start, changes, beginning)
    tokenizer = _tokenizer(source, lesson.longest)
    ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    right = torch.tensor([names.index(each) for each in labels])
    head = torch.nn.Linear(body.config.hidden_size, len(names))
    head.weight.data = _centres(body, ids, right)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=_SMOOTHING)
    learnt = [weight for part in (*changes.values(), head, beginning) for weight in part.parameters()]
    optimiser = torch.optim.AdamW(learnt, lr=lesson.rate, weight_decay=0.01)
    order = random.Random(lesson.seed)  # noqa: S311 - a repeatable order
    steps = [batch for _ in range(lesson.epochs) for batch in _batches(ids, lesson.batch, order)]
    slope = torch.optim.lr_scheduler.LambdaLR(optimiser, partial(_rate, len(steps)))
    body.train()
    parted = batches(compounds, texts, order)
    for number, batch in enumerate(steps, 1):
        scores = head(torch.nn.functional.dropout(_vectors(body, [ids[i] for i in batch]), 0.1) * _SHARPNESS)
        loss = loss_of(scores, right[batch])
        if compounds:
            loss = loss + beginnings.loss(body, beginning, next(parted), tokenizer)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        slope.step()
        if number % 100 == 0 or number == len(steps):
            say(f"step {number} of {len(steps)}, loss {float(loss):.3f}")
    arrays = {
        f"{name}.{part}": getattr(change, part).detach().numpy().astype(np.float16)
        for name, change in changes.items()
        for part in ("up", "down")
    }
    arrays |= {f"{HEAD}.{name}": weight.detach().numpy() for name, weight in beginning.named_parameters()}
    files.publish_file(out, lambda path: np.savez_compressed(path, **arrays))


def _add_changes(body: Any, rank: int) -> dict[str, Any]:
    """Freezes a model and gives each matrix of its layers a change that starts at nothing."""
    import torch

    class Change(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, rows: int, columns: int) -> None:
            super().__init__()
            self.down = torch.nn.Parameter(torch.randn(rank, columns) / columns**0.5)
            self.up = torch.nn.Parameter(torch.zeros(rows, rank))

        def forward(self, weight: torch.Tensor) -> torch.Tensor:
            return weight + self.up @ self.down

    for weight in body.parameters():
        weight.requires_grad = False
    found = {}
    for name, part in list(body.encoder.named_modules()):
        if isinstance(part, torch.nn.Linear):
            change = Change(part.out_features, part.in_features)
            torch.nn.utils.parametrize.register_parametrization(part, "weight", change)
            found[f"encoder.{name}.weight"] = change
    return found


def _go_on(start: Path, changes: dict[str, Any], beginning: Any) -> None:
    """Puts in what was learnt before; what tells beginnings only if that was learnt, too."""
    import torch

    with np.load(start) as learnt, torch.no_grad():
        parts = [
            (f"{name}.{part}", getattr(change, part)) for name, change in changes.items() for part in ("up", "down")
        ]
        parts += [(f"{HEAD}.{part}", weight) for part, weight in beginning.named_parameters()]
        for name, weight in parts:
            if name in learnt.files:
                if learnt[name].shape != tuple(weight.shape):
                    raise ValueError(f"{start} was learnt with another rank.")
                weight.copy_(torch.from_numpy(learnt[name].astype(np.float32)))


def _centres(body: Any, ids: Sequence[list[int]], right: Any) -> Any:
    """Mean vector of the first texts of each label, shape (labels, size): a better start than chance."""
    import torch

    with torch.no_grad():
        firsts = [torch.nonzero(right == label).flatten()[:_POOL].tolist() for label in range(int(right.max()) + 1)]
        return torch.stack([_vectors(body, [ids[i] for i in few]).mean(0) for few in firsts])


def _tokenizer(source: Path, longest: int) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    tokenizer.enable_truncation(longest)
    tokenizer.no_padding()
    return tokenizer


def _batches(ids: list[list[int]], size: int, order: random.Random) -> Iterator[list[int]]:
    """Every text once; texts of one batch have about one length, so that little is padded."""
    shuffled = list(range(len(ids)))
    order.shuffle(shuffled)
    pools = [shuffled[at : at + size * _POOL] for at in range(0, len(ids), size * _POOL)]
    ranked = [sorted(pool, key=lambda i: len(ids[i])) for pool in pools]
    batches = [pool[at : at + size] for pool in ranked for at in range(0, len(pool), size)]
    order.shuffle(batches)
    yield from batches


def _vectors(body: Any, ids: list[list[int]]) -> Any:
    """Mean of the token vectors, at unit length, as the export pools them."""
    import torch

    tokens_of, mask = beginnings.padded(ids)
    tokens = body(input_ids=tokens_of, attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).to(tokens.dtype)
    return torch.nn.functional.normalize((tokens * weights).sum(1) / weights.sum(1), dim=1)


def _rate(steps: int, step: int) -> float:
    return min(1.0, 12 * (step + 1) / steps) * max(0.0, 1 - step / steps)
