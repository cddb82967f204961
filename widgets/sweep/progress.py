"""How far a sweep is, in two lines: what it is of, how many runs are done, when all will be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size

from ..drawing.figures import plain, shorten
from ..drawing.panel import MUTED, Panel, Spans

BAR = 40
"""Cells of the bar, at most."""
SHORTEST = 8


class Progress(NamedTuple):
    """How far it is.

    Attributes:
        title: of the sweep, as 'sweep plan.toml'.
        about: what it is of, as '3 settings × 10 runs'.
        parts: how many runs are in which state, as '12 done', the most important first.
        share: of the work that is done, 0 to 1.
        remaining: when all will be done, as '4 min left', or that it is; may be empty.
        is_done: whether there is nothing left to do.
    """

    title: str
    about: str
    parts: tuple[str, ...]
    share: float
    remaining: str
    is_done: bool = False


def progress_lines(value: Progress, width: int, *, ascii: bool = False) -> list[Spans]:
    """The title line, and below it the bar with what is done and what is left."""
    return [_title(value, width, ascii), _state(value, width, ascii)]


def _title(value: Progress, width: int, ascii: bool) -> Spans:
    title = shorten(_text(value.title, ascii), max(0, width - 1), ascii=ascii)
    about = f"  {_text(value.about, ascii)}"
    room = width - cell_len(title)
    about = about if cell_len(about) <= room else ""
    return (title, "bold"), (set_cell_size(about, room), MUTED)


def _state(value: Progress, width: int, ascii: bool) -> Spans:
    """Parts go from the end where there is no room, then the bar; when it will be done stays."""
    parts = [_text(part, ascii) for part in value.parts]
    remaining = shorten(_text(value.remaining, ascii), width, ascii=ascii)
    while parts and cell_len(_joined(parts, remaining)) + len("  ") + SHORTEST > width:
        parts.pop()
    text = _joined(parts, remaining)
    style = "bold $text-success" if value.is_done else ""
    cells = min(BAR, width - cell_len(text) - len("  "))
    if cells < SHORTEST:
        return ((set_cell_size(text, width), style),)
    bar = _bar(value.share, cells, ascii)
    rest = width - cells
    return (*bar, (set_cell_size(f"  {text}", rest), style))


def _joined(parts: Sequence[str], remaining: str) -> str:
    return ", ".join(filter(None, (*parts, remaining)))


def _bar(share: float, cells: int, ascii: bool) -> Spans:
    """Full only when all is done."""
    inner = cells - 2
    full = inner if share >= 1 else min(inner - 1, max(0, int(share * inner)))
    left, on, off, right = "[#.]" if ascii else "▕█░▏"
    return (left, MUTED), (on * full, "$text-primary"), (off * (inner - full) + right, MUTED)


def _text(text: str, ascii: bool) -> str:
    return plain(text) if ascii else text


class ProgressPanel(Panel[Progress]):
    """Shows `Progress`."""

    DEFAULT_CSS: ClassVar[str] = """
    ProgressPanel { height: 2; border: none; padding: 0 1; }
    ProgressPanel.-ascii { border: none; }
    """

    def draw(self, value: Progress, width: int, height: int) -> list[Spans]:
        """The lines."""
        return progress_lines(value, width, ascii=self.ascii)
