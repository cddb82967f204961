"""Truncated BPTT: through how many time steps an error flows back."""

from collections.abc import Sequence

from rnn_tui.model.parameters import Tensor
from rnn_tui.training.settings.setting import Setting, Value


class TruncatedBPTT(Setting):
    """A number of time steps, K, which the trainer hands to the network; None for all.

    See `rnn_tui.model.truncation`. The gradients on the screen are whole all the same.
    """

    name = "bptt"
    metavar = "none|K"
    help = (
        "Truncated BPTT: the error of each output flows back through at most K time steps, its "
        "own included."
    )
    key = "K"
    title = "truncate BPTT"
    hint = "none, or a whole number, at least 1"

    def parse(self, text: str) -> Value:
        """``none`` or a whole number."""
        word = text.strip().lower()
        if word == "none":
            return None
        is_whole = word.isascii() and word.isdecimal() and len(word) < 19
        return self.check(int(word) if is_whole else word, ())

    def check(self, value: object, tensors: Sequence[Tensor]) -> Value:
        """None, or a whole number, at least 1."""
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"must be {self.hint}")
        return value

    def describe(self, value: Value) -> str:
        """Such as ``bptt 5`` or ``whole bptt``."""
        return "whole bptt" if value is None else f"bptt {value}"
