"""Everything needed to repeat a run, as one value, and the table of its options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, NamedTuple

from rnn_tui.model.cell import network_tensors
from rnn_tui.model.cells import CELLS
from rnn_tui.model.option import check_option, flag, option
from rnn_tui.model.parameters import Tensor
from rnn_tui.tasks.registry import TASKS
from rnn_tui.tasks.successor import Successor
from rnn_tui.tasks.task import Task
from rnn_tui.training.settings.setting import Setting, Settings
from rnn_tui.training.settings.table import SETTINGS, check_settings, default_settings

MEMORY_LIMIT = 8 * 2**30


class ConfigError(ValueError):
    """An invalid configuration; the message is one line for the user."""


class Option(NamedTuple):
    """One option of a run.

    Attributes:
        name: as in files, with underscores.
        default: its value where nothing is said.
        help: one line.
        choices: the words allowed; empty for numbers and free text.
        setting: what reads the value, for options that may change while training.
    """

    name: str
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    setting: Setting | None = None


@dataclass(frozen=True)
class Config:
    """A run: the problem, the network, how it learns. The defaults are the notebook's problem.

    What each option means is its help. The settings are those of the first update; see
    `rnn_tui.training.settings`.

    Raises:
        ConfigError: naming the option, what it is and what it may be.
    """

    task: Task = field(default_factory=Successor)
    cell: str = option("rnn", "Recurrent cell.", choices=("rnn",))
    hidden: int = option(10, "Hidden nodes, H.", least=1)
    init: str = option(
        "normal",
        "Initial weights: normal is N(0,1), the notebook's; scaled is U(±1/√H), PyTorch's.",
        choices=("normal", "scaled"),
    )
    optimizer: str = option("sgd", "Optimizer.", choices=("sgd",))
    batch: int = option(1, "Sequences in a mini-batch.", least=1)
    seed: int = option(0, "Seed of the weights and the sequences.", least=0)
    dtype: str = option("float64", "Floating-point type.", choices=("float64", "float32"))
    settings: Settings = field(default_factory=default_settings, hash=False)

    def __post_init__(self) -> None:
        try:
            for part in (self.task, self):
                for known in _options(part):
                    check_option(known, getattr(part, known.name))
            self.task.check()
            object.__setattr__(self, "settings", check_settings(self.settings, self.tensors))
        except ValueError as error:
            raise ConfigError(" ".join(str(error).split())) from None
        if self.memory_needed > MEMORY_LIMIT:
            gigabytes, most = -(-self.memory_needed // 2**30), MEMORY_LIMIT // 2**30
            needed = f"{gigabytes:,}" if gigabytes < 10**9 else "far too many"
            raise ConfigError(
                f"this run would need about {needed} GiB of memory (at most {most}): lower "
                "--sequences, --length, --batch, --hidden or --symbols"
            )

    @classmethod
    def of(cls, **values: Any) -> Config:
        """A configuration of options by name; those that are missing take their defaults.

        Raises:
            ConfigError: if there is no such option, the task has not, or a value is not allowed.
        """
        for name in values.keys() - {known.name for known in run_options()}:
            raise ConfigError(f"there is no option {name!r}: a newer rnn-tui may know it")
        task = values.get("task", Successor.name)
        if not isinstance(task, str) or task not in TASKS:
            raise ConfigError(f"--task {task}: unknown; there is: {', '.join(TASKS)}")

        def given(part: object) -> dict[str, Any]:
            return {f.name: values[f.name] for f in _options(part) if f.name in values}

        chosen, settings = TASKS[task], {n: values[n] for n in SETTINGS if n in values}
        used = {"task", *given(chosen), *given(cls), *settings}
        for name, value in values.items():
            if name not in used and value is not None:
                raise ConfigError(f"{flag(name)} is no option of the task {task}; leave it out")
        return cls(task=chosen(**given(chosen)), settings=settings, **given(cls))

    def with_options(self, **changes: Any) -> Config:
        """The same with other options.

        Raises:
            ConfigError: as `of` does.
        """
        return Config.of(**(self.to_json() | changes))

    @property
    def usual(self) -> Config:
        """The same task with every option at its default."""
        return Config(task=type(self.task)())

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """The tensors of the network."""
        return network_tensors(CELLS[self.cell](), *self.task.sizes, self.hidden)

    @property
    def memory_needed(self) -> int:
        """Bytes, roughly: the parameters with their copies, the data, the buffers of a pass."""
        V, H, T, N = self.task.symbols, self.hidden, self.task.length, self.task.sequences
        parameters = H * (2 * V + H + 1) + V
        rows = T * min(self.batch, N)
        return 8 * (8 * parameters + 4 * T * N + rows * (6 * H + 4 * V))

    def to_json(self) -> dict[str, Any]:
        """All options by name, as plain values; None for those that only other tasks have."""
        values: dict[str, Any] = dict.fromkeys(known.name for known in run_options())
        values["task"] = self.task.name
        for part in (self.task, self):
            values |= {known.name: getattr(part, known.name) for known in _options(part)}
        return {**values, **self.settings}

    @classmethod
    def from_json(cls, values: object) -> Config:
        """The inverse of `to_json`; an option that an older version did not have is its default.

        Raises:
            ConfigError: if the values are not those of a configuration.
        """
        if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
            raise ConfigError("a configuration is a table of options by name")
        return cls.of(**values)


def run_options() -> tuple[Option, ...]:
    """All options of a run: of every task, of the network, of training."""
    names = Option("task", Successor.name, "Problem to train on.", tuple(TASKS))
    parts: tuple[Any, ...] = (*TASKS.values(), Config)
    found: dict[str, Option] = {}
    for part in parts:
        for f in _options(part):
            new = Option(f.name, f.default, f.metadata["help"], tuple(f.metadata["choices"]))
            first = found.setdefault(f.name, new)
            if first.default != new.default:  # the first task's; the help tells the others'
                text = f"{first.help} {part.name}: {new.default}."
                found[f.name] = first._replace(help=text)
    settings = (Option(s.name, s.default, s.help, (), s) for s in SETTINGS.values())
    return (names, *found.values(), *settings)


def _options(part: Any) -> list[Field[Any]]:
    """The fields of a dataclass that are options."""
    return [f for f in fields(part) if "help" in f.metadata]
