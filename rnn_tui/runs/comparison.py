"""How kept runs differ: in their configuration, and in what they have come to.

Pure functions of outcomes; see `rnn_tui.runs.results` for those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from rnn_tui.runs.results import Outcome
from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.training.journal import ZERO, Change
from rnn_tui.training.settings.table import SETTINGS

FIGURES = (
    "epoch", "loss", "accuracy", "training_loss", "valid_loss", "first_solved_epoch", "seconds",
)  # fmt: skip
"""Of a result, what is compared."""
_FILE = "file"
DIGEST = "sha256"
"""Of own data: told where two files have the same name."""


class Comparison(NamedTuple):
    """Some runs beside each other; each list has a value for each run, in their order.

    Attributes:
        runs: their names.
        config: the options and settings that differ, by name; None is an option that the run does
            not have. Where a setting was changed on the way, the value is a text that says so.
        result: `FIGURES` by name; None is what is not known.
    """

    runs: list[str]
    config: dict[str, list[Any]]
    result: dict[str, list[Any]]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return self._asdict()


def compare(outcomes: Sequence[Outcome]) -> Comparison:
    """What differs, and the figures."""
    configurations = [_configuration(outcome) for outcome in outcomes]
    _name_data_by_content(configurations)
    names = dict.fromkeys(name for values in configurations for name in values)
    columns = {name: [values.get(name) for values in configurations] for name in names}
    results = [outcome.result.to_json() for outcome in outcomes]
    return Comparison(
        runs=[outcome.id for outcome in outcomes],
        config={name: values for name, values in columns.items() if _differ(values)},
        result={name: [result[name] for result in results] for name in FIGURES},
    )


def _differ(values: list[Any]) -> bool:
    return any(value != values[0] for value in values)


def _configuration(outcome: Outcome) -> dict[str, Any]:
    """All options by name; settings that were changed with their changes."""
    values = outcome.config.to_json()
    values[DIGEST] = values.pop(_FILE, {}).get(DIGEST)
    for name in (*SETTINGS, ZERO):
        if changes := [change for change in outcome.changes if change.name == name]:
            first = [] if name == ZERO else [_text(values[name])]
            values[name] = ", ".join([*first, *map(_change_text, changes)])
    return values


def _change_text(change: Change) -> str:
    epoch, update = change.position
    where = "at" if change.name == ZERO else "from"
    inside = f", update {update}" if update else ""
    return f"{_text(change.value)} {where} epoch {epoch}{inside}"


def _text(value: Any) -> str:
    return "none" if value is None else str(value)


def _name_data_by_content(configurations: Sequence[dict[str, Any]]) -> None:
    """The same content is no difference, wherever it lay; another one of the same name is."""
    paths: dict[str, str] = {}
    for values in configurations:
        for name in OWN_DATA:
            if values[name] is not None:
                values[name] = paths.setdefault(values[DIGEST], values[name])
    if len(set(paths.values())) == len(paths):  # the names tell them apart
        for values in configurations:
            del values[DIGEST]
