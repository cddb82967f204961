"""Whether a gradient is right: backpropagation against numerical differentiation of the loss.

The relative error of a number is |analytic − numeric| / max(|analytic|, |numeric|, ρ / tolerance).
ρ is what rounding alone may do to it (see `rounding`): it is as small as the terms that the
number is a sum of. So a gradient that has vanished to 1e-20 is checked like any other, and one of
1e-20 that is left over where terms of size 1 cancel is not called wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Carry, Cell
from rnn_tui.model.derivatives import Method, Slope, slopes_of
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Layout, Parameters
from rnn_tui.model.rounding import rounding_of

Verdict = Literal["right", "wrong", "unclear"]
Progress = Callable[[int, int], None]
"""Called with how many numbers are checked, and of how many."""

TOLERANCES = {"float64": 1e-7, "float32": 1e-3}
"""Relative errors up to which a gradient of this type is right; of central differences 1e-4."""
_MOST, _LEAST = 1024, 16
"""Numbers checked of one block: all up to the first, and never fewer than the second."""
_WORK = 5_000_000_000
"""Multiply-adds spent on large networks, some ten seconds."""
_WORK_OF_STEP = 20_000
"""What a time step costs besides its products, in multiply-adds."""


@dataclass(frozen=True)
class TensorCheck:
    """The gradient of one tensor, or of a gate's block of it.

    Attributes:
        name: such as ``V``, or ``U_n`` in a cell with gates.
        error: the largest relative error; infinite where the gradient is not finite.
        where: the index of that number in the block, in the engine's shape: W (I, H), V (H, O).
        analytic: that number by backpropagation.
        numeric: that number by numerical differentiation.
        checked: how many numbers were compared.
        total: how many there are.
        unclear: of how many of those checked nothing can be said: they are smaller than their
            rounding, or the network is chaotic, or the loss is not finite.
        tolerance: the relative error up to which it is right.
    """

    name: str
    error: float
    where: tuple[int, ...]
    analytic: float
    numeric: float
    checked: int
    total: int
    unclear: int
    tolerance: float

    @property
    def verdict(self) -> Verdict:
        """``unclear`` if there is nothing of which anything can be said."""
        if not self.error <= self.tolerance:
            return "wrong"
        return "unclear" if self.unclear == self.checked else "right"


@dataclass(frozen=True)
class GradientCheck:
    """What a gradient check found.

    Attributes:
        tensors: each tensor, or each gate's block, in the layout's order.
        method: how the loss was differentiated, in float64.
        dtype: of the gradient that was checked.
        tolerance: the relative error up to which a number is right.
    """

    tensors: tuple[TensorCheck, ...]
    method: Method
    dtype: str
    tolerance: float

    @property
    def verdict(self) -> Verdict:
        """``wrong`` if any tensor is, else ``right`` if any is."""
        if self.wrong:
            return "wrong"
        is_clear = any(tensor.verdict == "right" for tensor in self.tensors)
        return "right" if is_clear else "unclear"

    @property
    def wrong(self) -> tuple[str, ...]:
        """The names of the tensors whose gradient is wrong."""
        return tuple(tensor.name for tensor in self.tensors if tensor.verdict == "wrong")

    @property
    def extent(self) -> str:
        """How many numbers were checked, in words."""
        checked = sum(tensor.checked for tensor in self.tensors)
        total = sum(tensor.total for tensor in self.tensors)
        if checked == total:
            return f"all {total:,} numbers"
        return f"a sample of {checked:,} of {total:,} numbers"

    @property
    def unclear(self) -> int:
        """Of how many numbers nothing can be said."""
        return sum(tensor.unclear for tensor in self.tensors)

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON; numbers may be infinite or NaN."""
        values = asdict(self) | {"verdict": self.verdict}
        for tensor, found in zip(self.tensors, values["tensors"], strict=True):
            del found["tolerance"]
            found["verdict"] = tensor.verdict
        return values


