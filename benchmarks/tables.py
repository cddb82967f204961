"""Plain tables that read well in a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A title and a Markdown table, padded."""
    lines = [heads, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]

    def drawn(line: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([f"\n## {title}\n", drawn(heads), rule, *map(drawn, rows)])


def micro(seconds: float) -> str:
    """Microseconds or milliseconds, three digits."""
    value, unit = (seconds * 1e6, "µs") if seconds < 1e-3 else (seconds * 1e3, "ms")
    return f"{value:.3g} {unit}"


def verdict(value: float, goal: float, at_least: bool = True) -> str:
    """``met`` or by how much not."""
    ratio = value / goal if at_least else goal / value
    return "met" if ratio >= 1 else f"NOT MET ({100 * (1 - ratio):.0f} % short)"
