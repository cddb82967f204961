"""Problems made for a subject, and whether it answers one as its style expects."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_tui.check.problem import Numbers, Problem, Result, Shaped
from rnn_tui.check.subject import Subject

NO_GRADIENT = (
    "no gradient came back, and what the weights changed by does not tell it; return the "
    "gradients, or write an adapter: rnn-tui check --adapter"
)


class Answer(NamedTuple):
    """What came of a first call.

    Attributes:
        result: None if their code raised.
        error: the exception of theirs, or None.
        complaint: what is not as it should be (a shape, a missing gradient), or None.
    """

    result: Result | None
    error: Exception | None
    complaint: str | None


def make_problem(
    subject: Shaped, steps: int, generator: np.random.Generator, batch: int | None = None
) -> Problem:
    """Inputs, targets, upstream gradient and start states drawn for a subject.

    Args:
        subject: whose sizes and kinds of input are taken; its only T and B, where it has one.
        steps: T.
        generator: drawn from.
        batch: B, by default 2 where there is a batch axis.
    """
    batch = subject.batch or (batch or 2 if subject.has_batch else 1)
    steps = subject.steps or steps
    inputs, hidden, outputs, targets = subject.sizes
    places = (batch, steps)
    symbols = generator.integers(inputs, size=places)
    wanted = generator.integers(2 if subject.targets == "labels" else targets, size=places)
    if subject.targets == "labels":
        wanted[0, -1] = 1  # a target of 0 that is forgotten is missed by nobody
    x: Numbers = np.eye(inputs)[symbols]
    if subject.inputs == "vectors":
        x = generator.normal(size=(*places, inputs))
    y: Numbers = wanted[..., None].astype(float)
    if subject.targets == "symbols":
        y = np.eye(targets)[wanted]
    elif subject.targets == "real":
        y = generator.uniform(-0.8, 0.8, (*places, targets))
    given = (batch, 1 if subject.at_last_step else steps, outputs)
    states = {role: generator.uniform(-0.8, 0.8, (batch, hidden)) for role in subject.states}
    return Problem(symbols, x, wanted, y, generator.normal(size=given), states)


def answers(subject: Subject, steps: int = 4) -> Answer:
    """Run a subject once, forward and backward, and compare the shapes with what was promised."""
    problem = make_problem(subject, steps, np.random.default_rng(0))
    parameters = subject.parameters()
    try:
        result = subject.run(problem, parameters, backward=True)
    except Exception as error:
        return Answer(None, error, None)
    return Answer(result, None, _complaint(subject, problem, result, parameters))


def _complaint(
    subject: Subject, problem: Problem, result: Result, parameters: dict[str, Numbers]
) -> str | None:
    shapes = {name: np.shape(p) for name, p in parameters.items()}
    gradients = result.gradients
    fitting = [name for name in gradients if np.shape(gradients[name]) == shapes.get(name)]
    expected: dict[str, tuple[int, ...]] = {} if fitting else dict(shapes)
    expected["x"] = problem.x.shape
    expected.update((role, state.shape) for role, state in problem.states.items())
    for name, gradient in result.gradients.items():
        if name in expected and np.shape(gradient) != expected[name]:
            return f"the gradient of {name} has shape {np.shape(gradient)}, not {expected[name]}"
    if not result.gradients:
        return NO_GRADIENT
    if subject.loss == "theirs" and result.loss is None:
        return "no loss came back"
    if result.outputs is None:
        return None if subject.loss == "theirs" else "no outputs came back"
    if subject.loss == "upstream" and result.outputs.shape != problem.upstream.shape:
        return f"the outputs have shape {result.outputs.shape}, not {problem.upstream.shape}"
    return None
