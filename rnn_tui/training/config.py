"""Everything needed to repeat a run, as one value."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from rnn_tui.tasks.registry import TASKS, make_task
from rnn_tui.tasks.task import Task

LEARNING_RATES = (1e-12, 1e6)
MEMORY_LIMIT = 8 * 2**30


class ConfigError(ValueError):
    """A configuration that makes no sense; the message is one line for the user."""


@dataclass(frozen=True)
class Config:
    """A run: the problem, the network, how it learns. The defaults are the notebook's problem.

    Attributes:
        task: name of the problem.
        symbols: V, size of the vocabulary, at least 2.
        length: T, time steps of each sequence, at least 1.
        sequences: N, sequences in the training set, at least 1.
        cell: kind of recurrent cell.
        hidden: H, hidden nodes, at least 1.
        init: ``normal``, N(0, 1), or ``scaled``, U(±1/√H).
        optimizer: name of the rule that makes an update of a gradient.
        lr: learning rate of the first update, 1e-12 to 1e6.
        batch: sequences in a mini-batch; 1 is the notebook's online training.
        clip: largest norm of a gradient, None for no limit.
        seed: feeds the weights and the sequences, not negative.
        dtype: ``float64`` or ``float32``.

    Raises:
        ConfigError: naming the option, what it is and what it may be.
    """

    task: str = "successor"
    symbols: int = 3
    length: int = 10
    sequences: int = 10
    cell: str = "rnn"
    hidden: int = 10
    init: str = "normal"
    optimizer: str = "sgd"
    lr: float = 0.001
    batch: int = 1
    clip: float | None = None
    seed: int = 0
    dtype: str = "float64"

    def __post_init__(self) -> None:
        self._one_of("task", tuple(TASKS))
        self._one_of("cell", ("rnn",))
        self._one_of("init", ("normal", "scaled"))
        self._one_of("optimizer", ("sgd",))
        self._one_of("dtype", ("float64", "float32"))
        self._at_least("symbols", 2)
        for name in ("length", "sequences", "hidden", "batch"):
            self._at_least(name, 1)
        self._at_least("seed", 0)
        low, high = LEARNING_RATES
        if not _is_number(self.lr) or not low <= self.lr <= high:
            raise ConfigError(f"--lr {self.lr}: must be a number from {low:g} to {high:g}")
        if self.clip is not None and not (_is_number(self.clip) and self.clip > 0):
            raise ConfigError(f"--clip {self.clip}: must be none or a number above 0")
        if self.memory_needed > MEMORY_LIMIT:
            gigabytes = self.memory_needed / 2**30
            raise ConfigError(
                f"this run would need about {gigabytes:,.0f} GiB of memory (at most "
                f"{MEMORY_LIMIT / 2**30:.0f}): lower --sequences, --length, --batch, --hidden "
                "or --symbols"
            )

    def _one_of(self, name: str, known: tuple[str, ...]) -> None:
        if getattr(self, name) not in known:
            raise ConfigError(
                f"--{name} {getattr(self, name)}: unknown; there is: {', '.join(known)}"
            )

    def _at_least(self, name: str, low: int) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise ConfigError(f"--{name} {value}: must be a whole number, at least {low}")

    @property
    def memory_needed(self) -> int:
        """Bytes, roughly: the parameters with their copies, the data, the buffers of a pass."""
        V, H, T = self.symbols, self.hidden, self.length
        parameters = H * (2 * V + H + 1) + V
        rows = T * min(self.batch, self.sequences)
        return 8 * (8 * parameters + 4 * T * self.sequences + rows * (6 * H + 4 * V))

    def make_task(self) -> Task:
        """The problem."""
        return make_task(self.task, self.symbols, self.length, self.sequences)

    def to_json(self) -> dict[str, Any]:
        """Plain values, in the order of the options."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: object) -> Config:
        """The inverse of `to_json`.

        Raises:
            ConfigError: if the values are not those of a configuration.
        """
        names = {field.name for field in fields(cls)}
        if not isinstance(values, dict) or set(values) != names:
            raise ConfigError(f"a configuration has exactly the values {', '.join(sorted(names))}")
        return cls(**values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
