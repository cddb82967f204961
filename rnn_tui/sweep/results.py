"""What came of one run of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

Status = Literal["done", "diverged", "failed", "missing"]
"""``failed``: it could not be trained. ``missing``: it has not been trained to its goal yet."""

_SHOWN = (
    "id", "config", "epoch", "loss", "accuracy", "first_solved_epoch", "parameters_sha256",
    "seconds", "host", "fingerprint", "status",
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """The end of a run, at the epoch that its goal was reached, as ``rnn-tui train`` tells it.

    What is not known, or not finite, is None.

    Attributes:
        id: of the run.
        status: how it ended.
        epoch: the last finished one; where patience ended, the best one.
        loss: nats per symbol over the training sequences, with the parameters of that epoch.
        accuracy: the same, 0 to 1.
        training_loss: of the training curve, nats per symbol.
        valid_loss: of the validation set, nats per symbol.
        first_solved_epoch: the first one without a mistake on the training curve.
        parameters_sha256: names the parameters.
        seconds: spent in training.
        host: the machine that trained it.
        fingerprint: of what its bits depend on there; see `rnn_tui.sweep.fingerprint`.
        problem: of a run that failed or is missing, why: one line.
    """

    id: str
    status: Status
    epoch: int | None = None
    loss: float | None = None
    accuracy: float | None = None
    training_loss: float | None = None
    valid_loss: float | None = None
    first_solved_epoch: int | None = None
    parameters_sha256: str | None = None
    seconds: float | None = None
    host: str | None = None
    fingerprint: str | None = None
    problem: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether it was trained to its goal, or diverged on the way."""
        return self.status in ("done", "diverged")

    def to_json(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What ``sweep --json`` prints of it, with the options of its configuration."""
        values = asdict(self) | {"config": options}
        return {name: values[name] for name in _SHOWN}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Result:
        """The inverse of `asdict`; what an older version did not write is None.

        Raises:
            TypeError: if they are not those of a result.
        """
        return cls(**{f.name: values[f.name] for f in fields(cls) if f.name in values})


def missing(id: str, problem: str | None = None) -> Result:
    """Of a run that has not been trained to its goal."""
    return Result(id, "missing", problem=problem)


def failed(id: str, problem: str) -> Result:
    """Of a run that cannot be trained."""
    return Result(id, "failed", problem=problem)
