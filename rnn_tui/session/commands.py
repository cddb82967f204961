"""What the screen may ask of a session."""

from dataclasses import dataclass
from typing import Literal

from rnn_tui.session.lenses.lens import Lens
from rnn_tui.session.recording import Recording
from rnn_tui.timeline.loss_curve import Buckets
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.goals import NO_GOAL, Goal
from rnn_tui.training.settings.setting import Value

PACES: tuple[float | None, ...] = (1, 2, 5, 10, 20, 50, 100, 1000, None)
"""Epochs per second; None is unlimited."""
Whence = Literal["start", "here", "percent"]
"""What a number of epochs counts from; or hundredths of the newest epoch."""


@dataclass(frozen=True)
class Run:
    """Train without end, through the known future first."""


@dataclass(frozen=True)
class Pause:
    """Stay here, also in the middle of a journey; commands that wait for its end are dropped."""


@dataclass(frozen=True)
class Step:
    """So many epochs forward, or back if negative; pauses first."""

    epochs: int


@dataclass(frozen=True)
class GoTo:
    """To the end of an epoch; trains up to there if it is beyond the newest; pauses first.

    Attributes:
        epoch: a number of epochs, or of hundredths.
        whence: what it counts from; from here it may be negative.
    """

    epoch: int
    whence: Whence = "start"


@dataclass(frozen=True)
class Home:
    """To epoch 0, keeping the future; pauses first."""


@dataclass(frozen=True)
class End:
    """To the newest epoch reached; pauses first."""


@dataclass(frozen=True)
class ScaleRate:
    """Multiply the learning rate, from the next update on."""

    factor: float


@dataclass(frozen=True)
class SetSetting:
    """Use another value of a setting from the next update on; see `rnn_tui.training.settings`."""

    name: str
    value: Value


@dataclass(frozen=True)
class ZeroWeights:
    """Set weights to zero here, such as ``U[3]``: a new branch."""

    weights: str


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
    """A new run from epoch 0 with the present options, with the seed moved on by this much.

    After many epochs it has to be sent twice, with nothing in between.
    """

    seed_step: int


@dataclass(frozen=True)
class Start:
    """A new run of another configuration, from epoch 0; the present one is stored first.

    Where that cannot be, and is long, it has to be sent twice, with nothing in between.

    Attributes:
        config: of the new run.
        goal: where running pauses once.
    """

    config: Config
    goal: Goal = NO_GOAL


@dataclass(frozen=True, eq=False)
class Open:
    """Go over to another run, which is kept; the present one is stored first.

    Attributes:
        navigator: where that run is.
        recording: keeps it.
        note: what the user should know about it, if anything.
    """

    navigator: Navigator
    recording: Recording
    note: str | None = None


@dataclass(frozen=True)
class Forget:
    """Nothing; what was asked is no longer asked."""


@dataclass(frozen=True)
class ChangePace:
    """Faster (+1) or slower (-1), by so many places in `PACES`."""

    places: int


@dataclass(frozen=True)
class ShowSequence:
    """Look at another sequence, so many further on."""

    step: int


@dataclass(frozen=True)
class ShowStep:
    """Look at another time step of the sequence shown, so many further on."""

    steps: int


@dataclass(frozen=True, eq=False)
class Overlay:
    """Show the training curve of a kept run beside the present one; without a curve, no longer.

    Attributes:
        name: of that run.
        curve: all of it.
        label: what the chart calls it; '' for its name.
        kind: its task and cell, said too where those of the present run are others.
    """

    name: str
    curve: Buckets | None
    label: str = ""
    kind: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """Look at a time step of a sequence, both by number; None keeps to the step."""

    sequence: int
    step: int | None


@dataclass(frozen=True)
class NextMistake:
    """Look at the next scored symbol that is predicted wrong, after the last at the first."""


@dataclass(frozen=True)
class WorstSequence:
    """Look at the first mistake of the sequence that has the most."""


@dataclass(frozen=True)
class Watch:
    """From now on observe this, besides what every snapshot has."""

    lenses: frozenset[Lens]


@dataclass(frozen=True)
class Save:
    """Write the parameters of the epoch on the screen."""


@dataclass(frozen=True)
class Stop:
    """Leave the thread."""


Command = (
    Run | Pause | Step | GoTo | Home | End | Visit
    | ScaleRate | SetSetting | ZeroWeights | NameBranch | Restart | Start | Open | Forget
    | ChangePace | ShowSequence | ShowStep | Look | NextMistake | WorstSequence | Overlay | Watch
    | Save | Stop
)  # fmt: skip

INTERRUPTING = (Pause, Open, Stop)
"""End a journey at once, whatever waits for its end."""
PASSING = (
    Forget, ChangePace, ShowSequence, ShowStep, Look, NextMistake, WorstSequence, Overlay, Watch,
)  # fmt: skip
"""Need not wait for the end of a journey: they concern how one looks, not where one is."""
