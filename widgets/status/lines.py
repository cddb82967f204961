"""The status bar: what it shows, and its two lines as pure functions of that and the width."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from ..drawing.blocks import sparkline
from ..drawing.figures import compact, number, percent, plain, shorten
from ..drawing.panel import MUTED, Spans

PROGRAM = "rnn-tui"
PROGRAM_RANK, USUAL = 7, 8
STATES = {
    "paused": ("‖", "=", "bold $text-warning"),
    "running": ("▸", ">", "bold $text-success"),
    "replaying": ("↺", "<", "bold $text-accent"),
    "going": ("▸", ">", "bold $text-success"),
    "diverged": ("✗", "x", "bold $text-error"),
}
STATE_ROOM = ((150, 44), (120, 24), (72, 13), (0, 8))
"""From so many cells of the line on, so many are kept for the state, whatever it is."""
SOLVED_FROM = 72
"""Cells of the line from which the mark of the solved epoch goes before parts of the title."""
EIGHTHS = "▏▎▍▌▋▊▉█"


class Part(NamedTuple):
    """A part of the title, and which goes first where there is no room."""

    text: str
    """'sgd lr 0.001'."""
    rank: int
    """The highest goes first, of equal ones the last; from `USUAL` on without an ellipsis."""


class Status(NamedTuple):
    """What the training does, at the epoch on the screen."""

    title: tuple[Part, ...]
    """'successor mod 3', 'rnn 10', 'sgd lr 0.001', '10 × 10', 'seed 0'."""
    activity: str
    """'paused', 'running', 'replaying', 'going' or 'diverged'."""
    states: tuple[str, ...]
    """The state in words: '20 epochs/s (19.8/s)', '20 epochs/s', '20/s'; the last always fits."""
    epoch: int
    newest: int
    loss: float
    """Of the parameters of this epoch: nats/symbol, or nats in all if it is the total."""
    chance: float | None
    """The loss of guessing, in the same unit; None if unknown."""
    is_total: bool
    correct: int
    """Symbols predicted right, of those that are scored."""
    symbols: int
    """How many are scored."""
    recent: NDArray[np.float64] | tuple[()] = ()
    """(≤ 64,) recent training losses, oldest first."""
    valid: float | None = None
    """Loss on the validation set, nats/symbol; NaN before there is one, None without a set."""
    solved: int | None = None
    """The first epoch in which every prediction of the training was right, each just before its
    update; None where it is not reached."""

    @property
    def chance_text(self) -> str:
        """' of 1.10', or '' where it is not known; of one length for the loss and the total."""
        return "" if self.chance is None else f" of {compact(self.chance, 4):<4}"


class Fields(NamedTuple):
    """Widths of what the second line holds, in cells; 0 leaves it out."""

    epoch: int
    """'epoch 1,234'."""
    newest: int = 0
    """' of 1,234'."""
    scrubber: int = 0
    """With its ends."""
    number: int = 5
    """Of a loss without its name."""
    sparkline: int = 4
    chance: int = 0
    valid: int = 0
    """1 where there is a validation set."""
    bar: int = 0
    """Of right symbols, with its ends."""
    counted: int = 5
    """'96 of 100'; 5 is ' 96 %'."""

    @property
    def used(self) -> int:
        """Cells taken, with two between neighbours."""
        progress = self.epoch + self.newest + (self.scrubber and self.scrubber + 1)
        loss = len("loss ") + self.number + 1 + self.sparkline + self.chance
        valid = self.valid and len("  valid ") + self.number
        return progress + 2 + loss + valid + 2 + self.right

    @property
    def right(self) -> int:
        """Of the right symbols: name, bar and count."""
        return len("right ") + (self.bar and self.bar + 1) + self.counted

    @property
    def scrubber_start(self) -> int:
        """The column of the scrubber's first cell, after its left end."""
        return self.epoch + self.newest + 2


def _least(count: int) -> int:
    """Cells that a number takes at least: '9999', '14,681'."""
    return len(f"{count:,}" if count >= 10_000 else str(count))


