"""What the loss chart shows, as plain values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HINT = "the loss of each epoch appears here: press space"


class Band(NamedTuple):
    """Where a share of several curves lies, such as the middle half of them."""

    low: Floats
    """(n,) may hold NaN and infinities."""
    high: Floats
    """(n,)"""


class Curve(NamedTuple):
    """One training curve, reduced to buckets of epochs."""

    label: str
    """Written where it ends; '' for none, as for the present one while it is alone."""
    epochs: Floats
    """(n,) the epoch of each bucket, ascending."""
    low: Floats
    """(n,) smallest loss of the bucket, nats/symbol; may hold NaN and infinities."""
    high: Floats
    """(n,) largest loss of the bucket."""
    hue: int | None = None
    """Which colour, dashes and glyph of a branch it has, 0 for the first one's; None for those
    of its place in the chart."""
    band: Band | None = None
    """Drawn behind the curve; of as many points."""

    @property
    def extremes(self) -> tuple[Floats, Floats]:
        """(n,) least and (n,) greatest losses that the curve or its band has."""
        if self.band is None:
            return self.low, self.high
        return np.fmin(self.low, self.band.low), np.fmax(self.high, self.band.high)

    def within(self, low: float, high: float) -> Curve:
        """The part between two epochs, with a point at each of them where it goes on beyond."""
        epochs = self.epochs
        if not len(epochs) or (epochs[0] >= low and epochs[-1] <= high):
            return self
        inside = epochs[(epochs >= low) & (epochs <= high)]
        ends = [e for e in (low, high) if epochs[0] < e < epochs[-1]]
        at = np.union1d(inside, ends)
        return self._replace(
            epochs=at,
            low=np.interp(at, epochs, self.low),
            high=np.interp(at, epochs, self.high),
            band=self.band and Band(*(np.interp(at, epochs, edge) for edge in self.band)),
        )


class Level(NamedTuple):
    """A loss worth comparing with: 'guessing, ln 3' 1.0986, 'best' 0.0.

    Where there is no room for the label, it is written up to its comma, or its first word.
    """

    label: str
    value: float


class Mark(NamedTuple):
    """An intervention: 'lr 0.002' at an epoch."""

    epoch: int
    label: str


class LossCurves(NamedTuple):
    """Everything in the chart."""

    curves: tuple[Curve, ...]
    """The first is the present branch, in front of the others, solid and bold."""
    levels: tuple[Level, ...]
    marks: tuple[Mark, ...]
    shown_epoch: int
    """The epoch on the screen: a cursor when it is not the newest."""
    newest_epoch: int
    validation: Curve | None = None
    """Of the present branch: dashed, behind its training curve, with its label where it ends."""
    ghosts: tuple[Curve, ...] = ()
    """Of other runs, to compare with: dim, dashed, named, behind all; may leave the top."""
    accuracy: Floats | None = None
    """(n,) 0 to 1, of the present branch, one for each of its epochs; None for no strip."""
    solved_epoch: int | None = None
    """The first without a mistake."""
    untrained: float | None = None
    """The loss at epoch 0, drawn as long as there is no curve."""
    hint: str = HINT
    """Written as long as there is no curve: what will be there."""

    @property
    def own(self) -> tuple[Curve, ...]:
        """Every curve of this run, those in front first."""
        between = () if self.validation is None else (self.validation,)
        return (*self.curves[:1], *between, *self.curves[1:])

    @property
    def drawable(self) -> bool:
        """Whether any curve has a point."""
        return any(len(curve.epochs) for curve in (*self.own, *self.ghosts))
