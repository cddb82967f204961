"""Numbers as text of a fixed width, so that nothing on the screen moves when they change."""

from __future__ import annotations

import math

from rich.cells import cell_len, set_cell_size

NUMBER_WIDTH = 7
"""Cells that `number` fills."""


def number(value: float | None, width: int = NUMBER_WIDTH, *, ascii: bool = False) -> str:
    """Four significant digits, right-aligned in `width` cells; an exponent where needed.

    1.0986 → '  1.099', 0.00004 → '4.00e-5', None → '–', NaN → 'nan'. Digits are given up
    before the width is.
    """
    return compact(value, width, ascii=ascii).rjust(width)


def compact(value: float | None, width: int = NUMBER_WIDTH, *, ascii: bool = False) -> str:
    """Like `number`, without the padding."""
    if value is None:
        return "-" if ascii else "–"
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0.0:
        return "0.000"[:width] if width >= 3 else "0"
    for text in _candidates(value):
        if len(text) <= width:
            return text
    return "#" * width


def _candidates(value: float) -> list[str]:
    """Ways to write the value, the most precise first."""
    size = abs(value)
    exponents = [_exponent(value, digits) for digits in (2, 1, 0)]
    if not 1e-3 <= size < 9999.5:
        return exponents
    digits = max(0, 3 - math.floor(math.log10(size)))
    if round(size, digits) >= 10 ** (4 - digits):  # 9.9996 would read 10.000
        digits -= 1
    plain = [f"{value:.{d}f}" for d in range(max(digits, 0), -1, -1)]
    fits = [text for text in plain if float(text) != 0.0]
    return fits + exponents


def _exponent(value: float, digits: int) -> str:
    mantissa, power = f"{value:.{digits}e}".split("e")
    return f"{mantissa}e{int(power)}"


def percent(fraction: float, *, ascii: bool = False) -> str:
    """A fraction of 0..1 as ' 93 %', rounded down: 100 % only when nothing is missing."""
    if not math.isfinite(fraction):
        return "  - %" if ascii else "  – %"
    if fraction >= 1.0:
        return "100 %"
    return f"{min(99, math.floor(max(0.0, fraction) * 100 + 1e-9)):3d} %"


def chance(probability: float, *, ascii: bool = False) -> str:
    """A probability of 0..1 as '66 %', rounded like its two decimals beside it."""
    if not math.isfinite(probability):
        return "- %" if ascii else "– %"
    return f"{float(f'{probability:.2f}') * 100:.0f} %"


_PLAIN = str.maketrans(
    {
        "→": ">",
        "×": "x",
        "·": "|",
        "−": "-",
        "‖": "|",
        "∂": "d",
        "λ": "lambda",
        "²": "^2",
        "“": '"',
        "”": '"',
        "…": "...",
        "–": "-",
        "ŷ": "p",
        "✗": "x",
        "±": "+/-",
    }
)


def plain(text: str) -> str:
    """The same in ASCII characters, as far as the texts of the screen need it."""
    return text.translate(_PLAIN)


def shorten(text: str, width: int, *, ascii: bool = False) -> str:
    """The text in at most `width` cells, the middle replaced by an ellipsis if need be."""
    dots = "..." if ascii else "…"
    if cell_len(text) <= width:
        return text
    if width <= len(dots):
        return dots[: max(width, 0)]
    keep = width - len(dots)
    tail = keep // 2
    return set_cell_size(text, keep - tail) + dots + set_cell_size(text[::-1], tail)[::-1]
