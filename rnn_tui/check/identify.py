"""Finding out what their forward pass computes, by running the reference until it does the same.

Neither names nor letters decide: every way of reading their arrays that fits their shapes is
tried, the likeliest first, until the outputs agree. So it is known which of two square matrices
is transposed, which of four gates forgets, and that W is the recurrent one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.check.layout import Layout, Pieces, options, roles_of, shapes_for
from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.reference.form import GATES, Form, Roles
from rnn_tui.check.reference.network import run
from rnn_tui.check.reference.slopes import ACTIVATIONS
from rnn_tui.check.theirs import Answer, Description

_TRIES = 6000
"""Forward passes of the reference at most."""
_LOSS_CLOSE = 0.03
"""How much closer a loss must be than outputs, where it is all there is: it is one number."""


class Known(NamedTuple):
    """What their network is.

    Attributes:
        form: the reference's.
        layout: which of their arrays is what.
        shapes: of the reference's matrices.
        loss: ``upstream``, ``cross-entropy``, ``squared``; None where theirs is another.
        factor: their loss is this times the reference's sum over steps and sequences.
    """

    form: Form
    layout: Layout
    shapes: dict[str, tuple[int, ...]]
    loss: str | None
    factor: float

    def roles(self, parameters: Mapping[str, Numbers]) -> Roles:
        """The reference's matrices from theirs."""
        return roles_of(self.layout, parameters, self.shapes)


SAME_LOSS = 1e-5
"""Relative, up to which a loss of theirs is one of the reference's."""


def identify(
    of: Description,
    parameters: Mapping[str, Numbers],
    problem: Problem,
    answer: Answer,
    tolerance: float,
) -> Known | None:
    """The first reading of their arrays with which the reference gives their outputs.

    Args:
        of: their network.
        parameters: those that have an effect on outputs or loss.
        problem: that they were run on, short.
        answer: what came of it.
        tolerance: relative, up to which outputs are the same.
    """
    for form, layout, shapes in islice(_readings(of, parameters, answer), _TRIES):
        known = Known(form, layout, shapes, None, 1.0)
        trace = run(form, known.roles(parameters), problem)
        if answer.outputs is not None:
            if _same(trace.outputs, answer.outputs, tolerance):
                return known
        elif answer.loss is not None:
            exact = _LOSS_CLOSE * tolerance
            if loss_of(form, trace.outputs, problem, answer.loss.real, exact) is not None:
                return known
    return None


def _same(ours: Numbers, theirs: Numbers, tolerance: float) -> bool:
    if ours.shape != theirs.shape:
        return False
    scale = float(np.abs(theirs).max(initial=1e-30))
    return bool((np.abs(ours - theirs) <= tolerance * scale).all())


def loss_of(
    form: Form, outputs: Numbers, problem: Problem, loss: float, tolerance: float
) -> tuple[str, float] | None:
    """Which of the reference's losses theirs is, and how many times."""
    wanted = problem.y[:, -outputs.shape[1] :]
    with np.errstate(all="ignore"):
        if form.head == "scores":
            exponentials = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
            logarithms = np.log(exponentials / exponentials.sum(axis=-1, keepdims=True))
        else:
            logarithms = np.log(outputs)
        cross_entropy, values = -float((wanted * logarithms).sum()), {}
        if form.head == "sigmoid":  # the likelier one, where all targets are 1
            others = ((1 - wanted) * np.log(1 - outputs)).sum()
            values["binary"] = cross_entropy - float(others)
        values["cross-entropy"] = cross_entropy
    values["squared"] = 0.5 * float(((outputs - wanted) ** 2).sum())
    for name, value in values.items():
        factor = factor_of(value, loss, problem, tolerance)
        if factor is not None:
            return name, factor
    return None


def at_length(
    known: Known, parameters: Mapping[str, Numbers], problem: Problem, answer: Answer
) -> Known | None:
    """The same for sequences of another length, over which a mean is another one.

    None where their loss there is not the one that is known.
    """
    if known.loss in (None, "upstream") or answer.loss is None:
        return known
    outputs = run(known.form, known.roles(parameters), problem).outputs
    found = loss_of(known.form, outputs, problem, answer.loss.real, SAME_LOSS)
    return known._replace(factor=found[1]) if found and found[0] == known.loss else None


def factor_of(ours: float, theirs: float, problem: Problem, tolerance: float) -> float | None:
    """Theirs as a usual multiple of ours: a sum, a mean, with a factor of 2, in nats or bits."""
    steps, batch, outputs = problem.steps, problem.batch, problem.y.shape[-1]
    for unit in (1.0, 2.0, 0.5, 1 / np.log(2)):
        for part in (1, batch, steps, steps * batch):
            for width in (1, outputs):
                factor = unit / (part * width)
                if abs(ours * factor - theirs) <= tolerance * abs(theirs):
                    return float(factor)
    return None


def _readings(
    of: Description, parameters: Mapping[str, Numbers], answer: Answer
) -> Iterator[tuple[Form, Layout, dict[str, tuple[int, ...]]]]:
    for cell, embedded, width, is_uniform in _kinds(of, parameters):
        for head in _heads(of, answer):
            gates = GATES[cell]
            shapes = shapes_for(gates, width, of.sizes, embedded, head != "states")
            forms = list(_forms(of, cell, head, embedded))
            for layout in _layouts(parameters, shapes, gates, is_uniform):
                for form in forms:
                    yield form, layout, shapes


