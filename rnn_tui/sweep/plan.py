"""Reads a plan: a TOML file with ``[base]``, ``[grid]`` and ``[report]``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from rnn_tui.model.option import flag
from rnn_tui.runs.comparison import FIGURES
from rnn_tui.storage.disk.errors import StoreError, UnreadableFile, reason, shown
from rnn_tui.storage.disk.regular import open_regular
from rnn_tui.sweep.grid import Values, read_grid
from rnn_tui.sweep.members import Combination, Member, name_of
from rnn_tui.tasks.files.errors import brief
from rnn_tui.tasks.files.reading import STANDARD_INPUT
from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.tasks.task import can_be_solved
from rnn_tui.training.config import Config, ConfigError
from rnn_tui.training.goals import Goal
from rnn_tui.training.option_values import GOALS, naming, read_values, with_own_data_beside
from rnn_tui.training.options import names_of
from rnn_tui.training.own_data import read_own_data

EPOCHS = 1000
"""Of a run where the plan does not say, as for ``rnn-tui train``."""
_AT_MOST = 2**20  # bytes of a plan
_TABLES = ("base", "grid", "report")


@dataclass(frozen=True)
class Plan:
    """What is to be trained and told.

    Attributes:
        path: of its file, as it was given.
        grid: the values of each option that varies, by name, in the order of the file.
        members: the runs, the last option of the grid varying fastest.
        by: the options by which the report groups them.
        figure: what the report tells of each group, one of those that `runs compare` tells.
    """

    path: str
    grid: Mapping[str, Values]
    members: tuple[Member, ...]
    by: tuple[str, ...]
    figure: str


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """The plan in a file, every configuration of it checked.

    Relative paths in it count from its folder.

    Raises:
        StoreError: if the file cannot be read.
        ConfigError: if it is no plan; one line: where, what, what to do.
        DataError: if own data that it names cannot be trained on.
    """
    where = shown(path)
    tables = _tables(_text(Path(path), where), where)
    folder = os.path.dirname(os.fspath(path))
    base = read_values(tables["base"], f"{where}: [base]")
    grid = read_grid(tables["grid"], f"{where}: [grid]")
    if both := base.keys() & grid:
        name = flag(min(both))
        raise ConfigError(f"{where}: {name} stands in [base] and in [grid]; leave one out")
    by, figure = _report(tables["report"], grid, f"{where}: [report]")
    members = _Members(where, base, grid, folder).all()
    _require_figure(figure, members, f"{where}: [report]")
    return Plan(os.fspath(path), grid, members, by, figure)


class _Members:
    """Expands a grid; configurations that differ in the seed alone are checked once."""

    def __init__(
        self, where: str, base: dict[str, Any], grid: Mapping[str, Values], folder: str
    ) -> None:
        self._where, self._base, self._grid, self._folder = where, base, grid, folder
        goal = {name: base[name] for name in GOALS if name in base}
        with naming(f"{where}: [base]", goal):
            self._goal = Goal(**{"epochs": EPOCHS} | goal)
        self._files: dict[str, dict[str, Any]] = {}
        self._combinations: dict[Values, Combination] = {}

    def all(self) -> tuple[Member, ...]:
        return tuple(
            self._member(dict(zip(self._grid, values, strict=True)))
            for values in product(*self._grid.values())
        )

    def _member(self, values: dict[str, Any]) -> Member:
        seed = values.get("seed", self._base.get("seed", 0))
        key = tuple(value for name, value in values.items() if name != "seed")
        if (known := self._combinations.get(key)) is None:
            known = self._combinations[key] = self._combination(values)
        return Member(name_of(known.identity, seed), values, self._goal, known, seed)

    def _combination(self, values: dict[str, Any]) -> Combination:
        options = {n: v for n, v in self._base.items() if n not in GOALS} | values
        if options.get("schedule", "constant") != "constant" and "epochs" in self._base:
            options["epochs"] = self._base["epochs"]
        if "seed" in self._grid:
            options["seed"] = min(self._grid["seed"])
        parts = (f"{self._where}: [grid]", values), (f"{self._where}: [base]", self._base)
        with naming(*parts[0]), naming(*parts[1]):
            config = Config.of(**self._with_data(options))
            self._goal.check(config)
        return Combination.of(config)

    def _with_data(self, options: dict[str, Any]) -> dict[str, Any]:
        """With the file named read, once for all that read it in the same way, and let go."""
        options = with_own_data_beside(options, self._folder)
        names = {"task", *OWN_DATA, *names_of(*OWN_DATA.values())}
        key = repr([(name, options[name]) for name in sorted(names & options.keys())])
        if key not in self._files:
            for name in OWN_DATA:
                if options.get(name) == STANDARD_INPUT:
                    raise ConfigError(f"--{name} -: a plan cannot read standard input; name a file")
            read = read_own_data(options)
            self._files[key] = {
                name: replace(read[name], content=None) for name in OWN_DATA if read.get(name)
            }
        return options | self._files[key]


def _require_figure(figure: str, members: Iterable[Member], where: str) -> None:
    """Refuse a figure that no run will have."""
    configs = {id(member.combination): member.combination.config for member in members}.values()
    if figure == "valid_loss" and not any(c.task.counts(c.valid, c.batch)[1] for c in configs):
        raise ConfigError(f"{where}: figure valid_loss needs a validation set; add valid to [base]")
    if figure == "first_solved_epoch" and not any(can_be_solved(c.task) for c in configs):
        raise ConfigError(
            f"{where}: figure first_solved_epoch: no run can be solved, a part of the targets is "
            "random; use loss or accuracy"
        )


def _text(path: Path, where: str) -> str:
    try:
        with open(open_regular(path), "rb") as file:
            content = file.read(_AT_MOST + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UnreadableFile(f"cannot read {where}: {reason(error)}; name a plan") from error
    if len(content) > _AT_MOST:
        raise StoreError(f"cannot read {where}: it is longer than 1 MB; name a plan")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{where}: byte {error.start} is not UTF-8; save it as UTF-8") from None


def _tables(text: str, where: str) -> dict[str, dict[str, Any]]:
    try:
        found = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{where}: is not TOML: {' '.join(str(error).split())}") from None
    for name, table in found.items():
        if name not in _TABLES:
            advice = "a plan has [base], [grid] and [report]"
            raise ConfigError(f"{where}: {brief(name)} is no part of a plan; {advice}")
        if not isinstance(table, dict):
            raise ConfigError(f"{where}: {name} must be a table, [{name}]")
    return {name: found.get(name, {}) for name in _TABLES}


def _report(
    table: Mapping[str, Any], grid: Mapping[str, Values], where: str
) -> tuple[tuple[str, ...], str]:
    for name in table:
        if name not in ("by", "figure"):
            raise ConfigError(f"{where}: {brief(name)} is unknown; it has by and figure")
    by = table.get("by", [name for name in grid if name != "seed"])
    if not isinstance(by, list) or not all(isinstance(name, str) for name in by):
        raise ConfigError(f'{where}: by must be a list of options, such as ["lr"]')
    by = [name.removeprefix("--").replace("-", "_") for name in by]
    for index, name in enumerate(by):
        if name not in grid:
            varying = ", ".join(each.replace("_", "-") for each in grid)
            raise ConfigError(f"{where}: by {brief(name)}: [grid] has {varying}")
        if name in by[:index]:
            raise ConfigError(f"{where}: by lists {brief(name)} twice; leave one out")
    figure = table.get("figure", "loss")
    figure = figure.replace("-", "_") if isinstance(figure, str) else figure
    if figure not in FIGURES:
        raise ConfigError(f"{where}: figure must be one of {', '.join(FIGURES)}")
    return tuple(by), figure
