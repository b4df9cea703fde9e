"""Arrays that belong together in one file, refused when anything they were made from has changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot import files
from bot.policy.errors import IndexUnavailable

Arrays = dict[str, npt.NDArray[Any]]


def save(path: Path, made_for: list[str], arrays: Arrays, extra: Any = None) -> None:
    """Write the arrays, what they were made from, and anything JSON can hold."""
    manifest = json.dumps({"made_for": made_for, "extra": extra}).encode()

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            np.savez(file, manifest=np.frombuffer(manifest, np.uint8), **arrays)

    files.publish_file(path, write)


def load(path: Path, made_for: list[str]) -> tuple[Arrays, Any]:
    """Read back what `save` wrote.

    Raises:
        IndexUnavailable: missing, broken or stale; the message says what to do.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            manifest = json.loads(file["manifest"].tobytes())
            arrays = {name: file[name] for name in file.files if name != "manifest"}
        stale = manifest["made_for"] != made_for
    except FileNotFoundError:
        raise unavailable(path, "not found") from None
    except Exception as error:  # NumPy and zipfile raise many kinds for a broken file
        raise unavailable(path, "it cannot be read") from error
    if stale:
        raise unavailable(path, "it is stale: the policy, the encoder or the program has changed")
    return arrays, manifest["extra"]


def unavailable(path: Path, why: str) -> IndexUnavailable:
    """The error for a file that cannot be used."""
    return IndexUnavailable(f"policy index {path}: {why}. Run `make train` to make it anew.")
