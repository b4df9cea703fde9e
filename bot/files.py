"""Files that appear whole or not at all, also when two processes make them at once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Hex digest of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def publish_file(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def publish_dir(path: Path, write: Callable[[Path], None], valid: Callable[[Path], bool]) -> None:
    """Let `write` fill a temporary folder, then rename it to `path`.

    When another process was faster and its folder is valid, ours is dropped. A broken folder is moved away first.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        write(temporary)
        temporary.chmod(0o755)
        for _ in range(5):
            try:
                temporary.rename(path)
                return
            except OSError:
                if valid(path):
                    return
                _move_away(path)
        raise OSError(f"could not put {path} in place")
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _move_away(path: Path) -> None:
    grave = Path(tempfile.mkdtemp(prefix=f".{path.name}-old-", dir=path.parent))
    try:
        path.rename(grave / path.name)
    except FileNotFoundError:
        pass
    finally:
        shutil.rmtree(grave, ignore_errors=True)
