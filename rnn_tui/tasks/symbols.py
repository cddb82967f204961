"""The alphabets of a problem, between symbols as they are written and as they are numbered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from rnn_tui.tasks.files.errors import DataError, brief
from rnn_tui.tasks.task import End, Task

_MOST_NAMED = 20
_LONGEST_NAME = 20


class Alphabets(NamedTuple):
    """What the symbols of a problem look like.

    Attributes:
        inputs: I names, by number.
        outputs: O names, by number.
        end: what ends a sequence; None if nothing does.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    end: End | None = None


class Spelling:
    """How sequences of input symbols are written, and what of the outputs can be written on.

    Args:
        alphabets: of the problem.

    Attributes:
        names: those of the input symbols, then those of the output symbols that are none.
        is_dense: whether every input symbol is one character: then they stand side by side, else
            with a space between.
    """

    def __init__(self, alphabets: Alphabets) -> None:
        self.alphabets = alphabets
        inputs, outputs, end = alphabets
        known, last = {*inputs}, "" if end is None else end.symbol
        self.names = (*inputs, *(name for name in outputs if name not in known))
        self.is_dense = all(len(name) == 1 for name in inputs)
        self._foreign = [name for name in outputs if name not in known and name != last]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """By name."""
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def written(self) -> tuple[int, ...]:
        """(O,) what each output symbol is written as, a place in `names`."""
        return tuple(self.numbers[name] for name in self.alphabets.outputs)

    @property
    def end(self) -> tuple[int, int] | None:
        """What ends a string: a place in `names`, and how many times it has to come."""
        end = self.alphabets.end
        return None if end is None else (self.numbers[end.symbol], end.times)

    @property
    def starts(self) -> Sequence[int]:
        """The input symbols that a string may begin with."""
        last = -1 if self.end is None else self.end[0]
        return [number for number in range(len(self.alphabets.inputs)) if number != last]

    @property
    def can_be_written_on(self) -> bool:
        """Whether what the network says can be its next input."""
        return not self._foreign

    def require_writable(self) -> None:
        """Require that what the network says can be its next input.

        Raises:
            DataError: if it cannot.
        """
        if self._foreign:
            raise DataError(
                f"this network cannot write on: its output {brief(self._foreign[0])} is no input "
                "symbol; view 3 of the screen shows what it predicts for an input of yours"
            )

    def parse(self, text: str) -> tuple[int, ...]:
        """The input symbols that a text is made of.

        Raises:
            DataError: naming the first that is none, and those that there are.
        """
        found = []
        for place, name in enumerate(text if self.is_dense else text.split()):
            number = self.numbers.get(name, len(self.names))
            if number >= len(self.alphabets.inputs):
                raise DataError(
                    f"{brief(name)} (symbol {place + 1}) is no input symbol; there is: "
                    f"{self.described}"
                )
            found.append(number)
        return tuple(found)

    def join(self, numbers: Iterable[int]) -> str:
        """The text of places in `names`; the inverse of `parse`."""
        return ("" if self.is_dense else " ").join(self.names[number] for number in numbers)

    @property
    def described(self) -> str:
        """The input symbols, or the first and the last of many."""
        inputs = self.alphabets.inputs
        few = inputs if len(inputs) <= _MOST_NAMED else (*inputs[:8], "…", inputs[-1])
        names = " ".join(name if name == "…" else _shown(name) for name in few)
        spaces = "" if self.is_dense else ", with spaces between"
        return f"{names}{spaces}"


def _shown(name: str) -> str:
    """A symbol in a line: as it is where that can be seen, else quoted, and not too long."""
    is_clear = name.isprintable() and name.strip() == name and len(name) <= _LONGEST_NAME
    return name if is_clear else brief(name, _LONGEST_NAME)


def alphabets_of(task: Task) -> Alphabets:
    """Those of a problem to train on."""
    return Alphabets(task.inputs, task.outputs, task.end)
