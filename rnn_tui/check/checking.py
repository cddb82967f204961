"""The tests, in order, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnn_tui.check.clipping import find_clipping
from rnn_tui.check.comparing import Compared, Comparison
from rnn_tui.check.conditions import covering_problems, cut, draw_weights, main_problem
from rnn_tui.check.control import control_fails
from rnn_tui.check.diagnosis import Evidence, Run, diagnose, not_summed
from rnn_tui.check.forward_pass import ForwardFound, look_at_forward
from rnn_tui.check.identify import Known
from rnn_tui.check.kinds import LossFound, compare_kinds
from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.report import Cause, Overall, Part, Report, Tensor, Verdict
from rnn_tui.check.second_call import SecondCall, are_same, call_again
from rnn_tui.check.theirs import Answer, Description, Fault, Progress, Theirs
from rnn_tui.check.truncation import Truncation, find_truncation

_SEED = 11


class _Start(NamedTuple):
    """Where everything is measured."""

    parameters: dict[str, Numbers]
    problem: Problem
    answer: Answer


def check(
    theirs: Theirs, target: str, progress: Progress, problem: Problem | None = None
) -> Report:
    """Put their network to every test.

    Args:
        theirs: loaded and recognised.
        target: file and name, for the report.
        progress: called often.
        problem: sequences to be checked on, by default some that hide nothing.

    Raises:
        Fault: if their code fails on the way.
    """
    of = theirs.is_
    report = Report("unclear", target, of.style, tuple(of.took))
    progress("running it", 0.0)
    start = _start(theirs, problem or main_problem(of, _SEED))
    if start is None:
        note = "the forward pass gives NaN or infinity, also at small weights"
        return replace(report, forward=Part("unclear", note))
    if not are_same(start.answer, theirs.run(start.problem, start.parameters)):
        note = "two calls with the same input, weights and random numbers differ"
        return replace(report, forward=Part("unclear", note))
    forward = look_at_forward(theirs, *start)
    report = replace(report, forward=forward.part, remarks=forward.remarks)
    start = start._replace(problem=forward.problem)
    comparison = Comparison(theirs, start.parameters, start.problem, start.answer)
    if not comparison.names:
        note = "no gradient came back that could be compared"
        return replace(report, loss=Part("unclear", note))
    compared = comparison.prepare(start.answer, progress)
    if problem is None and all(each.verdict == "right" for each in compared.values()):
        wrong_at = _at_other_symbols(theirs, start, comparison)
        if wrong_at is not None:
            start = wrong_at
            comparison = Comparison(theirs, start.parameters, start.problem, start.answer)
            compared = comparison.prepare(start.answer, progress)
    clipping = find_clipping(theirs, comparison, start.answer, compared)
    if clipping is not None:
        compared = comparison.at(start.problem, start.answer)
    progress("looking for the cause", 0.0)
    kinds = compare_kinds(theirs, comparison, start.answer, compared, forward.known)
    second = call_again(theirs, start.parameters, start.problem, start.answer)
    truncation = find_truncation(theirs, forward.known, comparison, start.answer, compared)
    if truncation is not None or kinds.is_other_scale:
        compared = {n: each._replace(verdict="right") for n, each in compared.items()}
    lags = _lags(theirs, comparison, compared, truncation)
    tensors = _tensors(of, forward.known, compared, lags)
    remarks = _remarks(report, comparison, clipping, kinds, second, truncation)
    report = replace(
        report, loss=kinds.part, second_call=second.part, tensors=tensors, remarks=remarks
    )
    missing = [name for name in forward.effective if name not in comparison.names]
    is_sharp = control_fails(forward.known, comparison, compared)
    causes = _causes(theirs, start, comparison, compared, forward, kinds, second, report)
    report = _with_shapes(theirs, start, replace(report, causes=causes))
    report = replace(report, verdict=_verdict(report, is_sharp))
    if missing and report.verdict == "right":
        names = ", ".join(map(of.shown, missing))
        remark = f"no gradient was found for {names}: return all of them, or write an adapter"
        report = replace(report, verdict="unclear", remarks=(*report.remarks, remark))
    report = _with_shown_names(of, report)
    if not is_sharp and report.verdict == "unclear":
        remarks = (*report.remarks, "the negative control passed: the conditions hide too much")
        report = replace(report, remarks=remarks)
    return report


def _start(theirs: Theirs, problem: Problem) -> _Start | None:
    """Weights at which everything is finite."""
    of = theirs.is_
    for gain in (1.1, 0.4, 0.1):
        parameters = draw_weights(of.parameters, np.random.default_rng(_SEED), gain)
        answer = theirs.run(problem, parameters)
        values = [answer.outputs, answer.loss]
        if all(np.isfinite(each).all() for each in values if each is not None):
            return _Start(parameters, problem, answer)
    return None


def _at_other_symbols(theirs: Theirs, start: _Start, comparison: Comparison) -> _Start | None:
    """Where a gradient is wrong at symbols that have not occurred, if it is anywhere."""
    for problem in covering_problems(theirs.is_, start.problem):
        with suppress(Fault):  # what they cannot read of their own accord is no mistake
            answer = theirs.run(problem, start.parameters)
            found = comparison.at(problem, answer)
            if any(each.verdict == "wrong" for each in found.values()):
                return start._replace(problem=problem, answer=answer)
    return None


def _lags(
    theirs: Theirs,
    comparison: Comparison,
    compared: Mapping[str, Compared],
    truncation: Truncation | None,
) -> dict[str, int]:
    """The length of sequence at which each wrong gradient is wrong for the first time, less one."""
    wrong = {name for name, each in compared.items() if each.verdict == "wrong"}
    if truncation is not None:
        return {name: truncation.first_lag for name, each in compared.items() if each.error > 1e-4}
    found: dict[str, int] = {}
    at_first_step = dict.fromkeys(wrong, 0)  # or 1 for U, where the start state is zero
    if theirs.is_.steps is not None:
        return found
    for steps in range(1, comparison.problem.steps + 1):
        if not wrong - set(found):
            break
        problem = cut(comparison.problem, steps)
        answer = theirs.run(problem, comparison.parameters)
        for name, each in comparison.at(problem, answer).items():
            if name not in wrong or name in found:
                continue
            if steps == 1 and each.size == 0:
                at_first_step[name] = 1
            if each.verdict == "wrong":
                found[name] = max(steps - 1 - at_first_step[name], 0)
    return found


def _tensors(
    of: Description,
    known: Known | None,
    compared: Mapping[str, Compared],
    lags: Mapping[str, int],
) -> tuple[Tensor, ...]:
    return tuple(
        Tensor(name, role_of(of, known, name), each.verdict, each.error, lags.get(name))
        for name, each in compared.items()
    )


def role_of(of: Description, known: Known | None, name: str) -> str:
    """What one of their arrays is: found out, or as its name says, or ``?``."""
    if name in ("x", *of.states):
        return name
    if known is not None and name in known.layout:
        return "+".join(dict.fromkeys(piece.role for piece in known.layout[name]))
    return of.roles.get(name, "?")


def _remarks(
    report: Report,
    comparison: Comparison,
    clipping: str | None,
    kinds: LossFound,
    second: SecondCall,
    truncation: Truncation | None,
) -> tuple[str, ...]:
    remarks = [*report.remarks]
    if clipping is not None:
        remarks.append(clipping)
    if truncation is not None:
        remarks.append(
            f"truncation: {truncation.what}; that is truncated backpropagation through time, "
            "no mistake"
        )
    if comparison.dtype == "float32":
        remarks.append("float32: it calculates in single precision, and is measured accordingly")
    remarks += [*kinds.remarks, *second.remarks]
    return tuple(remarks)


def _causes(
    theirs: Theirs,
    start: _Start,
    comparison: Comparison,
    compared: Mapping[str, Compared],
    forward: ForwardFound,
    kinds: LossFound,
    second: SecondCall,
    report: Report,
) -> tuple[Cause, ...]:
    evidence = Evidence(
        theirs.is_, start.parameters, start.problem, start.answer, comparison, compared,
        report.tensors, forward, kinds, second, _first_step(theirs, start),
    )  # fmt: skip
    return diagnose(evidence)


def _first_step(theirs: Theirs, start: _Start) -> Run | None:
    """None where their code does not take one step."""
    if theirs.is_.steps is not None:
        return None
    problem = cut(start.problem, 1)
    try:
        return Run(problem, theirs.run(problem, start.parameters))
    except Fault:
        return None


def _with_shapes(theirs: Theirs, start: _Start, report: Report) -> Report:
    """The report with gradients that have another shape than their parameter: wrong."""
    of = theirs.is_
    names = [
        name
        for name, gradient in start.answer.gradients.items()
        if name in start.parameters and np.shape(gradient) != np.shape(start.parameters[name])
    ]
    if not names:
        return report
    tensors = tuple(Tensor(n, of.roles.get(n, "?"), "wrong", None) for n in names)
    causes = (*not_summed(of, names), *report.causes)
    return replace(report, tensors=report.tensors + tensors, causes=causes)


def _with_shown_names(of: Description, report: Report) -> Report:
    tensors = tuple(replace(each, name=of.shown(each.name)) for each in report.tensors)
    causes = tuple(
        replace(each, tensors=tuple(map(of.shown, each.tensors))) for each in report.causes
    )
    return replace(report, tensors=tensors, causes=causes)


def _verdict(report: Report, is_sharp: bool) -> Overall:
    parts: list[Verdict] = [each.verdict for each in report.tensors]
    parts += [report.loss.verdict, report.second_call.verdict]
    if "wrong" in (*parts, report.forward.verdict):
        return "wrong"
    if "unclear" in parts and "right" not in parts[:-2]:
        return "unclear"
    return "right" if is_sharp else "unclear"


__all__ = ["check", "role_of"]
