"""Every registered cell, with random parameters and sequences: what the tests run over."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Carry, Cell
from rnn_tui.model.cells import CELLS
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.unrolled import Unrolled

Numbers = NDArray[Any]
Named = dict[str, Numbers]


def _variants() -> dict[str, Cell]:
    """Every cell, once for each combination of the words that its options allow."""
    found: dict[str, Cell] = {}
    for name, kind in CELLS.items():
        options: Any = fields(kind)  # type: ignore[arg-type]
        choices = {o.name: o.metadata["choices"] for o in options if o.metadata["choices"]}
        for words in itertools.product(*choices.values()):
            found["-".join([name, *words])] = kind(**dict(zip(choices, words, strict=True)))
    return found


VARIANTS = _variants()


@dataclass
class Problem:
    """A cell, its parameters, a mini-batch and a carried state, all drawn from a seed."""

    cell: Cell
    T: int = 6
    B: int = 3
    I: int = 4  # noqa: E741
    O: int = 3  # noqa: E741
    H: int = 5
    is_masked: bool = False
    is_carried: bool = False
    init: str = "scaled"
    dtype: DTypeLike = "float64"
    seed: int = 0

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        layout = plain_layout(self.cell, (self.I, self.O), self.H)
        self.parameters = draw(layout, self.init, self.H, rng, self.dtype)
        inputs = rng.integers(0, self.I, (self.T, self.B))
        targets = rng.integers(0, self.O, (self.T, self.B))
        scored = rng.random((self.T, self.B)) < 0.6 if self.is_masked else None
        self.batch = Batch(inputs, targets, (self.I, self.O), scored)
        width = len(self.unrolled().cell.carry())
        states = tuple(rng.uniform(-1, 1, (self.B, self.H)) for _ in range(width))
        self.carried: Carry | None = states if self.is_carried else None

    def other_batch(
        self,
        inputs: Numbers | None = None,
        targets: Numbers | None = None,
        scored: Numbers | None = None,
    ) -> Batch:
        """The mini-batch with other symbols, or scored otherwise."""
        mine = self.batch
        return Batch(
            mine.inputs if inputs is None else inputs,
            mine.targets if targets is None else targets,
            mine.symbols,
            mine.scored if scored is None else scored,
        )

    def unrolled(self, batch: Batch | None = None, dtype: DTypeLike | None = None) -> Unrolled:
        """New buffers for the mini-batch, or for another one."""
        T, B = (batch or self.batch).inputs.shape
        return Unrolled(self.cell, T, B, (self.I, self.O), self.H, dtype or self.dtype)

    def run(
        self, batch: Batch | None = None, carried: Carry | None = None
    ) -> tuple[Unrolled, Parameters]:
        """Both passes, over the mini-batch or another one: the network and its gradient."""
        return self.run_in(self.unrolled(batch), batch, carried)

    def run_in(
        self, network: Unrolled, batch: Batch | None = None, carried: Carry | None = None
    ) -> tuple[Unrolled, Parameters]:
        """Both passes in given buffers; every number of the gradient must be set by them."""
        batch, carried = batch or self.batch, self.carried if batch is None else carried
        gradient = self.unset_gradient()
        network.forward(self.parameters, batch, None, carried)
        network.backward(self.parameters, batch, gradient)
        return network, gradient

    def unset_gradient(self) -> Parameters:
        """A gradient whose numbers are all NaN."""
        gradient = Parameters.zeros(self.parameters.layout, self.dtype)
        for name in gradient:
            gradient[name][...] = np.nan
        return gradient


def quantities(network: Unrolled) -> dict[str, Numbers]:
    """Copies, (T, B, …)."""
    return {quantity.name: quantity.value.copy() for quantity in network.quantities()}


def assert_close(found: Numbers, right: Numbers, tolerance: float, what: str = "") -> None:
    """Within the tolerance of 1 or of the largest number, whichever is larger."""
    scale = max(1.0, float(np.abs(right).max(initial=0)))
    np.testing.assert_allclose(found, right, rtol=0, atol=tolerance * scale, err_msg=what)


def assert_gradients_close(found: Parameters, right: Any, tolerance: float) -> None:
    """Each tensor; see `assert_close`."""
    for name in found:
        assert_close(found[name], right[name], tolerance, name)