def check_gradient(
    cell: Cell,
    parameters: Parameters,
    gradient: Parameters,
    batch: Batch,
    *,
    progress: Progress | None = None,
    at_step: AtStep | None = None,
    carried: Carry | None = None,
    work: int = _WORK,
) -> GradientCheck:
    """Check the gradient of the loss of a mini-batch.

    All numbers of a tensor (or of a gate's block) are checked up to 1,024, and fewer of a network
    so large that this would take longer than some ten seconds; then half are those of largest
    magnitude and half are drawn from a fixed seed.

    Args:
        cell: the recurrent layer; see `rnn_tui.model.derivatives.slopes_of`.
        parameters: the weights; float32 ones are differentiated as the same numbers in float64.
        gradient: of the loss summed over time and averaged over the mini-batch, as
            `rnn_tui.model.network.Network.backward` fills it; float64 or float32.
        batch: the sequences.
        progress: called after each number.
        at_step: called between time steps; may raise `Interrupted`.
        carried: the state before the first step; None for zeros.
        work: multiply-adds to be spent on a large network.

    Raises:
        ValueError: if the parameters are not all finite.
    """
    if not parameters.all_finite():
        raise ValueError("a gradient can be checked only where all weights are finite")
    layout = plain_layout(cell, batch.symbols, len(parameters["U"]))
    weights, analytic = _plain(layout, parameters), _plain(layout, gradient)
    dtype = gradient.flat.dtype
    with np.errstate(all="ignore"):
        slopes = slopes_of(cell, weights, batch, at_step, carried)
        tolerance = max(TOLERANCES[dtype.name], slopes.tolerance)
        rounding = rounding_of(cell, weights, batch, dtype, at_step, carried)
        samples = _samples(analytic, _forward_work(cell, batch, weights), work)
        if dtype.name != "float64":  # where float32 overflows, nothing can be said
            for name in analytic:
                rounding[name][~np.isfinite(analytic[name])] = math.inf
        of, done, found = sum(map(len, samples.values())), 0, []
        for name, sample in samples.items():
            compared = []
            for where in sample:
                numbers = float(analytic[name][where]), float(rounding[name][where])
                compared.append(_compare(where, *numbers, slopes.along(name, where), tolerance))
                done += 1
                if progress is not None:
                    progress(done, of)
            found.append(_summed_up(name, compared, analytic[name].size, tolerance))
    return GradientCheck(tuple(found), slopes.method, dtype.name, tolerance)


class _Compared(NamedTuple):
    error: float
    where: tuple[int, ...]
    analytic: float
    numeric: float
    is_unclear: bool


def _compare(
    where: tuple[int, ...],
    analytic: float,
    rounding: float,
    slopes: Iterable[Slope],
    tolerance: float,
) -> _Compared:
    """With the closest of the slopes: at a kink there is one to either side."""
    best = None
    for numeric, uncertainty in slopes:
        size, noise = max(abs(analytic), abs(numeric)), rounding + uncertainty
        if analytic == numeric:
            error = 0.0
        elif not math.isfinite(numeric) or not math.isfinite(noise):
            error = 0.0  # the loss overflows here, and tells nothing
        elif not math.isfinite(analytic):
            error = math.inf
        else:
            error = abs(analytic - numeric) / max(size, noise / tolerance)
        is_unclear = not (size == 0 or size > noise) and error <= tolerance
        if best is None or error < best.error:
            best = _Compared(error, where, analytic, numeric, is_unclear)
        if best.error <= tolerance:
            break
    assert best is not None
    return best


def _summed_up(name: str, compared: list[_Compared], total: int, tolerance: float) -> TensorCheck:
    worst = max(compared, key=lambda each: each.error)
    return TensorCheck(
        name, worst.error, worst.where, worst.analytic, worst.numeric, len(compared), total,
        sum(each.is_unclear for each in compared), tolerance,
    )  # fmt: skip


def _samples(
    gradient: Parameters, forward_work: int, work: int
) -> dict[str, list[tuple[int, ...]]]:
    """Where to check each tensor or gate's block, in order."""
    layout = gradient.layout
    names = [name for tensor in layout.tensors for name in tensor.blocks or (tensor.name,)]
    count = min(max(work // (forward_work * len(names)), _LEAST), _MOST)
    generator, samples = np.random.default_rng(0), {}
    for name in names:
        block = gradient[name]
        order = np.argsort(-np.abs(block.ravel()), kind="stable")
        if block.size > count:
            rest = generator.choice(order[count // 2 :], count - count // 2, replace=False)
            order = np.concatenate([order[: count // 2], rest])
        places = np.unravel_index(np.sort(order), block.shape)
        samples[name] = list(zip(*(place.tolist() for place in places), strict=True))
    return samples


def _forward_work(cell: Cell, batch: Batch, weights: Parameters) -> int:
    """Multiply-adds of a forward pass in complex numbers, roughly."""
    hidden, outputs = weights["V"].shape
    products = 4 * batch.size * hidden * (len(cell.gates) * hidden + outputs)
    work: int = batch.steps * (products + _WORK_OF_STEP)
    return work


def _plain(layout: Layout, numbers: Parameters) -> Parameters:
    """The same in float64, one tensor after another."""
    plain = Parameters.zeros(layout)
    for name in plain:
        plain[name][...] = numbers[name]
    return plain
