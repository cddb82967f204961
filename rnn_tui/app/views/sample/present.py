"""From a snapshot to what each panel of the sample view shows: pure functions."""

from __future__ import annotations

from rnn_tui.session.lenses.sampling import Answer, EarlierText, Passage, Writing
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.symbols import Spelling
from widgets import Answered, Earlier, Likely, Written
from widgets.sample.layout import Cells, cells_of

ESCAPES = (("\\n", "\n"), ("\\t", "\t"), ("\\r", "\r"))
"""How white space that no line can hold is typed."""


def cells(spelling: Spelling, ascii_only: bool) -> Cells:
    """The widths that hold every symbol of the problem."""
    return cells_of(spelling.names, ascii=ascii_only)


def written(seen: Passage, writing: Writing, widths: Cells) -> Written:
    """What the network writes."""
    return Written(_likely(seen), seen.given, widths, writing.temperature, writing.seed)


def answered(seen: Answer, sequences: int, widths: Cells) -> Answered:
    """What the network predicts at each step of an input.

    Args:
        seen: by the lens.
        sequences: how many are trained on.
        widths: of the symbols.
    """
    title = "your input"
    if seen.number is not None:
        title = f"sequence {seen.number + 1:,} of {sequences:,}"
    if len(seen.inputs) < seen.length:
        title += f", the first {len(seen.inputs):,} of {seen.length:,} symbols"
    return Answered(
        seen.inputs,
        seen.targets,
        seen.mistakes,
        _likely(seen.predicted),
        widths,
        title,
        seen.length,
    )


def earlier(seen: tuple[EarlierText, ...], widths: Cells) -> Earlier:
    """What the network wrote in the past."""
    return Earlier(tuple((text.epoch, text.symbols) for text in seen), widths)


def typed_line(spelling: Spelling, typed: tuple[int, ...]) -> str:
    """Symbols as one types them; the inverse of `understand`."""
    line = spelling.join(typed)
    for escape, character in ESCAPES:
        line = line.replace(character, escape)
    return line


def understand(spelling: Spelling, line: str) -> tuple[int, ...]:
    """The input symbols of a line that was typed.

    Raises:
        ValueError: naming the first that is none.
    """
    for escape, character in ESCAPES:
        if character in spelling.numbers:
            line = line.replace(escape, character)
    try:
        return spelling.parse(line)
    except DataError as error:
        raise ValueError(str(error)) from None


def hint(spelling: Spelling) -> str:
    """How an input is typed."""
    names = [escape for escape, character in ESCAPES if character in spelling.numbers]
    how = f", {' '.join(names)} for white space" if names else ""
    return f"symbols: {spelling.described}{how}; an empty line: back to the training sequences"


def _likely(seen: Passage) -> Likely:
    return Likely(seen.symbols, seen.sure, seen.others, seen.shares)
