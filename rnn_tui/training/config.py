"""Everything needed to repeat a run, as one value, and the table of its options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from rnn_tui.model.cell import Cell, network_tensors
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.network import layout_for
from rnn_tui.model.option import check_option, flag, option
from rnn_tui.model.parameters import INITS, Layout, Tensor
from rnn_tui.tasks.files.data_file import DataFile
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.own_data import OwnData
from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.tasks.successor import Successor
from rnn_tui.tasks.task import Task
from rnn_tui.training.optimizers.optimizer import Optimizer
from rnn_tui.training.optimizers.sgd import SGD
from rnn_tui.training.options import (
    CHOICES,
    DEFAULTS,
    NETWORK,
    PROBLEM,
    Option,
    chosen,
    is_file,
    names_of,
    option_fields,
    table_of,
)
from rnn_tui.training.options import ConfigError as ConfigError
from rnn_tui.training.schedules import SCHEDULES
from rnn_tui.training.settings.setting import Settings
from rnn_tui.training.settings.table import SETTINGS, check_settings, default_settings
from rnn_tui.training.words import size

MEMORY_LIMIT = 8 * 2**30
_SIZES = ("sequences", "length", "delay", "batch", "valid", "symbols", "hidden")
_FILE = "file"
"""What `to_json` calls all there is to say of own data but its path."""


@dataclass(frozen=True)
class Config:
    """A run: the problem, the network, how it learns. The defaults are the notebook's problem.

    What each option means is its help. Task, cell and optimizer are values whose fields are
    options as well. The settings are those of the first update; see `rnn_tui.training.settings`.

    Attributes:
        epochs: what a schedule that is not constant counts to; None for a constant one.

    Raises:
        ConfigError: naming the option, what it is and what it may be.
    """

    task: Task = field(default_factory=Successor)
    cell: Cell = field(default_factory=Elman)
    hidden: int = option(10, "Hidden nodes, H.", least=1, group=NETWORK)
    init: str = option(
        "normal",
        "Initial weights: normal is N(0,1), the notebook's; scaled is U(±1/√H), PyTorch's; "
        "small is N(0, 0.01²) with biases 0.",
        choices=INITS,
        group=NETWORK,
    )
    optimizer: Optimizer = field(default_factory=SGD)
    schedule: str = option(
        "constant",
        "Factor on the learning rate over the updates of --epochs: constant, linear to 0, half a "
        "cosine to 0, or steps of 0.1 after a half and three quarters.",
        choices=tuple(SCHEDULES),
    )
    warmup: int = option(0, "Updates over which the learning rate grows to its value.", least=0)
    batch: int = option(1, "Sequences in a mini-batch.", least=1)
    valid: float = option(
        0.0,
        "Validation set: so many further sequences for each one that is trained on, or the share "
        "of your own data that is held out, its end (text: 0.1); evaluated after each epoch.",
        least=0,
        group=PROBLEM,
    )
    seed: int = option(0, "Seed of the weights and the sequences.", least=0, group=PROBLEM)
    dtype: str = option(
        "float64", "Floating-point type.", choices=("float64", "float32"), group=NETWORK
    )
    epochs: int | None = None
    settings: Settings = field(default_factory=default_settings, hash=False)

    def __post_init__(self) -> None:
        try:
            for part in self._parts:
                for known in option_fields(part):
                    check_option(known, getattr(part, known.name))
            self.task.check()
            self.task.counts(self.valid, self.batch)
            self._check_schedule()
            object.__setattr__(self, "settings", check_settings(self.settings, self.tensors))
        except ValueError as error:
            raise ConfigError(" ".join(str(error).split())) from None
        if self.memory_needed > MEMORY_LIMIT:
            gigabytes, most = -(-self.memory_needed // 2**30), MEMORY_LIMIT // 2**30
            needed = f"{gigabytes:,}" if gigabytes < 10**9 else "far too many"
            values = self.to_json()
            lower = [flag(name) for name in _SIZES if values[name] is not None]
            raise ConfigError(
                f"this run would need about {needed} GiB of memory (at most {most}): lower "
                f"{', '.join(lower[:-1])} or {lower[-1]}"
            )

    def _check_schedule(self) -> None:
        if (self.schedule == "constant") != (self.epochs is None):
            if self.epochs is None:
                raise ValueError(f"--schedule {self.schedule}: needs --epochs, where it ends")
            object.__setattr__(self, "epochs", None)
        if self.epochs is not None and (type(self.epochs) is not int or self.epochs < 1):
            raise ValueError(f"--epochs {self.epochs}: must be a whole number, at least 1")

    @classmethod
    def of(cls, **values: Any) -> Config:
        """A configuration of options by name; those that are missing take their defaults.

        Own data, ``text`` or ``data``, is a `DataFile`, and chooses its task.

        Raises:
            ConfigError: if there is no such option, the task, cell or optimizer chosen has not,
                or a value is not allowed.
        """
        for name in values.keys() - {"epochs", *(known.name for known in run_options())}:
            raise ConfigError(f"there is no option {name!r}: a newer rnn-tui may know it")

        def given(part: object) -> dict[str, Any]:
            return {f.name: values[f.name] for f in option_fields(part) if f.name in values}

        for name, task in OWN_DATA.items():
            if values.get(name) is not None:
                values.setdefault("task", task.name)
        parts = {kind: chosen(kind, values.get(kind, default)) for kind, default in DEFAULTS}
        values.setdefault("valid", parts["task"].valid)
        settings = {n: values[n] for n in SETTINGS if n in values}
        used = {"epochs", *parts, *given(cls), *settings}
        for part in parts.values():
            used |= given(part).keys()
        for name, value in values.items():
            if name not in used and value is not None:
                kind = next(k for k in parts if name in names_of(*CHOICES[k].values()))
                raise ConfigError(
                    f"{flag(name)} is no option of the {kind} {parts[kind].name}; leave it out"
                )
        made = {kind: part(**given(part)) for kind, part in parts.items()}
        return cls(**made, settings=settings, epochs=values.get("epochs"), **given(cls))

    def with_options(self, **changes: Any) -> Config:
        """The same with other options; those that another task, cell or optimizer lacks are gone.

        Raises:
            ConfigError: as `of` does.
        """
        values = self._values()
        for name, task in OWN_DATA.items():
            if changes.get(name) is not None:
                changes.setdefault("task", task.name)
        for kind in changes.keys() & CHOICES:
            for name in names_of(*CHOICES[kind].values()):
                if values[name] is None or name not in names_of(chosen(kind, changes[kind])):
                    del values[name]
        return Config.of(**(values | changes))

    @property
    def usual(self) -> Config:
        """The same task, cell and optimizer with every option at its default."""
        own = {name: value for name, value in self._values().items() if name in OWN_DATA}
        kinds = {kind: getattr(self, kind).name for kind in CHOICES}
        return Config.of(**kinds, **own)

    @property
    def file(self) -> DataFile | None:
        """Own data, if that is trained on."""
        return self.task.file if isinstance(self.task, OwnData) else None

    def with_file(self, file: DataFile) -> Config:
        """The same with what stands in its file."""
        return replace(self, task=self.task.with_file(file))  # type: ignore[attr-defined]

    def describe_data(self) -> list[str]:
        """What is told of own data before training, in lines; nothing of a generated task."""
        if not isinstance(self.task, OwnData):
            return []
        memory = f"about {size(self.memory_needed)} of memory needed"
        return [*self.task.describe(self.valid, self.batch), memory]

    @property
    def sequences(self) -> int:
        """N, sequences in the training set."""
        return self.task.counts(self.valid, self.batch)[0]

    @property
    def symbols(self) -> tuple[int, int]:
        """I and O, how many input and output symbols there are."""
        return self.task.sizes

    @property
    def gates(self) -> int:
        """G, how many blocks of H columns the cell has in W and U."""
        return len(self.cell.gates)

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """The tensors of the network."""
        return network_tensors(self.cell, *self.symbols, self.hidden)

    @property
    def batch_size(self) -> int:
        """B, sequences in a mini-batch that is not the last."""
        return min(self.batch, self.sequences)

    @property
    def updates_per_epoch(self) -> int:
        """How many mini-batches the training set has."""
        return -(-self.sequences // self.batch_size)

    @property
    def layout(self) -> Layout:
        """How the parameters lie in a flat vector."""
        return layout_for(self.cell, self.batch_size, self.symbols, self.hidden)

    @property
    def memory_needed(self) -> int:
        """Bytes, roughly: the parameters with their copies, the data, the buffers of a pass."""
        inputs, outputs = self.symbols
        H, G, T = self.hidden, self.gates, self.task.steps
        parameters = H * (G * (inputs + H + 1) + outputs) + outputs
        copies = 8 + 2 * len(self.optimizer.start(np.zeros(1)))
        rows = T * self.batch_size
        buffers = rows * ((2 + 4 * G) * H + 4 * outputs)
        return 8 * (copies * parameters + buffers) + self.task.data_bytes(self.valid)

    @property
    def _parts(self) -> tuple[Any, ...]:
        """What has options: task, cell, optimizer and the configuration itself."""
        return self.task, self.cell, self.optimizer, self

    def to_json(self) -> dict[str, Any]:
        """All options by name, as plain values; None for those that only other choices have.

        Own data is its path; the rest of what there is to say of it, ``file``, is there with it.
        """
        own = {name: value.path for name, value in self._values().items() if is_file(value)}
        about = {} if self.file is None else {_FILE: self.file.to_json()}
        return {**self._values(), **own, **about}

    def _values(self) -> dict[str, Any]:
        """The same with own data as it is."""
        values: dict[str, Any] = dict.fromkeys(known.name for known in run_options())
        values |= {kind: getattr(self, kind).name for kind in CHOICES}
        for part in self._parts:
            values |= {known.name: getattr(part, known.name) for known in option_fields(part)}
        return {**values, "epochs": self.epochs, **self.settings}

    @classmethod
    def from_json(cls, values: object) -> Config:
        """The inverse of `to_json`; an option that an older version did not have is its default.

        Raises:
            ConfigError: if the values are not those of a configuration.
        """
        if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
            raise ConfigError("a configuration is a table of options by name")
        values = dict(values)
        about = values.pop(_FILE, None)
        try:
            for name in OWN_DATA:
                if values.get(name) is not None:
                    values[name] = DataFile.from_json(values[name], about)
            return cls.of(**values)
        except (ValueError, DataError) as error:
            raise error if isinstance(error, ConfigError) else ConfigError(str(error)) from None


def cell_of(values: Mapping[str, Any]) -> Cell:
    """The cell that some options by name describe; those of other parts do not matter.

    Raises:
        ConfigError: if there is none of that name, or it has no such option.
    """
    kind = chosen("cell", values.get("cell"))
    cell: Cell = kind(**{f.name: values[f.name] for f in option_fields(kind) if f.name in values})
    try:
        for known in option_fields(cell):
            check_option(known, getattr(cell, known.name))
    except ValueError as error:
        raise ConfigError(str(error)) from None
    return cell


def run_options() -> tuple[Option, ...]:
    """All options of a run: of every task, cell and optimizer, of the network, of training."""
    return _table(*(tuple(known.items()) for known in (*CHOICES.values(), SETTINGS)))


@lru_cache(maxsize=1)
def _table(*_registered: tuple[tuple[str, Any], ...]) -> tuple[Option, ...]:
    """The same, made once for what is registered: a list of runs asks for it for each."""
    return table_of(Config)