def fields(width: int, status: Status) -> Fields:
    """Share out the width: epoch, loss, sparkline, accuracy always, the rest as there is room.

    It depends on no value but the digits of the newest epoch, from the fifth on.
    """
    digits, symbols = max(4, _least(status.newest)), _least(status.symbols)
    apart = max(5, digits)
    chosen = Fields(len("epoch ") + digits)
    chance = len(status.chance_text)
    wishes: tuple[dict[str, int], ...] = (
        {"valid": int(status.valid is not None)},
        {"counted": max(5, 2 * symbols + len(" of "))},
        {"sparkline": 6},
        {"newest": len(" of ") + digits},
        {"scrubber": 6},
        {"chance": chance},
        {"bar": 6},
        {
            "epoch": len("epoch ") + apart,
            "newest": len(" of ") + apart,
            "counted": max(5, 2 * len(f"{status.symbols:,}") + len(" of ")),
        },
        {"number": 6},
        {"sparkline": 8},
        {"bar": 10},
        {"scrubber": 10},
        {"number": 7},
        {"scrubber": 17},
        {"bar": 17},
        {"sparkline": 12},
        {"bar": 22},
        {"scrubber": 22},
        {"sparkline": 16},
    )
    for wish in wishes:
        wider = chosen._replace(**wish)
        if wider.used <= width:
            chosen = wider
    if chosen.bar >= 22 and chosen.scrubber >= 22:
        spare = width - chosen.used
        chosen = chosen._replace(
            bar=chosen.bar + spare // 2, scrubber=chosen.scrubber + spare - spare // 2
        )
    return chosen


# The first line.


def title_line(status: Status, width: int, *, ascii: bool = False) -> Spans:
    """Program and title, and at the right the state; beside it '✓ solved 132 in training'.

    The state is never cut off. Of the title whole parts go, from `SOLVED_FROM` cells on for
    '✓ solved 132' too.
    """
    unicode_glyph, ascii_glyph, style = STATES[status.activity]
    states = [f"{ascii_glyph if ascii else unicode_glyph} {state}" for state in status.states]
    kept = next(cells for least, cells in STATE_ROOM if width >= least)
    kept = max(kept, cell_len(states[-1]))
    solved_texts = _solved(status, ascii=ascii)
    of_solved = len(solved_texts[-2]) if width >= SOLVED_FROM else 0
    name, title = fitted_title(status.title, max(0, width - kept - of_solved - 2), ascii=ascii)
    room = width - len(name) - cell_len(title) - 2
    least = min(kept, 13)
    solved = next(text for text in solved_texts if not text or least + len(text) <= room)
    room -= len(solved)
    state = next((text for text in states if cell_len(text) <= room), states[-1])
    used = len(name) + cell_len(title) + len(solved) + cell_len(state)
    return (
        (name, "bold $text-primary"),
        (title, MUTED),
        (" " * max(0, width - used), ""),
        (solved, "bold $text-success"),
        (state, style),
    )


def _solved(status: Status, *, ascii: bool) -> tuple[str, ...]:
    """The mark of the first solved epoch, as long as can be first; the last two may be ''."""
    if status.solved is None:
        return "", ""
    text = f"{'*' if ascii else '✓'} solved {status.solved:,}"
    return f"{text} in training  ", f"{text}  ", ""


def fitted_title(parts: Sequence[Part], width: int, *, ascii: bool = False) -> tuple[str, str]:
    """The program's name, or '', and the parts that fit, with … where some are left out.

    'rnn-tui  ', 'successor mod 3 · rnn 10 … seed 0'. Where nothing more can go the text is
    cut.
    """
    name = f"{PROGRAM}  "
    left = [*range(len(parts))]
    while True:
        text = _joined(parts, left, ascii=ascii)
        if len(name) + cell_len(text) <= width:
            return name, text
        last = max(left, key=lambda index: (parts[index].rank, index), default=None)
        rank = 0 if last is None else parts[last].rank
        if name and rank <= PROGRAM_RANK:
            name = ""
        elif last is None or rank == 0:
            return "", shorten(text, width, ascii=ascii)
        else:
            left.remove(last)


def _joined(parts: Sequence[Part], left: Sequence[int], *, ascii: bool) -> str:
    title, between = "", ""
    for index, (text, rank) in enumerate(parts):
        if index in left:
            title, between = f"{title}{between}{text}", " · "
        elif rank < USUAL:
            between = " … " if title else "… "
    title += between.rstrip(" ·")
    return plain(title) if ascii else title


