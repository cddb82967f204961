"""Asks for a line of text, and understands what is meant by it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label

from rnn_tui.app.dialogs.prompt import Prompt
from rnn_tui.session.commands import Command


class Ask(Prompt[Command | None]):
    """Ends with the command that the line means, or None if nothing was said.

    Args:
        title: what is asked for.
        hint: how to write it.
        understand: what a line means; raises ValueError with what is wrong with it.
        ascii_only: draw with ASCII characters only.
        value: what stands there at first.
    """

    DEFAULT_CSS = """
    Ask { align: center middle; background: $background 40%; }
    Ask > Vertical {
        width: 62; max-width: 100%; height: 4; border: round $primary; background: $surface;
        padding: 0 1; border-subtitle-color: $text-muted;
    }
    Ask > Vertical.-ascii { border: ascii $primary; }
    Ask Input { background: $surface; }
    Ask Label { width: 100%; height: 1; color: $text-muted; text-wrap: nowrap; }
    Ask Label.-wrong { color: $text-error; }
    """

    def __init__(
        self,
        title: str,
        hint: str,
        understand: Callable[[str], Command],
        ascii_only: bool,
        value: str = "",
    ) -> None:
        super().__init__()
        self._title, self._understand = title, understand
        self._ascii = ascii_only
        self._input = Input(value, compact=True)
        self._label = Label(hint, markup=False)

    def compose(self) -> ComposeResult:
        """One line to type into, one that helps."""
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = "esc cancels"
            box.set_class(self._ascii, "-ascii")
            yield self._input
            yield self._label

    def submit(self, line: str) -> None:
        """Answer, or say what is wrong."""
        try:
            self.dismiss(self._understand(line.strip()))
        except ValueError as error:
            self._label.update(str(error))
            self._label.add_class("-wrong")


def clip(text: str) -> float | None:
    """``none`` or a norm.

    Raises:
        ValueError: if it is neither.
    """
    if text.lower() == "none":
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise ValueError("write none, or a number above 0")
    return value


def weights(text: str, shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, tuple[int, ...]]:
    """``U``, ``U[3]`` or ``U[3, 4]``.

    Args:
        text: the line.
        shapes: of the tensors there are.

    Raises:
        ValueError: if it is not of that form, or there is no such place.
    """
    found = re.fullmatch(r"(\w+)\s*(?:\[\s*(\d{1,9})\s*(?:,\s*(\d{1,9})\s*)?\])?", text)
    if found is None:
        raise ValueError("write a name, a row or one number: U, U[3], U[3, 4]")
    tensor, *numbers = found.groups()
    where = tuple(int(number) for number in numbers if number is not None)
    if tensor not in shapes:
        raise ValueError(f"there is no {tensor[:9]}; there is {', '.join(shapes)}")
    shape = shapes[tensor]
    if len(where) > len(shape) or any(n >= size for n, size in zip(where, shape, strict=False)):
        last = [f"0 to {size - 1}" for size in shape]
        what = f"rows {last[0]}, columns {last[1]}" if len(shape) > 1 else f"numbers {last[0]}"
        raise ValueError(f"{tensor} has {what}")
    return tensor, where


def name(text: str) -> str:
    """A name for a branch.

    Raises:
        ValueError: if there is nothing to see in it.
    """
    shown = "".join(character for character in text if character.isprintable()).strip()[:40]
    if not shown:
        raise ValueError("write a name")
    return shown
