"""Pictures of the screen, as SVG that needs nothing from elsewhere and looks alike everywhere.

Each word has its place, and what is no text is drawn as a shape: no renderer and no font can tear
the lines apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual._context import visible_screen_stack
from textual.app import App

from rnn_tui.app.terminal.glyphs import HEIGHT, SHADES, THIN, WIDTH, rectangle, shape, short

FONT = "DejaVu Sans Mono,Menlo,Consolas,Liberation Mono,monospace"
FONT_SIZE = 16
BASELINE = 15
MARGIN = 10.0
TITLE = 30.0
"""Height of the line above the screen that has the title."""

Line = Sequence[Segment]


class Element(NamedTuple):
    """Something on one line of the screen, drawn in one style."""

    row: int
    style: str
    """Attributes of SVG."""
    text: str
    """A word; or '' and it is a shape."""
    place: str
    """Where the word begins; or the data of the shape's path."""
    is_behind: bool = False
    """It is a background, of another colour than most of the screen."""

    def svg(self) -> str:
        """As SVG, from the upper left corner of the screen."""
        if not self.text:
            return f'<path {self.style} d="{self.place}"/>'
        y = short(self.row * HEIGHT + BASELINE)
        return (
            f'<text {self.style} x="{self.place}" y="{y}">{escape(self.text, quote=False)}</text>'
        )


def screen_lines(app: App[Any]) -> list[Line]:
    """What is on the screen of an app, with a dialog and what is dim behind it."""
    # Textual's own picture counts what waits to be painted as painted.
    visible_screen_stack.set(app._background_screens)
    strips = app.screen._compositor.render_strips()
    return [list(strip.simplify().discard_meta()) for strip in strips]


def elements(lines: Sequence[Line], theme: TerminalTheme, ground: str) -> list[Element]:
    """All that is on the screen but its background `ground`, line by line; backgrounds first."""
    found: list[Element] = []
    for row, line in enumerate(lines):
        behind: list[Element] = []
        before: list[Element] = []
        column = 0
        for text, style, _ in line:
            cells = cell_len(text)
            above, below = _colours(style or Style(), theme)
            if below != ground:
                place = rectangle(column * WIDTH, row * HEIGHT, cells * WIDTH, HEIGHT)
                behind.append(Element(row, f'fill="{below}"', "", place, True))
            before += _parts(row, column, text, above, style or Style())
            column += cells
        found += behind + before
    return found


def background(lines: Sequence[Line], theme: TerminalTheme) -> str:
    """The colour of most of the screen."""
    cells: dict[str, int] = {}
    for line in lines:
        for text, style, _ in line:
            colour = _colours(style or Style(), theme)[1]
            cells[colour] = cells.get(colour, 0) + len(text)
    return max(cells, key=lambda colour: cells[colour])


def framed(drawn: str, size: tuple[int, int], title: str, ground: str) -> str:
    """The whole file: a window of `size` cells with a title, and in it what is drawn."""
    width, height = size[0] * WIDTH + 2 * MARGIN, size[1] * HEIGHT + TITLE + MARGIN
    name = escape(title, quote=False)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{short(width)}" height="{short(height)}" '
        f'viewBox="0 0 {short(width)} {short(height)}" xml:space="preserve" '
        f'font-family="{FONT}" font-size="{FONT_SIZE}">'
        f'<title>{name}</title><rect width="100%" height="100%" rx="8" fill="{ground}"/>'
        f'<text x="{short(width / 2)}" y="20" text-anchor="middle" font-size="14" fill="#8a8a8a">'
        f'{name}</text><g transform="translate({short(MARGIN)} {short(TITLE)})">'
        f"{drawn}</g></svg>\n"
    )


def picture(app: App[Any], title: str) -> str:
    """The screen of an app as SVG, the title above it."""
    lines, theme = screen_lines(app), app.ansi_theme
    ground = background(lines, theme)
    drawn = "".join(element.svg() for element in elements(lines, theme, ground))
    return framed(drawn, (app.size.width, app.size.height), title, ground)


def write_picture(svg: str, stem: str) -> Path:
    """Write a picture into the working folder, under this name or the next free one.

    Raises:
        OSError: if it cannot be written.
    """
    path, number = Path(f"{stem}.svg"), 1
    while True:
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(svg)
        except FileExistsError:
            number += 1
            path = Path(f"{stem}-{number}.svg")
        else:
            return path


def _colours(style: Style, theme: TerminalTheme) -> tuple[str, str]:
    """Of the text and behind it, as #rrggbb."""
    above = (style.color or Color.default()).get_truecolor(theme, foreground=True)
    below = (style.bgcolor or Color.default()).get_truecolor(theme, foreground=False)
    if style.reverse:
        above, below = below, above
    if style.dim:
        above = type(above)(*((a + b) // 2 for a, b in zip(above, below, strict=True)))
    return above.hex, below.hex


def _parts(row: int, column: int, text: str, colour: str, style: Style) -> Iterable[Element]:
    """Words and shapes of a run of one style."""
    fill = f'fill="{colour}"'
    words = fill + ' font-weight="bold"' * bool(style.bold)
    words += ' font-style="italic"' * bool(style.italic)
    top = row * HEIGHT
    if style.underline or style.strike:
        y = top + HEIGHT * (0.5 if style.strike else 0.9)
        yield Element(row, fill, "", rectangle(column * WIDTH, y, cell_len(text) * WIDTH, THIN))
    for kind, characters in groupby(text, _kind):
        run = "".join(characters)
        if kind == "shape":
            shapes = [shape(character) for character in run]
            places = [s((column + k) * WIDTH, top) for k, s in enumerate(shapes) if s]
            yield Element(row, fill, "", "".join(places))
        elif kind in SHADES:
            place = rectangle(column * WIDTH, top, len(run) * WIDTH, HEIGHT)
            yield Element(row, f'{fill} opacity="{SHADES[kind]}"', "", place)
        elif kind == "word":
            yield Element(row, words, run, short(column * WIDTH))
        elif kind == "sign":  # of whatever font has it, and of its width
            for k, character in enumerate(run):
                offset = cell_len(run[:k])
                yield Element(row, words, character, short((column + offset) * WIDTH))
        column += cell_len(run)


def _kind(character: str) -> str:
    if character in " ⠀":
        return "blank"
    if character in SHADES:
        return character
    if shape(character) is not None:
        return "shape"
    return "word" if character.isascii() else "sign"
