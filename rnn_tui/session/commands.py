"""What the screen may ask of a session."""

from __future__ import annotations

from dataclasses import dataclass

PACES: tuple[float | None, ...] = (1, 2, 5, 10, 20, 50, 100, 1000, None)
"""Epochs per second; None is unlimited."""


@dataclass(frozen=True)
class Toggle:
    """Run, or pause."""


@dataclass(frozen=True)
class Pause:
    """Stay where one is; also leaves a way half-way."""


@dataclass(frozen=True)
class Cancel:
    """Leave a way to an epoch half-way; running goes on."""


@dataclass(frozen=True)
class Step:
    """So many epochs forward, or back if negative; pauses first."""

    epochs: int


@dataclass(frozen=True)
class GoTo:
    """To the end of an epoch; trains up to there if it is beyond the newest; pauses first."""

    epoch: int


@dataclass(frozen=True)
class GoToNewest:
    """To the newest epoch reached; pauses first."""


@dataclass(frozen=True)
class ScaleRate:
    """Multiply the learning rate, from the next update on."""

    factor: float


@dataclass(frozen=True)
class SetRate:
    """Use this learning rate from the next update on."""

    rate: float


@dataclass(frozen=True)
class SetClip:
    """Clip gradients to this norm from the next update on; None: do not clip."""

    clip: float | None


@dataclass(frozen=True)
class ZeroWeights:
    """Set weights to zero here: a new branch.

    Attributes:
        tensor: its name, such as ``U``.
        where: index of one row or one number; empty for the whole tensor.
    """

    tensor: str
    where: tuple[int, ...] = ()


@dataclass(frozen=True)
class Visit:
    """Go over to a branch, by number."""

    number: int


@dataclass(frozen=True)
class NameBranch:
    """Give a branch a name."""

    number: int
    name: str


@dataclass(frozen=True)
class Restart:
    """A new run from epoch 0 with the present options, with the seed moved on by this much."""

    seed_step: int


@dataclass(frozen=True)
class ChangePace:
    """Faster (+1) or slower (-1), by so many places in `PACES`."""

    places: int


@dataclass(frozen=True)
class ShowSequence:
    """Look at another sequence, so many further on."""

    step: int


@dataclass(frozen=True)
class Save:
    """Write the parameters of the epoch on the screen."""


@dataclass(frozen=True)
class Stop:
    """Leave the thread."""


Command = (
    Toggle | Pause | Cancel | Step | GoTo | GoToNewest | Visit
    | ScaleRate | SetRate | SetClip | ZeroWeights | NameBranch | Restart
    | ChangePace | ShowSequence | Save | Stop
)  # fmt: skip
