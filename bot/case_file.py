"""The evaluation cases that agents kept, a JSON line each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping


@dataclass(frozen=True)
class JsonLines:
    """Appends whole lines; several processes may do so at once."""

    path: Path

    def append(self, case: Mapping[str, object]) -> None:
        """Adds one line."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(case, ensure_ascii=False) + "\n")
