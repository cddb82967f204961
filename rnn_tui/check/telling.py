"""A report in words that a student understands: lines of text."""

from __future__ import annotations

import math

from rnn_tui.check.report import CAUSE, WHICH_LAG, WHICH_TENSOR, Cause, Part, Report, Tensor

_HEADINGS = ("gradient", "is", "relative error", "wrong from lag", "")
_SIGNS = {"right": "✓ right", "wrong": "✗ wrong", "unclear": "? unclear"}
_OPENINGS = {
    "right": "every gradient is right",
    "wrong": "something is wrong",
    "unclear": "it cannot be said whether it is right",
    "unusable": "it cannot be checked",
}
_LAG = "lag 0: wrong within a time step; lag k: what a loss owes to k steps before it is wrong"


def lines_of(report: Report, hint: int = CAUSE) -> list[str]:
    """The report as text.

    Args:
        report: limited to the hint already.
        hint: how much is told.
    """
    lines = [f"{report.target}: {report.verdict}. {_opening(report)}"]
    if report.error is not None:
        return lines
    if hint < WHICH_TENSOR:
        return lines
    if report.style is not None:
        names = {each.name for each in report.tensors}  # whose roles are in the table
        took = [each for each in report.took if each.partition(":")[0] not in names]
        lines += ["", f"written as: {report.style}", *(f"  {each}" for each in took)]
    parts = (
        ("forward pass", report.forward), ("loss", report.loss),
        ("second call", report.second_call),
    )  # fmt: skip
    lines += [
        "",
        *(_part_line(name, part) for name, part in parts if part.note or part.verdict == "wrong"),
    ]
    if report.tensors:
        lines += ["", *_table(report.tensors, hint)]
    for rank, cause in enumerate(report.causes):
        is_same = cause.certainty == report.causes[0].certainty
        likely = ("And" if is_same else "Or") if rank else "Most likely"
        lines += ["", *_cause_lines(cause, likely)]
    if report.verdict == "wrong" and hint >= CAUSE and not report.causes:
        lines += ["", "No mistake that is known explains this; the errors and lags above are what"
                  " there is to go by."]  # fmt: skip
    if report.remarks:
        lines += ["", "No mistake, but good to know:", *(f"  {each}" for each in report.remarks)]
    return lines


def error_line(report: Report) -> str:
    """Why it cannot be checked, in one line."""
    error = report.error
    if error is None:
        return f"{report.target}: {report.verdict}"
    where = "" if error.line is None else f", line {error.line}"
    return f"{report.target}{where}: {error.type}: {error.message}"


def _opening(report: Report) -> str:
    if report.error is not None:
        where = "" if report.error.line is None else f" in line {report.error.line}"
        return f"{report.error.type}{where}: {report.error.message}"
    if report.verdict == "wrong" and report.wrong:
        names = report.wrong
        are = "is" if len(names) == 1 else "are"
        return f"{len(names)} of {len(report.tensors)} gradients {are} wrong: {', '.join(names)}"
    if report.verdict == "unclear" and report.forward.note:
        return report.forward.note
    return _OPENINGS[report.verdict]


def _part_line(name: str, part: Part) -> str:
    return f"{name:<13}{_SIGNS[part.verdict]:<10} {part.note}".rstrip()


def _table(tensors: tuple[Tensor, ...], hint: int) -> list[str]:
    rows = [_HEADINGS] + [
        (each.name, each.role, _error(each.error), _lag(each), _SIGNS[each.verdict])
        for each in tensors
    ]
    if hint < WHICH_LAG or all(each.first_lag is None for each in tensors):
        rows = [(*row[:3], *row[4:]) for row in rows]  # type: ignore[misc]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    has_lags = hint >= WHICH_LAG and any(each.first_lag is not None for each in tensors)
    return [*lines, f"({_LAG})"] if has_lags else lines


def _lag(tensor: Tensor) -> str:
    return "" if tensor.first_lag is None else str(tensor.first_lag)


def _error(error: float | None) -> str:
    if error is None:
        return "-"
    return f"{error:.1e}" if math.isfinite(error) else "NaN"


def _cause_lines(cause: Cause, likely: str) -> list[str]:
    lines = [f"{likely} ({cause.certainty:.0%}, {cause.cause}): {cause.title}."]
    if cause.line is not None:
        near = "" if cause.is_at_line else "near "
        lines.append(f"  look at {cause.function}, {near}line {cause.line}:")
        if cause.code:
            lines.append(f"    {cause.line} | {cause.code}")
    elif cause.function is not None:
        lines.append(f"  look at {cause.function}")
    lines.append(f"  it should be: {cause.formula}")
    if cause.with_their_names:
        lines.append(f"  with your names: {cause.with_their_names}")
    if cause.tensors:
        lines.append(f"  it spoils: {', '.join(cause.tensors)}")
    return lines
