"""From states to outputs and back: V, b_o, softmax, and what may go wrong there."""

from __future__ import annotations

import numpy as np

from rnn_tui.check.problem import Problem
from rnn_tui.check.reference.form import Form, Mistakes, Real, Roles, Trace, sigmoid

HEADS = (
    "softmax-slope-elementwise", "softmax-slope-of-target-only", "target-not-subtracted",
    "target-subtracted-twice", "sign-of-error", "upstream-missing", "upstream-at-last-step-only",
    "head-slope-missing", "head-slope-twice",
    "gradient-of-another-loss",
    "target-of-another-step:before", "target-of-another-step:after", "input-for-target",
    "target-not-subtracted@states", "target-not-subtracted@output",
    "output-weights-not-transposed", "one-array-for-all-steps",
    "never-carried-at-end",
)  # fmt: skip


def add_outputs(form: Form, roles: Roles, trace: Trace) -> Trace:
    """The trace with scores and outputs."""
    a = trace.a[-1:] if form.at_last_step else trace.a[1:]
    scores = a if form.head == "states" else a @ roles["V"] + roles["b_o"]
    outputs = scores
    if form.head == "probabilities":
        outputs = _softmax(scores)
    elif form.head == "sigmoid":
        outputs = sigmoid(scores)
    elif form.head == "tanh":
        outputs = np.tanh(scores)
    return trace._replace(scores=scores, outputs=np.moveaxis(outputs, 0, 1))


def errors_of(form: Form, trace: Trace, problem: Problem, loss: str, mistakes: Mistakes) -> Real:
    """∂L/∂s_o, (T', B, O), of a loss by its short name.

    Args:
        form: what kind of network.
        trace: with outputs.
        problem: that it was run on.
        loss: ``upstream``, ``cross-entropy``, ``squared``, ``binary``.
        mistakes: to be made.
    """
    outputs = np.moveaxis(trace.outputs, 1, 0)
    if loss == "upstream":
        given = np.moveaxis(np.asarray(problem.upstream, dtype=np.float64), 1, 0)
        return _through(form, outputs, given, mistakes)
    y = _targets(form, problem, len(outputs), mistakes)
    if "gradient-of-another-loss" in mistakes:
        loss = "cross-entropy" if loss == "squared" else "squared"
    if loss == "squared":
        return _through(form, outputs, _difference(outputs, y, mistakes), mistakes)
    if loss == "cross-entropy" and form.head in ("sigmoid", "tanh"):
        return _through(form, outputs, -y / outputs, mistakes)
    if form.head in ("scores", "states"):
        outputs = _softmax(outputs)
    if "softmax-slope-of-target-only" in mistakes:
        return np.asarray(y * (outputs - 1))
    error = _difference(outputs, y, mistakes)
    own = "head-slope-twice" if loss == "binary" else "softmax-slope-elementwise"
    if own in mistakes:
        error = error * outputs * (1 - outputs)
    return error


def _targets(form: Form, problem: Problem, steps: int, mistakes: Mistakes) -> Real:
    """(T', B, O), those of the last steps."""
    y = np.moveaxis(np.asarray(problem.y, dtype=np.float64), 1, 0)
    x = np.moveaxis(np.asarray(problem.x, dtype=np.float64), 1, 0)
    if "target-of-another-step:before" in mistakes:
        y = np.roll(y, 1, axis=0)
    if "target-of-another-step:after" in mistakes:
        y = np.roll(y, -1, axis=0)
    if "input-for-target" in mistakes and x.shape == y.shape:
        y = x
    return y[-steps:]


def _softmax(scores: Real) -> Real:
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def _difference(outputs: Real, y: Real, mistakes: Mistakes) -> Real:
    if "target-not-subtracted" in mistakes:
        return outputs
    if "target-subtracted-twice" in mistakes:
        return np.asarray(outputs - 2 * y)
    return y - outputs if "sign-of-error" in mistakes else outputs - y


def _through(form: Form, outputs: Real, given: Real, mistakes: Mistakes) -> Real:
    """Through the output's own activation, where it has one."""
    if form.head == "probabilities":
        if "softmax-slope-elementwise" in mistakes:
            return given * outputs * (1 - outputs)
        if "head-slope-missing" in mistakes:
            return given
        return np.asarray(outputs * (given - (given * outputs).sum(axis=-1, keepdims=True)))
    slope = np.ones_like(outputs)
    if form.head == "sigmoid":
        slope = outputs * (1 - outputs)
    elif form.head == "tanh":
        slope = 1 - outputs**2
    if "head-slope-missing" in mistakes:
        return given
    return given * (slope**2 if "head-slope-twice" in mistakes else slope)


def into_states(form: Form, roles: Roles, trace: Trace, errors: Real, mistakes: Mistakes) -> Real:
    """∂L/∂a from the outputs alone, (T, B, H)."""
    da = errors
    if form.head != "states":
        V = roles["V"]
        is_wrong = "output-weights-not-transposed" in mistakes and V.shape[0] == V.shape[1]
        da = errors @ (V if is_wrong else V.T)
    into = np.zeros_like(trace.a[1:])
    into[-len(da) :] = da
    if "never-carried-at-end" in mistakes and form.at_last_step:
        into[:] = da[-1]
    if "upstream-missing" in mistakes:
        into[:] = 0
    if "upstream-at-last-step-only" in mistakes:
        into[:-1] = 0
    return into
