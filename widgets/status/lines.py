"""The status bar: what it shows, and its two lines as pure functions of that and the width."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from textual.content import Content

from ..drawing.blocks import sparkline
from ..drawing.figures import NUMBER_WIDTH, number, percent, plain, shorten
from ..drawing.panel import MUTED

PROGRAM = "rnn-tui"
LONGEST_SPARKLINE = 16
STATES = {
    "paused": ("‖", "=", "bold $text-warning"),
    "running": ("▸", ">", "bold $text-success"),
    "replaying": ("↺", "<", "bold $text-accent"),
    "going": ("▸", ">", "bold $text-success"),
    "diverged": ("✗", "x", "bold $text-error"),
}
SEVERITIES = {
    "warning": ("!", "$text-warning"),
    "error": ("x", "$text-error"),
}


class Status(NamedTuple):
    """What the training does, at the epoch on the screen."""

    title: str
    """'successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0'."""
    state: str
    """'paused', 'running', 'replaying', 'going to 5000', 'diverged'; ', NOT STORED' may follow."""
    epoch: int
    newest: int
    loss: float
    unit: str
    """'nats/symbol' or 'nats'."""
    accuracy: float
    """0..1."""
    pace: str
    """'20 epochs/s', 'unlimited'."""
    measured: float | None
    """Epochs/s reached while running, None when paused."""
    remaining: str
    """'ETA 0:12' or ''."""
    recent: NDArray[np.float64] | tuple[()]
    """(≤ 64,) recent losses, oldest first."""
    message: str
    severity: str
    """Of the message: '', 'information', 'warning', 'error'."""
    valid: float | None = None
    """Loss on the validation set, nats/symbol; NaN before there is one, None without a set."""


class Fields(NamedTuple):
    """Widths of what the second line holds, in cells; 0 leaves it out."""

    epoch: int
    unit: int
    sparkline: int
    accuracy: int
    pace: int
    valid: int = 0

    @property
    def loss(self) -> int:
        """Width of the loss with its name and unit."""
        return 12 + (self.unit + 1 if self.unit else 0)


def fields(width: int, newest: int = 0, *, validated: bool = False) -> Fields:
    """Share out the width: epoch, loss and accuracy always, the rest as there is room.

    The epoch's field is wide enough for 'epoch 1234 of 1234', then grows with the digits. With a
    validation set its loss has a field, at epoch 0 too, where it is not known.
    """
    digits = max(4, len(str(newest)))
    chosen = Fields(10 + 2 * digits, 0, 0, len("acc 100 %"), 0)
    wishes = (
        {"pace": 11},
        {"valid": len("valid ") + NUMBER_WIDTH if validated else 0},
        {"unit": len("nats/symbol")},
        {"sparkline": 6},
        {"accuracy": len("accuracy 100 %")},
        {"pace": 21},
        {"sparkline": LONGEST_SPARKLINE},
        {"epoch": max(chosen.epoch, 24)},
        {"pace": 36},
    )
    for wish in wishes:
        wider = chosen._replace(**wish)
        if used(wider) > width:
            break
        chosen = wider
    return chosen


def used(fields: Fields) -> int:
    """Cells taken, with two between neighbours."""
    parts = (
        fields.epoch, fields.loss, fields.valid, fields.sparkline, fields.accuracy, fields.pace,
    )  # fmt: skip
    return sum(part + 2 for part in parts if part) - 2


def title_line(status: Status, width: int, *, ascii: bool = False) -> Content:
    """Program and title, or the message of the moment, and at the right the state.

    Where room is short the program's name goes, then the title is shortened; the state never is.
    """
    unicode_glyph, ascii_glyph, style = STATES[status.state.replace(",", " ").split()[0]]
    state = f"{ascii_glyph if ascii else unicode_glyph} {status.state}"
    room = max(0, width - cell_len(state) - 2)
    if status.message:
        sign, colour = SEVERITIES.get(status.severity, ("", ""))
        text = f"{sign} {status.message}" if sign else status.message
        left = Content.styled(shorten(" ".join(text.split()), room, ascii=ascii), colour)
    else:
        title = plain(status.title) if ascii else status.title
        name = PROGRAM if room >= len(PROGRAM) + 2 + cell_len(title) else ""
        gap = "  " if name else ""
        rest = shorten_title(title, max(0, room - len(name) - len(gap)), ascii=ascii)
        left = Content.assemble((name, "bold $text-primary"), gap, (rest, MUTED))
    space = max(0, width - left.cell_length - cell_len(state))
    return Content.assemble(left, " " * space, (state, style))


def shorten_title(title: str, width: int, *, ascii: bool = False) -> str:
    """The title in at most `width` cells: without its last parts but one, then anyhow.

    'successor mod 3 · rnn 10 · … · seed 0'.
    """
    between = " | " if ascii else " · "
    parts = title.split(between)
    dots = "..." if ascii else "…"
    for kept in range(len(parts) - 2, 1, -1):
        shorter = between.join((*parts[:kept], dots, parts[-1]))
        if cell_len(title) > width >= cell_len(shorter):
            return shorter
    return shorten(title, width, ascii=ascii)


def fields_line(status: Status, width: int, *, ascii: bool = False) -> Content:
    """Epoch, loss and accuracy, with the loss's sparkline and the pace as there is room."""
    shape = fields(width, status.newest, validated=status.valid is not None)
    left = progress(status, shape, ascii=ascii)
    if shape.sparkline:
        recent = np.asarray(status.recent, dtype=np.float64)
        trace = sparkline(recent, shape.sparkline, ascii=ascii)
        left = Content.assemble(left, "  ", (trace, "$text-primary"))
    room = width - left.cell_length - 2
    return Content.assemble(left, "  ", outcome(status, shape, room, ascii=ascii))