def _kinds(
    of: Description, parameters: Mapping[str, Numbers]
) -> Iterator[tuple[Any, bool, int, bool]]:
    """Cell, whether embedded, width of the inputs, whether gates must be read all alike."""
    cells = sorted(GATES, key=lambda cell: (cell != of.cell, list(GATES).index(cell)))
    widths = [(False, of.sizes.inputs)]
    for array in parameters.values():
        lengths = [n for n in np.shape(array) if n != 1]
        if len(lengths) == 2 and of.sizes.inputs in lengths:
            other = lengths[1 - lengths.index(of.sizes.inputs)]
            if (True, other) not in widths:
                widths.append((True, other))
    for is_uniform in (True, False):
        for cell in cells:
            for embedded, width in widths:
                if is_uniform or cell != "rnn":
                    yield cell, embedded, width, is_uniform


def _heads(of: Description, answer: Answer) -> list[str]:
    if of.outputs == "states":
        return ["states"]
    outputs = answer.outputs
    if outputs is None:
        return ["probabilities", "sigmoid", "scores"]
    heads = ["scores", "states"] if of.sizes.outputs == of.sizes.hidden else ["scores"]
    if outputs.shape[-1] > 1 and np.allclose(outputs.sum(axis=-1), 1, atol=1e-4):
        heads = ["probabilities", *heads]
    if bool(((outputs > 0) & (outputs < 1)).all()):
        heads.append("sigmoid")
    if bool((np.abs(outputs) < 1).all()):
        heads.append("tanh")
    return heads


def _forms(of: Description, cell: Any, head: Any, embedded: bool) -> Iterator[Form]:
    last = of.at_last_step
    if cell == "rnn":
        for activation in ACTIVATIONS:
            yield Form(cell, activation, head, last, embedded)
    elif cell == "gru":
        for keeps, before in product((True, False), (True, False)):
            yield Form(cell, "tanh", head, last, embedded, keeps, before)
    else:
        yield Form(cell, "tanh", head, last, embedded)


def _layouts(
    parameters: Mapping[str, Numbers],
    shapes: Mapping[str, tuple[int, ...]],
    gates: tuple[str, ...],
    is_uniform: bool,
) -> Iterator[Layout]:
    """Every way of giving each array a meaning, no meaning twice but that of a bias."""
    choices = {name: options(np.shape(p), shapes, gates) for name, p in parameters.items()}
    order = sorted(choices, key=lambda name: len(choices[name]))
    needed = {role for role in shapes if role[0] in "UW" or role == "V"}
    yield from _assigned(order, choices, needed, {}, is_uniform)


def _assigned(
    order: list[str],
    choices: Mapping[str, list[Pieces]],
    needed: set[str],
    taken: Layout,
    is_uniform: bool,
) -> Iterator[Layout]:
    """Array by array; ``choices`` are those of the arrays left that go with what is taken."""
    if not _can_cover(needed, taken, choices):
        return
    if len(taken) == len(order):
        yield dict(taken)
        return
    name, rest = order[len(taken)], order[len(taken) + 1 :]
    for pieces in choices[name]:
        if is_uniform and not _is_alike(name, pieces, taken):
            continue
        now = {**taken, name: pieces}
        left = {other: [p for p in choices[other] if _fits(p, now)] for other in rest}
        yield from _assigned(order, left, needed, now, is_uniform)


def _can_cover(needed: set[str], taken: Layout, choices: Mapping[str, list[Pieces]]) -> bool:
    """Whether the arrays left may be all the roles that no array is yet."""
    if not all(choices.values()):
        return False
    missing = needed.difference(p.role for pieces in taken.values() for p in pieces)
    most = sum(max(map(len, own)) for own in choices.values())
    possible = {p.role for own in choices.values() for pieces in own for p in pieces}
    return len(missing) <= most and missing <= possible


def _fits(pieces: Pieces, taken: Layout) -> bool:
    roles = [piece.role for others in taken.values() for piece in others]
    return all(
        roles.count(piece.role) < (2 if piece.role.startswith("b_h") else 1) for piece in pieces
    )


def _is_alike(name: str, pieces: Pieces, taken: Layout) -> bool:
    """Gates lie all the same way, and names that end alike belong to one gate."""
    kind, gate = pieces[0].role[:1], _gate(pieces)
    for other, others in taken.items():
        other_gate = _gate(others)
        same_kind = others[0].role[:1] == kind and len(others) == len(pieces)
        if same_kind and gate and other_gate and _shape(pieces) != _shape(others):
            return False
        if gate and other_gate and (_ending(name) == _ending(other)) != (gate == other_gate):
            return False
    return True


def _gate(pieces: Pieces) -> str:
    """The one gate that an array belongs to; empty for none, or several."""
    ends = {piece.role.rpartition("_")[2] for piece in pieces}
    gate = ends.pop() if len(ends) == 1 else ""
    return gate if len(gate) == 1 and gate in "ifgorzn" and pieces[0].role != "b_o" else ""


def _shape(pieces: Pieces) -> list[tuple[str, bool, tuple[slice, ...]]]:
    return [(piece.role[:1], piece.transposed, piece.part) for piece in pieces]


def _ending(name: str) -> str:
    if name.endswith("]"):  # a place in a list
        return name.rpartition("[")[2]
    letters = [letter for letter in name.lower() if letter.isalpha()]
    return letters[-1] if letters else name
