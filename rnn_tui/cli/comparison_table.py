"""Runs beside each other as tables: what differs, and what they have come to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from string import ascii_uppercase
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from rnn_tui.cli.output import sayable
from rnn_tui.runs.comparison import Comparison
from rnn_tui.training.evaluation import percent

_WIDEST_VALUE = 24
"""Cells; a longer value is broken into lines."""
_NARROWEST = 40
"""Cells of a table that can be read."""


def letters(count: int) -> list[str]:
    """What so many runs are called in tables and charts: A, B, C, …, or numbers."""
    return list(ascii_uppercase[:count]) if count <= 26 else [str(n + 1) for n in range(count)]


def comparison_lines(comparison: Comparison, width: int) -> list[str]:
    """Two tables with a column for each run, in lines of so many cells."""
    width = max(width, _NARROWEST)
    config = {name.replace("_", " "): values for name, values in comparison.config.items()}
    parts = []
    if config:
        shown = {name: [_option(value) for value in values] for name, values in config.items()}
        parts.append(_table("what differs", shown, width))
    else:
        parts.append(["nothing differs in the configuration"])
    figures = {
        name.replace("_", " "): [_figure(name, value) for value in values]
        for name, values in comparison.result.items()
    }
    parts.append(_table("result", figures, width))
    return [line for part in parts for line in ("", *part)][1:]


def _option(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _figure(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if name == "accuracy":
        return percent(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def _table(title: str, rows: Mapping[str, Sequence[str]], width: int) -> list[str]:
    """Rows with a name each; runs that have no room beside the others come below them."""
    count = len(next(iter(rows.values())))
    first = max(map(cell_len, (title, *rows)))
    widest = max(cell_len(text) for texts in rows.values() for text in texts)
    beside = max(1, (width - first) // (min(widest, _WIDEST_VALUE) + 2))
    blocks = math.ceil(count / beside)
    size = math.ceil(count / blocks)  # as many in each
    lines: list[str] = []
    for start in range(0, count, size):
        lines += [""] * bool(lines)
        lines += _block(title, rows, slice(start, start + size), width)
    return lines


def _block(title: str, rows: Mapping[str, Sequence[str]], part: slice, width: int) -> Iterator[str]:
    count = len(next(iter(rows.values())))
    table = Table(box=None, padding=(0, 0, 0, 2), pad_edge=False)
    table.add_column(title, no_wrap=True)
    for letter in letters(count)[part]:
        table.add_column(letter, justify="right", overflow="fold")
    for name, texts in rows.items():
        table.add_row(name, *map(sayable, texts[part]))
    console = Console(file=StringIO(), width=width, color_system=None, markup=False)
    with console.capture() as captured:
        console.print(table)
    return (line.rstrip() for line in captured.get().splitlines())
