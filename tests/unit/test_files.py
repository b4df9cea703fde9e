"""Publishing files and folders whole."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import files


def writer(name: str, text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name if name else folder).write_text(text)

    return write


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a" / "index.npz"
    files.publish_file(path, writer("", "old"))

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        files.publish_file(path, fail)
    assert path.read_text() == "old"
    assert [p.name for p in path.parent.iterdir()] == ["index.npz"]


def test_two_makers_of_one_folder(tmp_path: Path) -> None:
    target = tmp_path / "encoder"

    def valid(folder: Path) -> bool:
        return (folder / "model").is_file()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: files.publish_dir(target, writer("model", "whole"), valid), range(12)))
    assert (target / "model").read_text() == "whole"
    assert [p.name for p in tmp_path.iterdir()] == ["encoder"]


def test_a_broken_folder_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "encoder"
    target.mkdir()
    (target / "junk").write_text("x")
    files.publish_dir(target, writer("model", "new"), lambda d: (d / "model").exists())
    assert [p.name for p in target.iterdir()] == ["model"]
