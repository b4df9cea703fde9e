"""Time of a whole answer (encode, rank, decide, compose) on one core: `python -m benchmarks.answers`.

`p50_cpu_ms` is the processor time used, which does not depend on what else the machine does.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bot.encoder.serving import Encoder
from bot.policy.answering import PolicyAnswerer
from bot.policy.evaluation import load_cases

CASES = Path("tests/evals/answers.jsonl")


def main() -> None:
    """Print milliseconds as one JSON object; the encoder's cache is off, every question is new to it."""
    started = time.perf_counter()
    encoder = Encoder.load(threads=1, cache_size=0)
    answerer = PolicyAnswerer.load(policy="outsource", encoder=encoder)
    loaded = time.perf_counter() - started
    questions = [case.question for case in load_cases(CASES)]
    for question in questions[:20]:
        answerer.answer(question)
    times, busy = [], []
    for question in questions:
        started, worked = time.perf_counter(), time.process_time()
        answerer.answer(question)
        times.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    times.sort()
    result = {
        "questions": len(times),
        "load_ms": round(loaded * 1000),
        "p50_cpu_ms": round(statistics.median(busy), 2),
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "max_ms": round(times[-1], 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
