"""Whether loss and gradient are of one kind: a sum and a sum, a mean and a mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.check.comparing import Compared, Comparison
from rnn_tui.check.identify import Known
from rnn_tui.check.objective import THEIRS
from rnn_tui.check.report import Part
from rnn_tui.check.theirs import Answer, Theirs


class LossFound(NamedTuple):
    """How loss and gradient go together.

    Attributes:
        part: the verdict.
        factor: their gradient is this times the true one, in every tensor; None where it is not.
        is_other_scale: whether the factor is no mistake.
        remarks: no mistakes.
    """

    part: Part
    factor: float | None
    is_other_scale: bool
    remarks: tuple[str, ...]


_NICE = (2.0, 0.5, -1.0)
"""Factors that have a meaning of their own."""


def compare_kinds(
    theirs: Theirs,
    comparison: Comparison,
    answer: Answer,
    compared: Mapping[str, Compared],
    known: Known | None,
) -> LossFound:
    """One factor for all gradients, and what it means."""
    objective = comparison.objective
    if all(each.verdict != "wrong" for each in compared.values()):
        note = f"the gradient is that of {objective.name}"
        return LossFound(Part("right", note), 1.0, False, ())
    factor = _one_factor(comparison, answer, compared)
    steps, batch = comparison.problem.steps, comparison.problem.batch
    name = "" if factor is None else _name_of(factor, steps, batch)
    is_told = bool(name) or factor in _NICE or not _is_one_number(comparison, answer)
    if factor is None or comparison.is_shortened or not is_told:
        note = f"compared with the gradient of {objective.name}"
        return LossFound(Part("right", note), None, False, ())
    if objective is not THEIRS and name and factor > 0:
        remark = f"scale: every gradient is {name} that of {objective.name}; no mistake"
        return LossFound(Part("right", remark), factor, True, (remark,))
    if factor in (2.0, 0.5) and 2 not in (steps, batch):
        remark = f"scale: every gradient is {factor:g} times that of {objective.name}"
        return LossFound(Part("right", remark), factor, True, (remark,))
    note = f"every gradient is {name or f'{factor:.6g} times'} that of {objective.name}"
    return LossFound(Part("wrong", note), factor, False, ())


def _is_one_number(comparison: Comparison, answer: Answer) -> bool:
    """Whether all outputs are a single number: any mistake in its error is a factor then."""
    problem, outputs = comparison.problem, answer.outputs
    is_single = outputs is None or outputs.shape[1] == 1
    return problem.batch == 1 and problem.y.shape[-1] == 1 and is_single


def _one_factor(
    comparison: Comparison, answer: Answer, compared: Mapping[str, Compared]
) -> float | None:
    """The c for which every gradient is c times the true one, if there is one other than 0."""
    own, true = [], []
    for name, each in compared.items():
        gradient = answer.gradients[name]
        own.append(comparison.measures(name, int(np.size(gradient))).of(gradient))
        true.append(each.numeric.values)
    scale = float(np.concatenate(own) @ np.concatenate(true))
    factor = scale / max(float(np.sum(np.concatenate(true) ** 2)), 1e-300)
    tolerance = 3 * comparison.method.tolerance
    for mine, numeric in zip(own, true, strict=True):
        size = max(float(np.linalg.norm(mine)), 1e-300)
        if not float(np.linalg.norm(mine - factor * numeric)) <= tolerance * size:
            return None
    for nice in _NICE:
        if abs(factor - nice) < 1e-4:
            return nice
    return factor if abs(factor) > 1e-6 else None


def _name_of(factor: float, steps: int, batch: int) -> str:
    names = {
        1 / (steps * batch): "1 / (T · B) times", 1 / steps: "1 / T times",
        1 / batch: "1 / B times", steps: "T times", batch: "B times", steps * batch: "T · B times",
    }  # fmt: skip
    for value, name in names.items():
        if value != 1 and abs(factor - value) < 1e-4 * value:
            return name
    return ""
