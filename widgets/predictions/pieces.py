"""A line in pieces of one style each, and the styles of the wall."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from ..drawing.panel import Spans

RIGHT, WRONG, CHOSEN = "$text-success", "bold $text-error", "bold $text-primary"
BAR, LACKING = "$text-success 70%", "$text-error 70%"
CHANGED, CURSOR = " underline", " reverse"

Pieces = list[tuple[str, str]]


def add(pieces: Pieces, text: str, style: str) -> None:
    """Append, to the last piece where the style is the same."""
    if pieces and pieces[-1][1] == style:
        pieces[-1] = (pieces[-1][0] + text, style)
    else:
        pieces.append((text, style))


def cells_of(pieces: Pieces) -> int:
    """The width of a line."""
    return sum(cell_len(text) for text, _ in pieces)


def clipped(pieces: Pieces, width: int) -> Spans:
    """In at most so many cells."""
    left, kept = width, []
    for text, style in pieces:
        used = cell_len(text)
        if used > left:
            kept.append((set_cell_size(text, left), style))
            break
        kept.append((text, style))
        left -= used
    return tuple(piece for piece in kept if piece[0])


def ellipsis(ascii: bool) -> str:
    """Stands for steps that are not shown."""
    return "~" if ascii else "…"
