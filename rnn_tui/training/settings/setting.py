"""What a setting is: an option of a run that may change while it is trained."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence

from rnn_tui.model.parameters import Parameters, Tensor

Value = float | str | None
"""Of a setting, as JSON writes it."""

Settings = Mapping[str, Value]
"""The value of every setting, by name; never changed in place."""

Transform = Callable[[], None]
"""Changes a gradient in place, before the optimizer sees it."""


class Setting(ABC):
    """An option that may change between two updates; one file each, listed in `table`.

    Attributes:
        name: of the option and in files, such as ``lr``.
        default: its value where nothing is said.
        metavar: how the help writes a value, such as ``none|NORM``.
        help: one line for ``--help``.
        key: the key that asks for a new value on the screen; empty for none.
        title: what that key does, a phrase.
        hint: how a value is written.
    """

    name: str
    default: Value = None
    metavar: str
    help: str
    key: str = ""
    title: str
    hint: str

    def parse(self, text: str) -> Value:
        """The value that was typed: a number, or ``none`` where that is allowed.

        Raises:
            ValueError: with one line that says how to write it.
        """
        try:
            return self.check(None if text.strip().lower() == "none" else float(text), ())
        except ValueError:
            raise ValueError(f"must be {self.hint}") from None

    def read(self, value: object) -> Value:
        """The value as a file writes it: a number, or ``"none"`` where that is allowed.

        Raises:
            ValueError: with one line that says what is allowed.
        """
        return self.check(None if value == "none" else value, ())

    @abstractmethod
    def check(self, value: object, tensors: Sequence[Tensor]) -> Value:
        """The value in its canonical form, if it can be used with these tensors.

        Raises:
            ValueError: with one line that says what is allowed.
        """

    @abstractmethod
    def describe(self, value: Value) -> str:
        """The value in two or three words, such as ``lr 0.002``."""

    def transform(
        self, value: Value, gradient: Parameters, parameters: Parameters
    ) -> Transform | None:
        """What the value does to each gradient; None if nothing.

        Args:
            value: of the setting.
            gradient: the buffer that receives every gradient.
            parameters: the buffer of the weights that are trained; only to be read.
        """
        return None

    def apply(self, value: Value, numbers: Parameters) -> None:
        """Do at once what the value asks for; nothing by default.

        Args:
            value: of the setting.
            numbers: the weights, or what the optimizer remembers of them.
        """
        return
