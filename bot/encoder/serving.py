"""MiniLM sentence vectors, served by ONNX Runtime."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from bot.encoder.errors import EncoderUnavailable

DEFAULT_DIR, READER_DIR = Path("models/encoder"), Path("models/reader")
MODEL_NAME = "all-MiniLM-L6-v2"
DIMENSION = 384
MAX_TOKENS = 256
FORMAT = 4
PROBE = "Do you sell my phone number to anybody?"
# Marks that part words where no space does; a hyphen joins them.
_PARTING = "/|+&,;—–"
_CACHED_CHARACTERS = 500

Vectors = npt.NDArray[np.float32]


def word_starts(text: str, offsets: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Token and offset of each word's first letter or figure; marks alone are no words.

    Args:
        offsets: of the tokens, as the tokenizer gives them.
    """
    found = []
    inside = False
    for token, (start, end) in enumerate(offsets):
        if end > start:
            if start and (text[start - 1].isspace() or text[start - 1] in _PARTING):
                inside = False
            if not inside and text[start].isalnum():
                found.append((token, start))
                inside = True
    return found


def manifest_of(folder: Path) -> dict[str, Any]:
    """What an export says of itself.

    Raises:
        EncoderUnavailable: it is missing, unreadable or of another format.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        usable = manifest["format"] == FORMAT and {"model.onnx", "tokenizer.json"} <= set(manifest["sha256"])
    except FileNotFoundError:
        raise _unavailable(folder, "not found") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unavailable(folder, "its manifest cannot be read") from error
    if not usable:
        raise _unavailable(folder, "made by another version of this program")
    return cast("dict[str, Any]", manifest)


def _unavailable(folder: Path, why: str) -> EncoderUnavailable:
    return EncoderUnavailable(f"encoder in {folder}: {why}. Run `make train` to make it anew.")


def open_model(folder: Path) -> tuple[Any, Any]:
    """The session of an ONNX file, on the calling thread alone, and its tokenizer.

    Raises:
        EncoderUnavailable: one of them cannot be read.
    """
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # both libraries raise their own kinds, some of them plain Exception
        raise _unavailable(folder, "the model file cannot be read") from error
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return session, tokenizer


@lru_cache(maxsize=1)
def _only_what_is_asked() -> Any:
    """Where parts begin is told by the fourth layer; the others need not be run for it."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.only_execute_path_to_fetches = True
    return options


class Encoder:
    """Turns texts into vectors of unit length. Safe to share between threads.

    Each text is read alone, so its vector does not depend on its company: in eight bits, texts of one batch would share
    their scales. On two threads that takes no longer than batches on two cores.
    """

    def __init__(
        self,
        session: Any,
        tokenizer: Any,
        name: str = MODEL_NAME,
        sha256: str = "",
        threads: int = 1,
        cache_size: int = 0,
    ) -> None:
        self.name = name
        self.sha256 = sha256
        self._session, self._tokenizer = session, tokenizer
        self._pool = ThreadPoolExecutor(threads, "encoder") if threads > 1 else None
        self._cache: OrderedDict[str, Vectors] = OrderedDict()
        self._cache_size = cache_size
        self._lock = threading.Lock()

    @classmethod
    def load(cls, folder: Path = DEFAULT_DIR, *, threads: int = 1, cache_size: int = 2048) -> Encoder:
        """Load an export; takes a fraction of a second and never imports torch.

        Args:
            folder: where `export` put it.
            threads: texts of one call that are read at a time.
            cache_size: number of short texts whose vectors are kept.

        Raises:
            EncoderUnavailable: missing, broken, or not what its manifest says.
        """
        manifest = manifest_of(folder)
        encoder = cls(*open_model(folder), manifest["model"], manifest["sha256"]["model.onnx"], threads, cache_size)
        if float(encoder.encode([PROBE])[0] @ np.asarray(manifest["probe"], np.float32)) < 0.999:
            raise _unavailable(folder, "the model does not give the vectors it should")
        return encoder

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length, shape (len(texts), 384). Texts beyond 256 tokens are cut."""
        result = np.empty((len(texts), DIMENSION), np.float32)
        todo: list[int] = []
        with self._lock:
            for i, text in enumerate(texts):
                known = self._cache.get(text)
                if known is None:
                    todo.append(i)
                else:
                    self._cache.move_to_end(text)
                    result[i] = known
        for i, vector in zip(todo, self._run("vector", self._encodings([texts[i] for i in todo])), strict=True):
            result[i] = vector
        self._remember({texts[i]: result[i].copy() for i in todo if len(texts[i]) <= _CACHED_CHARACTERS})
        return result

    def beginnings(self, texts: Sequence[str]) -> list[list[tuple[int, float]]]:
        """Words of each text, as offsets of their first letters, with the probability that a new part begins there.

        Words beyond 256 tokens are left out. Only an encoder that was taught can tell.
        """
        encodings = self._encodings(texts)
        scores = self._run("begins", encodings)
        return [
            [(start, float(row[column])) for column, start in word_starts(text, encoding.offsets)]
            for text, encoding, row in zip(texts, encodings, scores, strict=True)
        ]

    def _encodings(self, texts: Sequence[str]) -> list[Any]:
        return list(self._tokenizer.encode_batch([t.encode("utf-8", "replace").decode() for t in texts]))

    def _run(self, output: str, encodings: Sequence[Any]) -> Iterable[Vectors]:
        """One output for each text, as the session gives it for that text alone."""
        if self._pool and len(encodings) > 1:
            return self._pool.map(partial(self._run_one, output), encodings)
        return map(partial(self._run_one, output), encodings)

    def _run_one(self, output: str, encoding: Any) -> Vectors:
        ids = np.array([encoding.ids], np.int64)
        feed = {"ids": ids, "mask": np.ones_like(ids)}
        return cast(Vectors, self._session.run([output], feed, _only_what_is_asked())[0][0])

    def _remember(self, fresh: dict[str, Vectors]) -> None:
        with self._lock:
            self._cache.update(fresh)
            while len(self._cache) > self._cache_size:
                self._cache.popitem(last=False)