def progress(status: Status, shape: Fields, *, ascii: bool = False) -> Content:
    """The epoch and the losses: what is left of the sparkline."""
    epoch = f"{status.epoch}"
    past = f" of {status.newest}" if status.epoch < status.newest else ""
    space = max(0, shape.epoch - len("epoch ") - len(epoch) - len(past))
    parts = [("epoch ", MUTED), (epoch, "bold"), (past + " " * space, MUTED), ("  loss ", MUTED)]
    parts.append((number(status.loss, ascii=ascii), "bold"))
    if shape.unit:
        parts.append((f" {status.unit:<{shape.unit}}"[: shape.unit + 1], MUTED))
    if shape.valid:
        is_known = status.valid is not None and not math.isnan(status.valid)
        text = number(status.valid if is_known else None, ascii=ascii)
        parts += [("  valid ", MUTED), (text, "bold")]
    return Content.assemble(*parts)


def outcome(status: Status, shape: Fields, width: int, *, ascii: bool = False) -> Content:
    """The accuracy and the pace, the time left and the pace reached as far as they fit."""
    name = "accuracy " if shape.accuracy > 9 else "acc "
    style = "bold $text-success" if status.accuracy == 1.0 else "bold"
    line = Content.assemble((name, MUTED), (percent(status.accuracy, ascii=ascii), style))
    if not shape.pace:
        return line
    room = max(shape.pace, width - line.cell_length - 2)
    pace = status.pace if len(status.pace) <= room else status.pace.replace(" epochs/s", "/s")
    reached = "" if status.measured is None else f"({_rate(status.measured)}/s)"
    for more in (status.remaining, reached):
        if more and len(pace) + 2 + len(more) <= room:
            pace += "  " + more
    return Content.assemble(line, "  ", (pace, MUTED))


def _rate(value: float) -> str:
    """'19.8', '12,345': epochs per second for reading, not for reckoning."""
    if not math.isfinite(value):
        return "?"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"
