"""A file of the user's as a configuration names it: known without what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, NamedTuple

from rnn_tui.model.batch import Symbols, Tokens
from rnn_tui.tasks.files.errors import DataError, brief

KEEP_AT_MOST = 64 * 2**20
"""Bytes of a file that a run keeps."""
_NUMBERS = ("size", "longest", "inputs", "outputs")
_NUMBER_MOST = 2**40


class RaggedPairs(NamedTuple):
    """Pairs of sequences, one after another without padding.

    Attributes:
        inputs: (n,) symbols of all.
        targets: (n,) symbols of all, or (N,) the label of each.
        lengths: (N,) time steps of each.
    """

    inputs: Symbols
    targets: Symbols
    lengths: Tokens


class Content(NamedTuple):
    """What stands in a file.

    Attributes:
        inputs: I names, the input alphabet.
        outputs: O names, the output alphabet.
        data: the symbols of a text, (n,), or pairs; None where only the
            alphabets are known.
        raw: the bytes of the file; None where they are too many to be kept.
        notes: what the user should know before training, a line each.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    data: Symbols | RaggedPairs | None = None
    raw: bytes | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataFile:
    """A file with a text, or with pairs of sequences.

    Two are equal where name and numbers are, whether the content is at hand or not.

    Attributes:
        path: as it was given; ``-`` is standard input.
        sha256: of its bytes.
        size: characters of a text; rows of pairs.
        longest: time steps of the longest row; 0 for a text.
        inputs: I, how many different input symbols there are.
        outputs: O, how many different output symbols there are.
        content: what stands in it, once it has been read.
    """

    path: str = ""
    sha256: str = ""
    size: int = 0
    longest: int = 0
    inputs: int = 0
    outputs: int = 0
    content: Content | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """What it is called on the screen, short and without what a terminal obeys."""
        name = "standard input" if self.path == "-" else PurePath(self.path).name
        return brief(name).strip("'")

    @property
    def data(self) -> Any:
        """The symbols of a text, or the pairs; see `Content`.

        Raises:
            DataError: if they are not at hand.
        """
        if self.content is None or self.content.data is None:
            raise DataError(
                f"{self.path}: the run does not keep this file; name it again, with the same "
                "content, by --text or --data beside --resume"
            )
        return self.content.data

    def to_json(self) -> dict[str, Any]:
        """All but the path, as plain values."""
        return {"sha256": self.sha256} | {name: getattr(self, name) for name in _NUMBERS}

    @classmethod
    def from_json(cls, path: object, values: object) -> DataFile:
        """The inverse of `to_json`.

        Raises:
            ValueError: if the values are not those of a file.
        """
        if not isinstance(values, Mapping) or set(values) != {"sha256", *_NUMBERS}:
            raise ValueError("what is said of the data is not complete")
        numbers = {name: values[name] for name in _NUMBERS}
        if not all(type(n) is int and 0 <= n <= _NUMBER_MOST for n in numbers.values()):
            raise ValueError("what is said of the data are no whole numbers")
        return cls(str(path), str(values["sha256"]), **numbers)


NO_FILE = DataFile()
"""Where none is named."""
