"""The kept runs: open another one, or lay its curve over the present one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.words import ago, beside
from rnn_tui.runs.kept import KeptRun, KeptRuns
from rnn_tui.session.commands import Command, Open, Overlay
from rnn_tui.session.ghosts import MOST_GHOSTS
from rnn_tui.session.snapshot import Snapshot
from widgets.drawing.figures import compact, plain, shorten

MOST = 500
"""Runs that are listed: the newest."""
TURN = 0.03
"""Seconds of reading after which what has been read is shown."""
_AROUND = 6  # cells: border, padding, scrollbar
_ABOVE = 6  # lines: border, headings, what is said of one, one to spare
_KEYS = "enter opens; v compares; esc closes"


class Column(NamedTuple):
    """A column of the list.

    Attributes:
        title: its heading.
        width: cells.
        right: whether it is aligned at the right.
        rank: the columns with the highest ranks go first where there is no room.
        text: of a run; the time now is given too.
        most: cells that it has where there is room, of what the others leave.
    """

    title: str
    width: int
    right: bool
    rank: int
    text: Callable[[KeptRun, float], str]
    most: int = 0


_COLUMNS = (
    Column("written", 10, False, 0, lambda run, now: ago(run.changed, now)),
    Column("task", 11, False, 0, lambda run, now: run.task or "?", most=15),
    Column("cell", 8, False, 1, lambda run, now: run.cell or "?"),
    Column("lr", 7, True, 4, lambda run, now: "-" if run.rate is None else f"{run.rate:.4g}"),
    Column("epoch", 7, True, 0, lambda run, now: f"{run.epoch:,}"),
    Column("loss", 7, True, 2, lambda run, now: _loss(run)),
    Column("solved", 7, True, 3, lambda run, now: "-" if run.solved is None else f"{run.solved:,}"),
    Column("name", 20, False, 5, lambda run, now: run.id.removeprefix(f"{run.task}-")),
)


class Runs(Dialog[Command | None]):
    """Lists the kept runs, newest first; ends with the command that opens one, or None.

    They are read in another thread, some at a time: no key waits for it.

    Args:
        kept: the runs.
        shown: the run on the screen, and the curves laid over it.
        key_to_chart: shows the chart after this dialog; empty where it is on the screen.
        send: hands a command to the session.
        ascii_only: draw with ASCII characters only.
    """

    DEFAULT_CSS = """
    Runs > .box { width: 116; }
    Runs Static { width: 100%; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Runs #heads { color: $text-muted; }
    Runs #about { height: 2; text-wrap: wrap; color: $text-muted; }
    Runs #about.-wrong { color: $text-error; }
    Runs OptionList, Runs OptionList:focus {
        height: 1; border: none; padding: 0; background: $surface; background-tint: 0%;
        scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter,ctrl+j", "open", "open", show=False, priority=True),
        Binding("v,space", "overlay", "compare", show=False, priority=True),
        Binding("o", "dismiss", "close", show=False),
    ]

    def __init__(
        self,
        kept: KeptRuns,
        shown: Snapshot,
        key_to_chart: str,
        send: Callable[[Command], None],
        ascii_only: bool,
    ) -> None:
        super().__init__(ascii_only)
        self._kept, self._present, self._config = kept, shown.run, shown.config
        self._ghosts = tuple(ghost.name for ghost in shown.ghosts)
        self._key_to_chart = key_to_chart
        self._send = send
        self._names: list[str] = []
        self._runs: list[KeptRun] = []
        self._now = time.time()
        self._is_opening = False
        self._heads, self._about = Static(id="heads", markup=False), Static(id="about")
        self._list = OptionList()

    def compose(self) -> ComposeResult:
        """Headings, a line for each run, and what there is to say of the one chosen."""
        box = Vertical(self._heads, self._list, self._about)
        yield self.boxed(box, "kept runs", _KEYS)
        self._box = box

    def on_mount(self) -> None:
        """Begin to read."""
        self.set_focus(self._list)
        self.run_worker(self._read(), exit_on_error=True)

    def on_resize(self) -> None:
        """Choose the columns for the width, and as many lines as there are runs."""
        self._be_as_high_as(len(self._names))
        self._heads.update("  " + _joined(self._columns, [c.title for c in self._columns]))
        for place in range(len(self._runs)):
            self._list.replace_option_prompt_at_index(place, self._line(place))

    def _be_as_high_as(self, count: int) -> None:
        self._list.styles.height = max(1, min(count, 30, self.app.size.height - _ABOVE))

    @property
    def _columns(self) -> tuple[Column, ...]:
        return columns(min(self.app.size.width, 116) - _AROUND)

    # Reading.

    async def _read(self) -> None:
        names = await asyncio.to_thread(self._kept.names)
        self._names = names[:MOST]
        self._be_as_high_as(len(self._names))
        if not names:
            self._say(f"none yet: a run is kept from its first epoch on, in {self._kept.place}")
        while len(self._runs) < len(self._names):
            start = len(self._runs)
            self._runs += await asyncio.to_thread(self._some, self._names[start:])
            lines = map(self._line, range(start, len(self._runs)))
            self._list.add_options(map(Option, lines))
            if start == 0:
                is_first = self._names[0] == self._present and len(self._runs) > 1
                self._list.highlighted = 1 if is_first else 0
            self._box.border_title = self._title(len(names))

    def _some(self, names: Sequence[str]) -> list[KeptRun]:
        """In another thread: as many as can be read in one turn, at least one."""
        found, end = [], time.monotonic() + TURN
        for name in names:
            found.append(self._kept.look_at(name))
            if time.monotonic() > end:
                break
        return found

    def _title(self, count: int) -> str:
        if len(self._runs) < len(self._names):
            return f"kept runs: {len(self._runs):,} of {len(self._names):,} read"
        return f"kept runs: the newest {MOST:,} of {count:,}" if count > MOST else "kept runs"

    def _line(self, place: int) -> Text:
        run = self._runs[place]
        mark = " "
        is_present = self._names[place] == self._present
        if is_present:
            mark = ">" if self.ascii_only else "▸"
        elif run.id in self._ghosts:
            mark = "~" if self.ascii_only else "≈"
        elif run.problem is not None:
            mark = "!"
        texts = [column.text(run, self._now) for column in self._columns]
        line = f"{mark} {_joined(self._columns, texts, self.ascii_only)}"
        style = "dim" if run.problem and not is_present else ""
        return Text(plain(line) if self.ascii_only else line, style)

    # What is said of the one chosen.

    def on_option_list_option_highlighted(self) -> None:
        """Tell more of it."""
        if (place := self._chosen) is not None and not self._is_opening:
            run = self._runs[place]
            if self._names[place] == self._present:  # which nobody else may open
                self._say(f"this one, on the screen: {run.id}  {run.options}")
            else:
                text = run.problem or f"{run.id}  {run.options}"
                self._say(text, is_wrong=run.problem is not None)

    def _say(self, text: str, *, is_wrong: bool = False) -> None:
        self._about.update(Text(plain(text) if self.ascii_only else text))
        self._about.set_class(is_wrong, "-wrong")

    @property
    def _chosen(self) -> int | None:
        place = self._list.highlighted
        return None if place is None or place >= len(self._runs) else place

    # What can be done with it.

    def on_option_list_option_selected(self) -> None:
        """Open it, by a click."""
        self.action_open()

    def action_open(self) -> None:
        """Go over to it; until it is there the present one goes on."""
        if (place := self._chosen) is None or self._is_opening:
            return
        if self._names[place] == self._present:
            self.dismiss(None)
            return
        self._is_opening = True
        self._say(f"opening {self._runs[place].id}; esc cancels")
        self.run_worker(self._open(self._names[place]), exit_on_error=True)

    async def _open(self, name: str) -> None:
        opening = asyncio.ensure_future(asyncio.to_thread(self._kept.open, name))
        try:
            opened = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_let_go)
            raise
        except Exception as error:  # nothing is lost by what a file does to us
            self._is_opening = False
            self._say(_reason(error), is_wrong=True)
        else:
            if self in self.app.screen_stack:
                self.dismiss(opened)
            else:  # closed while this was on its way
                opened.recording.let_go()

    def action_overlay(self) -> None:
        """Lay its curve over the present one, or take it away."""
        if (place := self._chosen) is None:
            return
        shown = self._runs[place].id
        if self._names[place] == self._present:
            self._say("this is the run on the screen")
        elif shown in self._ghosts:
            self._mark(tuple(name for name in self._ghosts if name != shown))
            self._send(Overlay(shown, None))
            self._say("its curve is no longer in the chart")
        else:
            self.run_worker(self._lay_over(place), exit_on_error=True)

    async def _lay_over(self, place: int) -> None:
        try:
            curve = await asyncio.to_thread(self._kept.curve, self._names[place])
        except Exception as error:
            self._say(_reason(error), is_wrong=True)
            return
        run = self._runs[place]
        self._mark((*self._ghosts, run.id)[-MOST_GHOSTS:])
        label, kind = label_of(run), (run.title, run.cell)
        self._send(Overlay(run.id, curve, label, kind))
        keys = f"esc and {self._key_to_chart} show it, " if self._key_to_chart else ""
        called = beside(label, kind, self._config)
        self._say(f"in the chart now, as “{called}”; {keys}v takes it away")

    def _mark(self, ghosts: tuple[str, ...]) -> None:
        """Show whose curves are laid over the present one: the latest few."""
        changed = {*self._ghosts} ^ {*ghosts}
        self._ghosts = ghosts
        for place, run in enumerate(self._runs):
            if run.id in changed:
                self._list.replace_option_prompt_at_index(place, self._line(place))


