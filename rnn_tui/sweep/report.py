"""What a sweep has shown so far: each run, and the figure of each group of runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rnn_tui.sweep.members import Member
from rnn_tui.sweep.plan import Plan
from rnn_tui.sweep.results import Result, missing


@dataclass(frozen=True)
class Group:
    """Runs with the same values of some options.

    Attributes:
        by: those values, by name.
        members: how many runs of the plan there are.
        runs: how many of them have ended: were trained to their goal, or diverged.
        diverged: how many of these diverged.
        median: of the figure over those trained to their goal; None where it is not finite.
        low: the lower quartile, likewise.
        high: the upper quartile, likewise.
        solved: the share of the runs that have ended in which an epoch had no mistake, 0 to 1;
            None while none has.
    """

    by: Mapping[str, Any]
    members: int
    runs: int
    diverged: int
    median: float | None
    low: float | None
    high: float | None
    solved: float | None

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints of it."""
        return {
            "by": dict(self.by), "runs": self.members, "median": self.median, "low": self.low,
            "high": self.high, "solved": self.solved,
        }  # fmt: skip


class Report:
    """The runs of a plan with their results.

    Args:
        plan: what was to be trained.
        results: what is known, in any order; the rest is missing.

    Attributes:
        results: of every member, in the order of the plan.
    """

    def __init__(self, plan: Plan, results: Iterable[Result]) -> None:
        known = {result.id: result for result in results}
        self._plan = plan
        self.results = tuple(known.get(m.id) or missing(m.id) for m in plan.members)

    def count(self, status: str) -> int:
        """How many runs ended like that."""
        return sum(result.status == status for result in self.results)

    def groups(self) -> list[Group]:
        """One for each combination of the values to group by, in the order of the plan."""
        gathered: dict[tuple[Any, ...], list[Result]] = {}
        for member, result in zip(self._plan.members, self.results, strict=True):
            gathered.setdefault(key(member, self._plan.by), []).append(result)
        return [
            _group(dict(zip(self._plan.by, values, strict=True)), results, self._plan.figure)
            for values, results in gathered.items()
        ]

    def best(self) -> tuple[Member, Result] | None:
        """The run with the best figure: the highest accuracy, or the lowest of another."""
        figure = self._plan.figure
        known = [
            (order(figure) * value, index)
            for index, result in enumerate(self.results)
            if result.status == "done" and (value := getattr(result, figure)) is not None
        ]
        if not known:
            return None
        index = min(known)[1]
        return self._plan.members[index], self.results[index]

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        pairs = zip(self._plan.members, self.results, strict=True)
        return {
            "runs": [result.to_json(member.options) for member, result in pairs],
            "groups": [group.to_json() for group in self.groups()],
        }


def order(figure: str) -> int:
    """1 where a lower figure is the better one, -1 where a higher one is."""
    return -1 if figure == "accuracy" else 1


def best_group(groups: Iterable[Group], figure: str) -> int | None:
    """The place of the one with the best median, once two of them have one."""
    known = [
        (order(figure) * group.median, place)
        for place, group in enumerate(groups)
        if group.median is not None
    ]
    return min(known)[1] if len(known) > 1 else None


def key(member: Member, by: tuple[str, ...]) -> tuple[Any, ...]:
    """Its values of some options of the grid."""
    return tuple(member.values[name] for name in by)


def _group(by: dict[str, Any], results: list[Result], figure: str) -> Group:
    ended = [result for result in results if result.has_ended]
    values = [_figure(result, figure) for result in ended if result.status == "done"]
    low, median, high = quartiles([value for value in values if value is not None])
    solved = sum(result.first_solved_epoch is not None for result in ended)
    return Group(
        by, len(results), len(ended), sum(result.status == "diverged" for result in ended),
        median, low, high, solved / len(ended) if ended else None,
    )  # fmt: skip


def _figure(result: Result, name: str) -> float | None:
    """A run that was never solved would be solved later than any other."""
    value: float | None = getattr(result, name)
    return math.inf if value is None and name == "first_solved_epoch" else value


def quartiles(values: list[float]) -> tuple[float | None, float | None, float | None]:
    """Lower quartile, median and upper quartile, between two values linearly between them.

    None where there are no values, or it is not finite.
    """
    low, median, high = (_quantile(sorted(values), share) for share in (0.25, 0.5, 0.75))
    return low, median, high


def _quantile(values: list[float], share: float) -> float | None:
    """NumPy's, but that it is finite where all that it depends on is."""
    if not values:
        return None
    index, between = divmod(share * (len(values) - 1), 1)
    low = values[int(index)]
    if between:
        low += (values[int(index) + 1] - low) * between
    return low if math.isfinite(low) else None
