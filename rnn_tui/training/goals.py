"""The goal of a run: how far it is trained, or where it pauses on the screen.

Pure functions of the end of an epoch; whoever trains decides what to do then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from rnn_tui.model.option import is_number
from rnn_tui.tasks.task import can_be_solved
from rnn_tui.training.config import Config, ConfigError
from rnn_tui.training.trainer import State
from rnn_tui.training.words import count

Reached = Literal["solved", "loss", "patience", "epochs"]
"""The part of a goal that was reached."""
SOLVED = "solved"


@dataclass(frozen=True)
class Goal:
    """What of this comes first; without any of it, no end.

    Attributes:
        epochs: so many in all.
        until: ``solved``, an epoch of the training curve without a mistake, or ``loss=X``, one
            whose training loss is at most X nats per symbol.
        patience: so many epochs without a lower validation loss.

    Raises:
        ConfigError: naming the option, what it is and what it may be.
    """

    epochs: int | None = None
    until: str | None = None
    patience: int | None = None

    def __post_init__(self) -> None:
        for name, least in (("epochs", 0), ("patience", 1)):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or value < least):
                raise ConfigError(
                    f"--{name} {value}: must be a whole number, at least {least}, or left out"
                )
        if self.until is not None:
            object.__setattr__(self, "until", _canonical(self.until))

    def check(self, config: Config) -> Goal:
        """The same, if a run of this configuration can reach it.

        Raises:
            ConfigError: one line that names the option.
        """
        task = config.task
        if self.until == SOLVED and not can_be_solved(task):
            raise ConfigError(
                f"--until solved: {task.name} cannot be solved, a part of its targets is random "
                f"(the best loss is {task.optimum:.4g}); use --until loss=X or --patience"
            )
        if self.patience is not None and not task.counts(config.valid, config.batch)[1]:
            cure = "add --valid, such as --valid 0.5"
            if config.valid:
                cure = f"--valid {config.valid:g} holds nothing out of so little, use more"
            raise ConfigError(f"--patience {self.patience}: needs a validation set; {cure}")
        return self

    @property
    def loss(self) -> float | None:
        """The training loss to come down to, nats per symbol; None if that is no goal."""
        if self.until in (None, SOLVED):
            return None
        return float(str(self.until).removeprefix("loss="))

    def reached(self, state: State, best: int | None) -> Reached | None:
        """The part that the end of an epoch has reached, if any.

        Args:
            state: of the newest epoch.
            best: the epoch with the lowest validation loss so far; None if there is none.
        """
        if self.until == SOLVED and state.training_accuracy == 1:
            return "solved"
        if self.loss is not None and state.training_loss <= self.loss:
            return "loss"
        if self.patience is not None and state.epoch - (best or 0) >= self.patience:
            return "patience"
        if self.epochs is not None and state.epoch >= self.epochs:
            return "epochs"
        return None

    def after(self, epoch: int, reached: Reached | None = None) -> Goal:
        """What is left of it after an epoch at which a part was reached."""
        changes: dict[str, None] = {}
        if reached in ("solved", "loss"):
            changes["until"] = None
        if reached == "patience":
            changes["patience"] = None
        if self.epochs is not None and epoch >= self.epochs:
            changes["epochs"] = None
        return replace(self, **changes) if changes else self

    def words(self, reached: Reached, state: State, best: int | None) -> str:
        """What was reached at the end of an epoch, a phrase; see `reached`."""
        if reached == "solved":
            return f"solved: no mistake in epoch {state.epoch:,}"
        if reached == "loss":
            return f"training loss {state.training_loss:.4g} in epoch {state.epoch:,}"
        if reached == "patience":
            waited = f"no lower validation loss for {count(self.patience or 0, 'epoch')}"
            return waited if best is None else f"back at epoch {best:,}: {waited}"
        return f"epoch {state.epoch:,} reached"

    def options(self) -> str:
        """As on the command line, such as ``--epochs 800 --until solved``; empty without a goal."""
        given = {name: value for name, value in self.to_json().items() if value is not None}
        return " ".join(f"--{name} {value}" for name, value in given.items())

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Goal:
        """The inverse of `to_json`; what is missing is no goal.

        Raises:
            ConfigError: if the values are not those of a goal.
        """
        return cls(*(values.get(name) for name in ("epochs", "until", "patience")))


NO_GOAL = Goal()


def _canonical(until: object) -> str:
    """``solved``, or ``loss=`` and the shortest text of the number."""
    if until == SOLVED:
        return SOLVED
    found = re.fullmatch(r"loss=([0-9.eE+-]{1,40})", str(until), re.ASCII)
    try:
        loss = float(found[1]) if found else None
    except ValueError:
        loss = None
    if not is_number(loss) or loss < 0:
        raise ConfigError(f"--until {until}: must be solved, or loss=X with a number X from 0 on")
    return f"loss={loss:g}" if float(f"{loss:g}") == loss else f"loss={loss!r}"
