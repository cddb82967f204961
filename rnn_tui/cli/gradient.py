"""``--check-gradient``: the gradient check before training, as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rnn_tui.cli.progress import ProgressBar
from rnn_tui.model.interruption import Interrupted

if TYPE_CHECKING:
    from rnn_tui.model.gradient_check import GradientCheck
    from rnn_tui.session.run import Run

_HEADINGS = ("tensor", "relative error", "at", "backpropagation", "numerical", "checked", "")


def check_run(run: Run, poll: Callable[[], None]) -> GradientCheck | None:
    """Check the network as it is on the first training sequences; None if interrupted.

    Args:
        run: not trained meanwhile.
        poll: called often; may raise `Interrupted`.

    Raises:
        ValueError: if the weights are not all finite.
    """
    from rnn_tui.training.checking import check_network, first_sequences

    navigator, config = run.navigator, run.navigator.trainer.config
    parameters = navigator.trainer.parameters_of(navigator.state)
    batch = first_sequences(navigator.trainer.dataset.training, config.symbols)
    with ProgressBar(100, "checking the gradient") as bar:

        def show(done: int, of: int) -> None:
            poll()
            bar.show(100 * done // of)

        try:
            return check_network(config, parameters, batch, show, poll)
        except Interrupted:
            return None


def check_lines(check: GradientCheck) -> list[str]:
    """A line that says what was done, and a table with a line for each tensor."""
    rows = [_HEADINGS] + [
        (
            tensor.name,
            "-" if tensor.verdict == "unclear" else f"{tensor.error:.1e}",
            str(list(tensor.where)),
            f"{tensor.analytic:.6g}",
            f"{tensor.numeric:.6g}",
            f"{tensor.checked:,} of {tensor.total:,}"
            + (f", {tensor.unclear:,} lost in rounding" if tensor.unclear else ""),
            tensor.verdict,
        )
        for tensor in check.tensors
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first = (
        f"gradient check, {check.dtype} against {check.method} in float64, "
        f"{check.extent}: {check.verdict}"
    )
    return [first, *("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)]
