"""What the loss chart shows, as plain values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Curve(NamedTuple):
    """One training curve, reduced to buckets of epochs."""

    label: str
    """'' for the present one, else the branch's name."""
    epochs: NDArray[np.float64]
    """(n,) the epoch of each bucket, ascending."""
    low: NDArray[np.float64]
    """(n,) smallest loss of the bucket, nats/symbol; may hold NaN and infinities."""
    high: NDArray[np.float64]
    """(n,) largest loss of the bucket."""


class Level(NamedTuple):
    """A loss worth comparing with: 'chance ln 3' 1.0986, 'optimum' 0.0."""

    label: str
    value: float


class Mark(NamedTuple):
    """An intervention: 'lr 0.002' at an epoch."""

    epoch: int
    label: str


class LossCurves(NamedTuple):
    """Everything in the chart."""

    curves: tuple[Curve, ...]
    """The first is the present branch, drawn last and brightest."""
    levels: tuple[Level, ...]
    marks: tuple[Mark, ...]
    shown_epoch: int
    """The epoch on the screen: a cursor when it is not the newest."""
    newest_epoch: int
    validation: Curve | None = None
    """Of the present branch: dashed, below its training curve, with its label where it ends."""

    @property
    def drawn(self) -> tuple[Curve, ...]:
        """Every curve."""
        return self.curves if self.validation is None else (*self.curves, self.validation)

    @property
    def drawable(self) -> bool:
        """Whether any curve has a point."""
        return any(len(curve.epochs) for curve in self.curves)