def label_of(run: KeptRun) -> str:
    """What the chart calls a run: '57' after a rate is its newest epoch, as in 'lr 0.001 · 57'."""
    return run.id if run.rate is None else f"lr {run.rate:.4g} · {run.epoch:,}"


def columns(width: int) -> tuple[Column, ...]:
    """The columns for so many cells; those of texts take what is left, the last one the rest."""
    kept = list(_COLUMNS)
    while sum(column.width + 2 for column in kept) > width and len(kept) > 1:
        kept.remove(max(kept, key=lambda column: column.rank))
    for place, column in enumerate(kept):
        rest = width - sum(column.width + 2 for column in kept)
        more = max(0, min(rest, column.most - column.width))
        kept[place] = column._replace(width=column.width + more)
    if kept[-1].title == "name":
        rest = width - sum(column.width + 2 for column in kept[:-1]) - 2
        kept[-1] = kept[-1]._replace(width=rest)
    return tuple(kept)


def _joined(columns: Sequence[Column], texts: Sequence[str], ascii_only: bool = False) -> str:
    parts = []
    for column, text in zip(columns, texts, strict=True):
        text = shorten(text, column.width, ascii=ascii_only)
        parts.append(text.rjust(column.width) if column.right else text.ljust(column.width))
    return "  ".join(parts).rstrip()


def _loss(run: KeptRun) -> str:
    return "-" if run.loss != run.loss else compact(run.loss)


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    if type(error).__module__.startswith("rnn_tui."):
        return text
    return f"{type(error).__name__}: {text}"


def _let_go(opening: asyncio.Future[Open]) -> None:
    """Nobody waits for it any more."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result().recording.let_go()
