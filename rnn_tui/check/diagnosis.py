"""The cause: known mistakes that give exactly their gradients, in words and with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnn_tui.check.comparing import Compared, Comparison
from rnn_tui.check.expected import Expected
from rnn_tui.check.explaining import Explanation, Matching, explain
from rnn_tui.check.formulas import notebook_formula, their_formula
from rnn_tui.check.forward_pass import ForwardFound
from rnn_tui.check.identify import Known, at_length
from rnn_tui.check.kinds import LossFound
from rnn_tui.check.locating import has_loop_in_loop, is_ever_filled, locate
from rnn_tui.check.mistakes import Mistake, in_own_loop, mistake_of
from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.reference.network import globals_of
from rnn_tui.check.report import Cause, Tensor
from rnn_tui.check.second_call import SecondCall
from rnn_tui.check.theirs import Answer, Description

_MOST_CAUSES = 6
_FACTORS = {2.0: "gradient-twice", -1.0: "gradient-negative"}


class Run(NamedTuple):
    """What came of a problem."""

    problem: Problem
    answer: Answer


class Evidence(NamedTuple):
    """Everything that a cause is looked for in.

    Attributes:
        first_step: the first step of every sequence alone; None where theirs does not take that.
    """

    of: Description
    parameters: Mapping[str, Numbers]
    problem: Problem
    answer: Answer
    comparison: Comparison
    measured: Mapping[str, Compared]
    tensors: tuple[Tensor, ...]
    forward: ForwardFound
    kinds: LossFound
    second: SecondCall
    first_step: Run | None


def diagnose(evidence: Evidence) -> tuple[Cause, ...]:
    """The likeliest causes first; none where nothing is wrong."""
    causes = [*_of_forward(evidence), *_of_second_call(evidence)]
    wrong = [each.name for each in evidence.tensors if each.verdict == "wrong"]
    if evidence.kinds.part.verdict == "wrong" and evidence.kinds.factor is not None:
        causes += _of_factor(evidence, wrong)
    elif wrong and not evidence.forward.without_effect:
        causes += _of_gradients(evidence, wrong)
    return tuple(causes[:_MOST_CAUSES])


def _cause(evidence: Evidence, mistake: Mistake, tensors: Iterable[str], certainty: float) -> Cause:
    known, names = evidence.forward.known, tuple(tensors)
    by_role: dict[str, list[str]] = {}
    for name in evidence.parameters:
        role = next((p.role for p in known.layout.get(name, ())), "") if known else ""
        role = role or evidence.of.roles.get(name, "")
        plain = role if role in ("b_h", "b_o") else role.partition("_")[0]
        by_role.setdefault("b_h" if role.startswith("b_h") else plain, []).append(name)
    for pieces in (known.layout if known else {}).items():
        for piece in pieces[1]:
            by_role.setdefault(piece.role[:1], []).append(pieces[0])
    if has_loop_in_loop(evidence.of.functions.get("backward", [])):
        mistake = in_own_loop(mistake)
    place = locate(mistake.place, evidence.of.functions, by_role, names)
    shown = {name: evidence.of.shown(name) for name in evidence.parameters}
    roles = _roles_of(evidence, names)
    return Cause(
        mistake.cause, mistake.title, names, place.function, place.line,
        notebook_formula(mistake.formula, known, roles), round(certainty, 3),
        their_formula(mistake.formula, known, shown, roles), place.is_exact,
        evidence.of.code_at(place.line),
    )  # fmt: skip


def not_summed(of: Description, names: list[str]) -> tuple[Cause, ...]:
    """The cause where gradients of biases have an axis more than these."""
    mistake = mistake_of("bias-not-summed:shape")
    place = locate(mistake.place, of.functions, {"b_h": names}, names)
    formula = notebook_formula(mistake.formula, None, [of.roles.get(name, "b_h") for name in names])
    return (Cause(
        mistake.cause, mistake.title, tuple(names), place.function, place.line, formula, 0.95,
        is_at_line=place.is_exact, code=of.code_at(place.line),
    ),)  # fmt: skip


def _roles_of(evidence: Evidence, names: Iterable[str]) -> tuple[str, ...]:
    """What these tensors are, as far as that is known."""
    roles = {each.name: each.role for each in evidence.tensors}
    found = (role for name in names for role in roles.get(name, "?").split("+"))
    return tuple(role for role in dict.fromkeys(found) if role != "?")


def _of_forward(evidence: Evidence) -> Iterator[Cause]:
    if evidence.forward.has_softmax_over_other:
        yield _cause(evidence, mistake_of("softmax-over-wrong-axis"), (), 0.95)
    for name in evidence.forward.without_effect:
        slug = "start-state-ignored" if name in evidence.of.states else "parameter-without-effect"
        yield _cause(evidence, mistake_of(slug), (name,), 0.95)


def _of_second_call(evidence: Evidence) -> Iterator[Cause]:
    second = evidence.second
    if second.cause:
        yield _cause(evidence, mistake_of(second.cause), second.tensors, 0.95)


def _of_factor(evidence: Evidence, wrong: list[str]) -> Iterator[Cause]:
    factor = evidence.kinds.factor
    slug = "sign-of-error" if factor == -1.0 else "mean-against-sum"
    if factor == 2.0 and 2 not in (evidence.problem.steps, evidence.problem.batch):
        slug = "gradient-twice"
    yield _cause(evidence, mistake_of(slug), wrong, 0.95)


def _of_gradients(evidence: Evidence, wrong: list[str]) -> list[Cause]:
    known = evidence.forward.known
    has_own_loops = has_loop_in_loop(evidence.of.functions.get("backward", []))
    found = None if known is None else _explanations(evidence, known, has_own_loops)
    if found is None:
        return _from_evidence_alone(evidence, wrong)
    causes: list[Cause] = []
    seen: set[str] = set()
    for rank, explanation in enumerate(found):
        certainty = _certainty(explanation, len(found), rank, len(evidence.tensors))
        for cause in _causes_of(evidence, explanation, wrong, certainty):
            if cause.cause not in seen:
                seen.add(cause.cause)
                causes.append(cause)
    if causes and causes[0].cause == "upstream-missing" and _are_never_filled(evidence, wrong):
        causes.insert(0, _cause(evidence, mistake_of("gradient-missing"), wrong, 0.9))
        causes[1] = replace(causes[1], certainty=0.1)
    return causes or _from_evidence_alone(evidence, wrong)


def _are_never_filled(evidence: Evidence, wrong: list[str]) -> bool:
    functions = evidence.of.functions.get("backward", [])
    own = [name for name in wrong if name in evidence.parameters]
    return bool(functions) and not any(is_ever_filled(functions, name) for name in own)


def _certainty(explanation: Explanation, count: int, rank: int, tensors: int) -> float:
    share = explanation.explained / max(tensors, 1)
    if share < 1:
        return 0.5 * share / (1 + rank)
    return 0.97 if count == 1 else (0.9 if rank == 0 else 0.5 / rank)


def _causes_of(
    evidence: Evidence, explanation: Explanation, wrong: list[str], certainty: float
) -> Iterator[Cause]:
    spoilt = [name for name in wrong if not explanation.sums.get(name)]
    slugs = dict.fromkeys(mistake_of(flag).cause for flag in explanation.flags)
    for slug in slugs:
        flags = [f for f in explanation.flags if mistake_of(f).cause == slug]
        told = mistake_of(flags[0])
        if told.place == "slope" and len(flags) == 1:  # in one gate
            told = told._replace(place=f"slope:{flags[0].partition('@')[2]}")
        yield _cause(evidence, told, spoilt or wrong, certainty)
    by_mistake: dict[str, list[str]] = {}
    for name, mistake in explanation.sums.items():
        if mistake:
            by_mistake.setdefault(mistake, []).append(name)
    for mistake, names in by_mistake.items():
        yield _cause(evidence, mistake_of(mistake), names, certainty)


def _explanations(
    evidence: Evidence, known: Known, has_own_loops: bool
) -> list[Explanation] | None:
    """What explains their gradients; None where the reference has nothing like theirs."""
    matching = _matching(evidence, known, has_own_loops, evidence.problem, evidence.answer)
    if matching is None:
        return None
    at_first_step = None
    if (first := evidence.first_step) is not None:
        same = at_length(known, evidence.parameters, *first)
        at_first_step = same and _matching(evidence, same, has_own_loops, *first)
    return explain(matching, at_first_step, globals_of(known.form), _scales(evidence))


def _matching(
    evidence: Evidence, known: Known, has_own_loops: bool, problem: Problem, answer: Answer
) -> Matching | None:
    """Of one run; None where it lacks a gradient, or the reference their loss."""
    names = [each.name for each in evidence.tensors]
    any_state = np.random.default_rng(0).normal(size=(problem.batch, evidence.of.sizes.hidden))
    elsewhere = replace(problem, states={"h0": any_state, "c0": any_state[:, ::-1]})
    expected, from_any_state = (
        Expected.of(known, evidence.comparison, has_own_loops, each)
        for each in (problem, elsewhere)
    )
    if expected is None or from_any_state is None or not set(names) <= set(answer.gradients):
        return None
    backward = evidence.of.functions.get("backward", [])
    filled = frozenset(name for name in names if is_ever_filled(backward, name))
    return Matching(expected, from_any_state, answer.gradients, names, filled)


def _scales(evidence: Evidence) -> list[float]:
    """Of a mean that is taken for a sum, or the other way round."""
    steps, batch = evidence.problem.steps, evidence.problem.batch
    scales = dict.fromkeys((1 / steps, 1 / batch, 1 / (steps * batch), steps, batch))
    return [scale for scale in scales if scale != 1]


def _from_evidence_alone(evidence: Evidence, wrong: list[str]) -> list[Cause]:
    """Where no known mistake explains it: what the pattern of the errors suggests, with caution."""
    if any(not np.isfinite(evidence.answer.gradients[name]).all() for name in wrong):
        return []
    if all(not evidence.answer.gradients[name].any() for name in wrong):
        return [_cause(evidence, mistake_of("gradient-zero"), wrong, 0.5)]
    factors = [_factor(evidence, name) for name in wrong]
    slugs = {None if factor is None else _FACTORS.get(round(factor, 4)) for factor in factors}
    if len(slugs) == 1 and (slug := slugs.pop()) is not None:
        return [_cause(evidence, mistake_of(slug), wrong, 0.9)]
    return []


def _factor(evidence: Evidence, name: str) -> float | None:
    """The c for which a gradient of theirs is c times the true one; None if there is none."""
    gradient = evidence.answer.gradients[name]
    measured = evidence.comparison.measures(name, gradient.size).of(gradient)
    true = evidence.measured[name].numeric.values
    factor = float(measured @ true) / max(float(true @ true), 1e-300)
    size = float(np.linalg.norm(measured))
    is_one = float(np.linalg.norm(measured - factor * true)) <= 1e-3 * size
    return factor if is_one and size else None