# The second line.


def fields_line(status: Status, width: int, *, ascii: bool = False) -> Spans:
    """Epoch and scrubber, loss, sparkline and guessing, validation, right symbols."""
    shape = fields(width, status)
    return (
        *_progress(status, shape, ascii=ascii),
        *_losses(status, shape, ascii=ascii),
        *_right(status, shape, ascii=ascii),
    )


def _progress(status: Status, shape: Fields, *, ascii: bool) -> Spans:
    comma = "," if shape.epoch >= len("epoch 1,000") else ""
    epoch = f"{status.epoch:{comma}}"
    past = f" of {status.newest:{comma}}" if shape.newest and status.epoch < status.newest else ""
    space = shape.epoch + shape.newest - len("epoch ") - len(epoch) - len(past)
    text: Spans = (("epoch ", MUTED), (epoch, "bold"), (past + " " * max(0, space), MUTED))
    if shape.scrubber:
        text += ((" ", ""), *scrubber(status.epoch, status.newest, shape.scrubber, ascii=ascii))
    return (*text, ("  ", ""))


def scrubber(epoch: int, newest: int, cells: int, *, ascii: bool = False) -> Spans:
    """Where an epoch lies between 0 and the newest: '▕━━━●┄┄▏'."""
    left, past, knob, future, right = "[=o.]" if ascii else "▕━●┄▏"
    inside = cells - 2
    place = round(epoch / newest * (inside - 1)) if newest else 0
    return (
        (left, MUTED),
        (past * place, "$text-primary"),
        (knob, "bold $text-primary"),
        (future * (inside - 1 - place) + right, MUTED),
    )


def epoch_under(column: int, newest: int, cells: int) -> int:
    """The epoch that a cell of a scrubber stands for, counted from its left end."""
    last = max(1, cells - 3)
    return round(min(max(column, 0), last) / last * newest)


def _losses(status: Status, shape: Fields, *, ascii: bool) -> Spans:
    name, digits = ("total ", shape.number - 1) if status.is_total else ("loss ", shape.number)
    recent = np.asarray(status.recent, dtype=np.float64)
    parts: Spans = (
        (name, MUTED),
        (number(status.loss, digits, ascii=ascii), "bold"),
        (" " + sparkline(recent, shape.sparkline, ascii=ascii), "$text-primary"),
        (status.chance_text if shape.chance else "", MUTED),
        ("  ", ""),
    )
    if shape.valid:
        is_known = status.valid is not None and not math.isnan(status.valid)
        text = number(status.valid if is_known else None, shape.number, ascii=ascii)
        parts += (("valid ", MUTED), (text, "bold"), ("  ", ""))
    return parts


def _right(status: Status, shape: Fields, *, ascii: bool) -> Spans:
    all_right = status.correct == status.symbols
    share = status.correct / status.symbols
    if shape.counted == 5:
        count = percent(share, ascii=ascii)
    else:
        comma = "," if shape.counted >= 2 * len(f"{status.symbols:,}") + len(" of ") else ""
        symbols = f"{status.symbols:{comma}}"
        count = f"{status.correct:>{len(symbols)}{comma}} of {symbols}"
    parts: Spans = (("right ", MUTED),)
    if shape.bar:
        bar = right_bar(share, shape.bar, ascii=ascii)
        parts += ((bar + " ", "$text-success" if all_right else "$text-primary"),)
    return (*parts, (count, "bold $text-success" if all_right else "bold"))


def right_bar(share: float, cells: int, *, ascii: bool = False) -> str:
    """A share of 0..1 as '▕████▌   ▏'; full for 1 alone, empty for 0 alone."""
    inside = cells - 2
    if ascii:
        full = max(math.floor(share * inside), share > 0)
        return f"[{'#' * full}{'.' * (inside - full)}]"
    eighths = max(math.floor(share * inside * 8), share > 0)
    full, rest = divmod(eighths, 8)
    return f"▕{('█' * full + EIGHTHS[rest - 1] * (rest > 0)).ljust(inside)}▏"
