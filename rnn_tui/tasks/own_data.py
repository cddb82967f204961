"""What the tasks share whose sequences stand in a file of the user's own."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, ClassVar, Self

from rnn_tui.model.option import flag, option
from rnn_tui.tasks.files.data_file import NO_FILE, DataFile
from rnn_tui.tasks.task import End

OWN = "Your own data"
"""Heading of their options in ``--help``."""


def encoding_option() -> Any:
    """The encoding of the file, a field of each of them."""
    return option("utf-8", "Encoding of the file.", group=OWN, metavar="NAME")


class OwnData(ABC):
    """A task whose option `option_name`, a field of that name, is its file.

    Attributes:
        option_name: which field that is.
        carry: whether the state is carried from one sequence to the next.
    """

    name: ClassVar[str]
    option_name: ClassVar[str]
    needs_memory: ClassVar[bool] = True
    optimum: ClassVar[None] = None
    end: ClassVar[End | None] = None

    @property
    def file(self) -> DataFile:
        """The file, or `NO_FILE`."""
        file: DataFile = getattr(self, self.option_name)
        return file

    def with_file(self, file: DataFile) -> Self:
        """The same of another file, or of one that has been read."""
        changes: dict[str, Any] = {self.option_name: file}
        return replace(self, **changes)  # type: ignore[type-var]

    @abstractmethod
    def read(self, path: str) -> DataFile:
        """A file with everything in it; ``-`` is standard input.

        Raises:
            ValueError: if an option that says how to read it is wrong.
            DataError: if the file cannot be read or trained on: where, what, what to do.
        """

    @abstractmethod
    def parse(self, raw: bytes) -> DataFile:
        """The same file from its bytes."""

    @abstractmethod
    def describe(self, valid: float, batch: int) -> list[str]:
        """What is told of the data before training, in lines."""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The symbols of all inputs, sorted; empty until the file is read."""
        return () if self.file.content is None else self.file.content.inputs

    @property
    def outputs(self) -> tuple[str, ...]:
        """The symbols of all targets, sorted; empty until the file is read."""
        return () if self.file.content is None else self.file.content.outputs

    @property
    def sizes(self) -> tuple[int, int]:
        """I and O."""
        return self.file.inputs, self.file.outputs

    @property
    def chance(self) -> float | None:
        """The natural logarithm of O, nats per scored symbol."""
        return math.log(self.file.outputs) if self.file.outputs else None

    @property
    def chance_label(self) -> str:
        """Such as ``ln 65``."""
        return f"ln {self.file.outputs or 'V'}"

    def check(self) -> None:
        """Require a file.

        Raises:
            ValueError: if none is named.
        """
        if self.file == NO_FILE:
            raise ValueError(
                f"--task {self.name}: name your file by {flag(self.option_name)} FILE, without "
                "--task"
            )


def held_out(valid: float, size: int) -> int:
    """How many of the last symbols or rows are not trained on.

    Raises:
        ValueError: for a share of 1 or more.
    """
    if valid >= 1:
        raise ValueError(f"--valid {valid:g}: is the share of your data held out, below 1")
    return math.floor(valid * size)
