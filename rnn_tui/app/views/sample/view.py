"""The sample view: what the network writes, and what it answers to an input."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from textual.geometry import Size
from textual.widget import Widget

from rnn_tui.app.dialogs.prompt import Prompt
from rnn_tui.app.keys import Key
from rnn_tui.app.views.sample import present
from rnn_tui.app.views.view import View
from rnn_tui.session.lenses.lens import Lens
from rnn_tui.session.lenses.sampling import MOST, OTHERS, Answer, Earlier, Passage, Reading, Writing
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.tasks.symbols import Spelling, alphabets_of
from widgets import AnsweredPanel, EarlierPanel, WrittenPanel
from widgets.drawing.panel import Drawing
from widgets.sample.layout import Cells, room
from widgets.sample.lines import ANSWERED_ROWS, written_rows

TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0)


class Heights(NamedTuple):
    """Lines of the panels below the text, borders included, on a terminal of a height class."""

    answered: int
    earlier: int


HEIGHTS = {
    "-low": Heights(6, 0), "-short": Heights(8, 0), "-normal": Heights(9, 0),
    "-high": Heights(9, 8), "-tall": Heights(10, 10),
}  # fmt: skip
_AROUND = 3 + 2
"""Lines of header, bottom line, and of the borders of the text."""
_BESIDE = 4
"""Cells of the borders of a panel and inside them."""


def _css() -> str:
    rules = [
        "SampleView.-reading WrittenPanel, SampleView.-reading EarlierPanel { display: none; }",
    ]
    for name, (answered, earlier) in HEIGHTS.items():
        shown = f"height: {earlier};" if earlier else "display: none;"
        rules += [
            f"SampleView.{name} AnsweredPanel {{ height: {answered}; }}",
            f"SampleView.{name} EarlierPanel {{ {shown} }}",
            f"SampleView.{name}.-reading AnsweredPanel {{ height: 1fr; }}",
        ]
    return "\n".join(rules)


class SampleView(View):
    """The text above, growing better as training goes on; below, an input step by step.

    A network that cannot read what it says writes nothing: the input has all the room.
    """

    name_of_view = "sample"
    view_keys = (
        Key("comma", "screen.temperature(-1)", ",", ",", "temperature down, to 0: always the most "
            "probable symbol", "View", "temperature", 5),
        Key("full_stop", "screen.temperature(1)", ".", ".", "temperature up: likely and unlikely "
            "symbols come closer", "View", "temperature", 5),
        Key("s", "screen.draw_again", "s", "s", "draw with the next seed", "View", "seed", 6),
        Key("e", "screen.type_input", "e", "e", "enter an input of your own", "View",
            "your input", 5),
    )  # fmt: skip
    reading = (
        ("writes", "what the network writes with the parameters of the epoch shown: it draws each "
                   "symbol by its ŷ and reads it next; blue is what it was given, the first symbol "
                   "of the sequence shown or your input. Each epoch draws with the same seed, so "
                   "that all that changes is what it has learned"),
        ("temperature", "the logits are divided by it before drawing: below 1 what is likely "
                        "becomes likelier, 0 always takes the most probable symbol, which soon "
                        "goes in circles"),
        ("sure", "the probability ŷ of the symbol above, at temperature 1; a gap where nothing "
                 "was predicted: at the beginning of a string"),
        ("or", "the most probable other symbols, the fainter the less probable; · is less than "
               "1 %"),
        ("E, $", "ends a sequence of the task (of an embedded Reber string the second E), then "
                 "another one begins, with the same first symbol and a state of zeros"),
        ("predicts", "what the network predicts after each symbol of an input: of the training "
                     "sequence shown, green where it is right and red where it is a mistake, "
                     "or of one that you type"),
        ("it wrote", "the same text with the parameters of earlier epochs, as far as they are "
                     "kept"),
    )  # fmt: skip
    DEFAULT_CSS = _css()

    temperature, seed = 1.0, 0
    typed: tuple[int, ...] = ()

    @cached_property
    def spelling(self) -> Spelling:
        """The alphabets of the problem."""
        return Spelling(alphabets_of(self.first.task))

    def panels(self) -> Iterable[Widget]:
        """The text, what it was before, and the input."""
        self.set_class(not self.spelling.can_be_written_on, "-reading")
        self.writes, self.wrote, self.answers = WrittenPanel(), EarlierPanel(), AnsweredPanel()
        yield self.writes
        yield self.wrote
        yield self.answers

    def wanted(self, size: Size) -> frozenset[Lens]:
        """As many symbols as have room."""
        reading = self._reading(size)
        if not self.spelling.can_be_written_on:
            return frozenset({reading})
        writing = self._writing(size)
        if not heights(size).earlier:
            return frozenset({reading, writing})
        return frozenset({reading, writing, self._earlier(size)})

    def _writing(self, size: Size) -> Writing:
        below = heights(size)
        lines = size.height - _AROUND - below.answered - below.earlier
        count = room(size.width - _BESIDE, lines, self._cells, written_rows(self._others))
        return Writing(count, self.temperature, self.seed, self.typed)

    def _earlier(self, size: Size) -> Earlier:
        count = (size.width - _BESIDE) // self._cells.step
        return Earlier(Writing(count, self.temperature, self.seed, self.typed))

    def _reading(self, size: Size) -> Reading:
        is_all = not self.spelling.can_be_written_on
        lines = size.height - _AROUND if is_all else heights(size).answered - 2
        most = room(size.width - _BESIDE, lines, self._cells, ANSWERED_ROWS)
        return Reading(min(most, MOST), self.typed)

    @property
    def _others(self) -> int:
        """Of each step so many other symbols are told."""
        return min(OTHERS, len(self.spelling.alphabets.outputs) - 1)

    @property
    def _cells(self) -> Cells:
        return present.cells(self.spelling, self._ascii)

    def show_panels(self, snapshot: Snapshot, drawing: Drawing) -> None:
        """Give each panel its value, where it has been observed at this size."""
        seen, size, cells = snapshot.observation.seen, self.app.size, self._cells
        answer = seen.get(self._reading(size))
        if isinstance(answer, Answer):
            sequences = snapshot.observation.sequences
            self.answers.show(present.answered(answer, sequences, cells), drawing)
        writing = self._writing(size)
        passage = seen.get(writing)
        if isinstance(passage, Passage):
            self.writes.show(present.written(passage, writing, cells), drawing)
        texts = seen.get(self._earlier(size))
        if isinstance(texts, tuple):
            self.wrote.show(present.earlier(texts, cells), drawing)

    def unavailable(self, snapshot: Snapshot) -> Iterable[str]:
        """What concerns writing, where nothing is written; a limit that is reached."""
        yield from super().unavailable(snapshot)
        nothing = not self.spelling.can_be_written_on
        if nothing or self.temperature == TEMPERATURES[0]:
            yield "screen.temperature(-1)"
        if nothing or self.temperature == TEMPERATURES[-1]:
            yield "screen.temperature(1)"
        if nothing:
            yield "screen.draw_again"

    def on_resize(self) -> None:
        """At another size other symbols are asked for."""
        super().on_resize()
        self.call_after_refresh(self.show_again)

    def action_temperature(self, places: int) -> None:
        """Another of the temperatures."""
        place = TEMPERATURES.index(self.temperature) + places
        self.temperature = TEMPERATURES[min(max(place, 0), len(TEMPERATURES) - 1)]
        self.lenses_changed()

    def action_draw_again(self) -> None:
        """The next seed."""
        self.seed += 1
        self.lenses_changed()

    async def action_type_input(self) -> None:
        """Ask for an input; nothing typed is the training sequence again."""

        def understand(line: str) -> None:
            self.typed = present.understand(self.spelling, line)
            self.lenses_changed()

        line = present.typed_line(self.spelling, self.typed)
        await self.app.push_screen(
            Prompt(
                "an input of your own", present.hint(self.spelling), understand, self._ascii, line,
                is_text=True,
            )
        )  # fmt: skip


def heights(size: Size) -> Heights:
    """Of the panels on a terminal of this size."""
    names = [name for least, name in View.VERTICAL_BREAKPOINTS if size.height >= least]
    return HEIGHTS.get(names[-1], HEIGHTS["-low"])
