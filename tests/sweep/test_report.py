"""The report of a sweep: runs, and groups with median, quartiles and the share solved."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rnn_tui.cli.sweep_table import table
from rnn_tui.sweep.plan import Plan, read_plan
from rnn_tui.sweep.report import Report, quartiles
from rnn_tui.sweep.results import Result, failed

RUN_KEYS = [
    "id", "config", "epoch", "loss", "accuracy", "first_solved_epoch", "parameters_sha256",
    "seconds", "host", "fingerprint", "status",
]  # fmt: skip


@pytest.fixture
def plan(plan_of: Callable[..., Path]) -> Plan:
    """Two groups of four runs."""
    return read_plan(plan_of('lr = [0.1, 0.01]\nseed = "0..3"'))


def done(plan: Plan, index: int, loss: float, solved: int | None = None) -> Result:
    return Result(
        plan.members[index].id, "done", epoch=3, loss=loss, accuracy=0.5, first_solved_epoch=solved
    )


def test_groups_tell_median_and_quartiles_of_the_runs_that_are_done(plan: Plan) -> None:
    results = [done(plan, i, loss, i or None) for i, loss in enumerate((4.0, 1.0, 3.0, 2.0))]
    first, second = Report(plan, results).to_json()["groups"]
    assert first == {
        "by": {"lr": 0.1}, "runs": 4, "median": 2.5, "low": 1.75, "high": 3.25, "solved": 0.75,
    }  # fmt: skip
    assert second == {
        "by": {"lr": 0.01}, "runs": 4, "median": None, "low": None, "high": None, "solved": None,
    }  # fmt: skip


def test_a_run_that_diverged_is_a_result_without_a_figure(plan: Plan) -> None:
    diverged = replace(done(plan, 1, 1e9), status="diverged")
    group = Report(plan, [done(plan, 0, 1.0, 2), diverged]).groups()[0]
    assert (group.median, group.solved, group.runs, group.diverged) == (1.0, 0.5, 2, 1)


def test_every_run_of_the_plan_is_told_with_exactly_these_keys(plan: Plan) -> None:
    results = [done(plan, 0, 1.0), failed(plan.members[1].id, "no room"), Result("other", "done")]
    told = Report(plan, results).to_json()["runs"]
    assert [list(each) for each in told] == [RUN_KEYS] * 8
    assert [each["status"] for each in told] == ["done", "failed", *["missing"] * 6]
    assert [each["config"] for each in told] == [m.config.to_json() for m in plan.members]
    assert told[7]["loss"] is None


def test_runs_that_were_never_solved_count_as_later_than_any_other(
    plan_of: Callable[..., Path],
) -> None:
    plan = read_plan(plan_of("seed = [0, 1, 2]", 'figure = "first_solved_epoch"'))
    results = [done(plan, 0, 1.0, 10), done(plan, 1, 1.0, 20), done(plan, 2, 1.0)]
    (group,) = Report(plan, results).groups()
    assert (group.low, group.median, group.high) == (15.0, 20.0, None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([], (None, None, None)), ([7.0], (7.0, 7.0, 7.0)), ([1.0, 3.0], (1.5, 2.0, 2.5))],
)
def test_quartiles(values: list[float], expected: tuple[float | None, ...]) -> None:
    assert quartiles(values) == expected


def test_the_best_run_has_the_lowest_figure_or_the_highest_accuracy(
    plan_of: Callable[..., Path],
) -> None:
    for figure, best in (("loss", 1), ("accuracy", 2)):
        plan = read_plan(plan_of("seed = [0, 1, 2]", f'figure = "{figure}"'))
        results = [
            done(plan, 0, 2.0),
            done(plan, 1, 1.0),
            replace(done(plan, 2, 3.0), accuracy=1.0),
        ]
        found = Report(plan, results).best()
        assert found is not None and found[0].seed == best


def test_the_table_fits_eighty_columns_however_long_the_values_are(
    plan_of: Callable[..., Path],
) -> None:
    grid = 'task = ["successor"]\nhold = ["U,b_h", "none"]\nlr = [1e-12, 0.123456789]\n'
    grid += 'init = ["scaled"]\noptimizer = ["nesterov"]\nbptt = ["none", 1234567]\nseed = [0]'
    plan = read_plan(plan_of(grid))
    results = [replace(Result(m.id, "diverged"), loss=1.0) for m in plan.members]
    lines = table(plan, Report(plan, results))
    assert len(lines) == 9 and max(map(len, lines)) <= 80
    assert all("DIVERGED" in lines[0] and line.endswith("1") for line in lines[1:])
