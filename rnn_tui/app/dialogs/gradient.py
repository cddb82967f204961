"""The gradient check: backpropagation against numerical differentiation, tensor by tensor."""

from __future__ import annotations

import asyncio
from threading import Event, Thread

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widgets import Static

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.model.gradient_check import GradientCheck, TensorCheck, Verdict
from rnn_tui.model.interruption import Interrupted
from rnn_tui.session.commands import Command
from rnn_tui.session.lenses.subject import Subject
from rnn_tui.training.checking import check_network
from rnn_tui.training.words import count
from widgets.drawing.figures import compact

LOOKS_PER_SECOND = 10
_GLYPHS: dict[Verdict, tuple[str, str, str]] = {
    "right": ("✓", "ok", "green"),
    "wrong": ("✗", "X", "bold red"),
    "unclear": ("?", "?", "yellow"),
}
_HEADINGS = ("", "tensor", "rel. error", "largest at", "by BPTT", "numeric")


class GradientDialog(Dialog[Command | None]):
    """Checks in a thread of its own, which closing ends, and shows how far it is.

    Args:
        subject: what is checked.
        ascii_only: draw with ASCII characters only.
    """

    DEFAULT_CSS = """
    GradientDialog > .box { width: 72; }
    GradientDialog Static { width: 100%; height: auto; }
    GradientDialog #result { margin-top: 1; }
    """

    def __init__(self, subject: Subject, ascii_only: bool) -> None:
        super().__init__(ascii_only)
        self._subject = subject
        self._cancelled = Event()
        self._progress = 0, 0
        self._outcome: GradientCheck | Exception | None = None
        self._thread = Thread(target=self._check, name="gradient check", daemon=True)
        self._timer: Timer | None = None
        self._line, self._result = Static(), Static(id="result")

    def compose(self) -> ComposeResult:
        """A line that says what is done, and a line for each tensor."""
        box = VerticalScroll(self._line, self._result)
        yield self.boxed(box, "gradient check", "esc cancels")
        self._box = box

    def on_mount(self) -> None:
        """Begin."""
        self._line.update(self._progress_line())
        self._thread.start()
        self._timer = self.set_interval(1 / LOOKS_PER_SECOND, self._look)

    async def on_unmount(self) -> None:
        """Leave no thread behind."""
        self._cancelled.set()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join, 5)

    def _look(self) -> None:
        outcome = self._outcome
        if outcome is None:
            self._line.update(self._progress_line())
            return
        if self._timer is not None:
            self._timer.stop()
        self._box.border_subtitle = "esc closes"
        if isinstance(outcome, GradientCheck):
            wrong = ", ".join(outcome.wrong)
            self._box.border_title = f"gradient check: {outcome.verdict} {wrong}".rstrip()
            self._line.update(Text(f"{outcome.method} of {self._what}, {outcome.extent}"))
            text = Text(remark(outcome), "dim")
            self._result.update(Group(table(outcome, self.ascii_only), *([text] if text else [])))
        elif isinstance(outcome, ValueError):
            self._line.update(Text(f"not checked: {outcome}"))
        else:
            raise outcome

    @property
    def _what(self) -> str:
        return f"sequence {self._subject.sequence + 1:,} at epoch {self._subject.epoch:,}"

    def _progress_line(self) -> Text:
        done, of = self._progress
        so_far = f": {done:,} of {of:,} numbers" if of else ""
        return Text(f"checking {self._what}{so_far}")

    # In the thread of its own.

    def _check(self) -> None:
        subject = self._subject
        try:
            self._outcome = check_network(
                subject.config,
                subject.parameters,
                subject.batch,
                self._told,
                self._poll,
                subject.carried,
            )
        except Interrupted:
            pass
        except Exception as problem:
            self._outcome = problem

    def _told(self, done: int, of: int) -> None:
        self._progress = done, of
        self._poll()

    def _poll(self) -> None:
        if self._cancelled.is_set():
            raise Interrupted


def table(check: GradientCheck, ascii_only: bool) -> Table:
    """A line for each tensor: whether it is right, and its worst number."""
    lines = Table.grid(padding=(0, 2), pad_edge=False)
    for place in range(len(_HEADINGS)):
        lines.add_column(no_wrap=True, justify="right" if place >= 4 else "left")
    lines.add_row(*(Text(heading, style="dim") for heading in _HEADINGS))
    for tensor in check.tensors:
        lines.add_row(*cells(tensor, ascii_only))
    return lines


def remark(check: GradientCheck) -> str:
    """What else there is to know; empty for nothing."""
    remarks = []
    if check.dtype != "float64":
        remarks.append(f"{check.dtype} gradients, numbers in float64 beside them")
    if check.unclear:
        remarks.append(f"lost in rounding: {count(check.unclear, 'number')}")
    return "; ".join(remarks)


def error_of(tensor: TensorCheck) -> str:
    """The relative error; a dash where the numbers are lost in rounding."""
    return "-" if tensor.verdict == "unclear" else f"{tensor.error:.1e}"


def cells(tensor: TensorCheck, ascii_only: bool) -> tuple[Text, ...]:
    """Verdict, name, relative error, index, and the number by backpropagation and numerically."""
    glyph, plain, style = _GLYPHS[tensor.verdict]
    return (
        Text(plain if ascii_only else glyph, style),
        Text(tensor.name, style if tensor.verdict == "wrong" else "bold"),
        Text(error_of(tensor)),
        Text(str(list(tensor.where))),
        Text(compact(tensor.analytic, 8)),
        Text(compact(tensor.numeric, 8)),
    )
