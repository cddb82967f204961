"""How the time of an update grows with T, B, H and V, each doubled in turn."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from benchmarks.contenders.contender import work_of
from benchmarks.contenders.ours import Bare
from benchmarks.rounds import Turn, interleaved
from benchmarks.rows import Row
from benchmarks.tables import micro, table
from rnn_tui.training.config import Config

BASE = {"length": 32, "batch": 16, "hidden": 64, "symbols": 32}
LETTERS = {"length": "T", "batch": "B", "hidden": "H", "symbols": "V"}
FACTORS = (0.25, 0.5, 1, 2, 4, 8)


def _ours(**sizes: Any) -> Bare:
    config = Config.of(**sizes, sequences=4 * sizes["batch"], dtype="float32", init="scaled")
    return Bare(work_of(Row("scaling", config)))


def run(rounds: int, quick: bool) -> tuple[Any, str]:
    """Every size in every round; the exponent between neighbours, and at the large end."""
    factors = FACTORS[:4] if quick else FACTORS
    figures, rows = {}, []
    for name, letter in LETTERS.items():
        sizes = [int(BASE[name] * factor) for factor in factors]
        turns = {str(n): Turn(_ours(**{**BASE, name: n}).epoch).measure(0.06) for n in sizes}
        timed = interleaved(turns, min(rounds, 7))
        seconds = [timed[str(n)].median / 4 for n in sizes]
        exponents = [math.log2(b / a) for a, b in pairwise(seconds)]
        figures[letter] = {"sizes": sizes, "seconds": seconds, "exponents": exponents}
        rows += [
            [f"{letter} {size}", micro(second), "" if index == 0 else f"{exponents[index - 1]:.2f}"]
            for index, (size, second) in enumerate(zip(sizes, seconds, strict=True))
        ]
    base = " ".join(f"{LETTERS[name]}{size}" for name, size in BASE.items())
    title = f"how an update grows (from {base}, float32)"
    return figures, table(title, ["size", "per update", "exponent of the last doubling"], rows)
