"""The notebook's own RNN2, led from its syntax error through every further mistake to a pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnn_tui.check.report import Report
from rnn_tui.check.run import check_file
from tests.amounts import few_rows

SEED = (Path(__file__).parent / "data" / "notebook_rnn2.txt").read_text()
LINES = {line.strip(): number for number, line in enumerate(SEED.splitlines(), 1)}

DA, DS, DW = "da_ht = (y_hat[)", "ds_ht = da_ht @ (1-self.a_hh[t] ** 2)", "dw_t = ds_ht @ x[t]"
FORMULA = "da_ht = dbo_t @ self.v"
SLOPE = "ds_ht = da_ht * (1-self.a_h[t] ** 2)"
OUTER = "dw_t = np.outer(ds_ht, x[t])"
BEFORE = "before = self.a_h[t - 1] if t else 0 * ds_ht"
SUMS = f"dw += dw_t; dbh += ds_ht; {BEFORE}; du += np.outer(before, ds_ht)"
START = "for t in reversed(range(T)):"


def check(folder: Path, *changes: tuple[str, str]) -> Report:
    """The seed's file after some changes of single lines, checked."""
    source = SEED
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    file = folder / "rnn2.py"
    file.write_text(source)
    return check_file(str(file))


@pytest.mark.parametrize(
    ("changes", "kind", "line"),
    few_rows(
        [
            ([], "SyntaxError", DA),
            ([(DA, FORMULA)], "AttributeError", DS),
            ([(DA, FORMULA), ("self.a_hh", "self.a_h")], "ValueError", DW),
            ([(DA, FORMULA), (DS, SLOPE)], "ValueError", DW),
        ],
        2,
    ),
    ids=["as it stands", "a_hh", "a matrix product for the slope", "a matrix product for dw"],
)
def test_what_cannot_run_is_told_with_its_line(
    tmp_path: Path, changes: list[tuple[str, str]], kind: str, line: str
) -> None:
    report = check(tmp_path, *changes)

    assert report.verdict == "unusable"
    assert report.error is not None
    assert (report.error.type, report.error.line) == (kind, LINES[line])


RUNS = [(DA, FORMULA), (DS, SLOPE)]


@pytest.mark.parametrize(
    ("changes", "wrong", "cause"),
    [
        ([*RUNS, (DW, OUTER)], {"w", "u", "b_h"}, "gradient-missing"),
        ([*RUNS, (DW, f"{OUTER}; {SUMS}")], {"w", "u", "b_h"}, "carry-missing"),
        (
            [
                (DA, f"{FORMULA} + carry"), (DS, SLOPE),
                (DW, f"{OUTER}; {SUMS}; carry = ds_ht @ self.u"),
                (START, f"carry = 0\n        {START}"),
            ],
            {"w", "u", "b_h"},
            "carry-not-transposed",
        ),
    ],
    ids=["sums never filled", "no term from t + 1", "U as the notebook's formula has it"],
)  # fmt: skip
def test_what_runs_and_is_wrong_is_named(
    tmp_path: Path, changes: list[tuple[str, str]], wrong: set[str], cause: str
) -> None:
    report = check(tmp_path, *changes)

    assert report.verdict == "wrong"
    assert set(report.wrong) == wrong
    assert cause in [each.cause for each in report.causes]
    assert report.causes[0].function == "RNN2.backpropagation"


def test_the_finished_class_passes(tmp_path: Path) -> None:
    report = check(
        tmp_path, (DA, f"{FORMULA} + carry"), (DS, SLOPE),
        (DW, f"{OUTER}; {SUMS}; carry = ds_ht @ self.u.T"),
        (START, f"carry = 0\n        {START}"),
    )  # fmt: skip

    assert report.verdict == "right"
    assert [each.verdict for each in report.tensors] == ["right"] * 5
    assert report.causes == ()
