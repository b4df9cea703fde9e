"""The search index of one policy version: one file, written whole, refused when stale."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.domain.passages import PolicyRef
from bot.policy import files
from bot.policy.encoder import Encoder, Vectors
from bot.policy.errors import IndexUnavailable
from bot.policy.lexical import LexicalIndex
from bot.policy.units import Unit

DEFAULT_DIR = Path("models/policy")
FORMAT = 1


@dataclass(frozen=True)
class PolicyIndex:
    """Units of a policy with everything that ranking needs, aligned by position.

    Attributes:
        vectors: of the sentences, shape (n, 384).
        contexts: of the sentences in their context, shape (n, 384).
        windows: of the sentences with their neighbours, shape (n, 384).
    """

    units: tuple[Unit, ...]
    vectors: Vectors
    contexts: Vectors
    windows: Vectors
    lexical: LexicalIndex

    @classmethod
    def build(cls, units: Sequence[Unit], encoder: Encoder) -> PolicyIndex:
        """Encode and index the units."""
        return cls(
            tuple(units),
            encoder.encode([u.text for u in units]),
            encoder.encode([u.context for u in units]),
            encoder.encode([u.window for u in units]),
            LexicalIndex.build([u.context for u in units]),
        )

    def save(self, path: Path, ref: PolicyRef, encoder_sha: str) -> None:
        """Write one file that names the policy version and the encoder it belongs to."""
        manifest = {
            "format": FORMAT,
            "policy": ref.id,
            "version": ref.version,
            "encoder": encoder_sha,
            "units": [[u.id, u.text, u.context, u.window, u.group] for u in self.units],
            "vocabulary": list(self.lexical.vocabulary.items()),
        }

        def write(temporary: Path) -> None:
            with temporary.open("wb") as file:
                np.savez(
                    file,
                    manifest=np.frombuffer(json.dumps(manifest).encode(), np.uint8),
                    vectors=self.vectors,
                    contexts=self.contexts,
                    windows=self.windows,
                    data=self.lexical.data,
                    rows=self.lexical.rows,
                    indptr=self.lexical.indptr,
                )

        files.publish_file(path, write)

    @classmethod
    def load(cls, path: Path, ref: PolicyRef, encoder_sha: str) -> PolicyIndex:
        """Read an index back.

        Raises:
            IndexUnavailable: missing, broken, or made from another text or another encoder.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                manifest: dict[str, Any] = json.loads(arrays["manifest"].tobytes())
                made_for = (manifest["format"], manifest["policy"], manifest["version"], manifest["encoder"])
                if made_for != (FORMAT, ref.id, ref.version, encoder_sha):
                    raise _unavailable(path, "it is stale: the policy, the encoder or the program has changed")
                units = tuple(Unit(*row) for row in manifest["units"])
                lexical = LexicalIndex(
                    dict(manifest["vocabulary"]), arrays["data"], arrays["rows"], arrays["indptr"], len(units)
                )
                index = cls(units, arrays["vectors"], arrays["contexts"], arrays["windows"], lexical)
        except FileNotFoundError:
            raise _unavailable(path, "not found") from None
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise _unavailable(path, "it cannot be read") from error
        if not len(units) == len(index.vectors) == len(index.contexts) == len(index.windows):
            raise _unavailable(path, "its parts do not fit together")
        return index


def _unavailable(path: Path, why: str) -> IndexUnavailable:
    return IndexUnavailable(f"policy index {path}: {why}. Run `make train` to make it anew.")
