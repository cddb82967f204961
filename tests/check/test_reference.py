"""The reference's gradients are right without mistakes, and every mistake makes one wrong."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_tui.check.layout import shapes_for
from rnn_tui.check.mistakes import mistake_of
from rnn_tui.check.problem import Problem, Sizes
from rnn_tui.check.reference.form import Form, Mistakes, Roles
from rnn_tui.check.reference.network import globals_of, gradients, run, truncated

SIZES, STEPS, BATCH, WIDTH = Sizes(4, 5, 4, 4), 6, 2, 3
NONE: Mistakes = frozenset()
FORMS = [
    Form("rnn", "tanh"),
    Form("rnn", "sigmoid", "scores"),
    Form("rnn", "tanh", "states"),
    Form("rnn", "tanh", "probabilities", at_last_step=True),
    Form("rnn", "tanh", "sigmoid"),
    Form("rnn", "tanh", embedded=True),
    Form("lstm"),
    *(Form("gru", keeps=keeps, resets_before=before)
      for keeps in (True, False) for before in (True, False)),
]  # fmt: skip


def drawn(form: Form, seed: int = 0) -> tuple[Roles, Problem]:
    generator = np.random.default_rng(seed)
    width = WIDTH if form.embedded else SIZES.inputs
    shapes = shapes_for(form.gates, width, SIZES, form.embedded, form.head != "states")
    roles = {role: 0.6 * generator.normal(size=shape) for role, shape in shapes.items()}
    symbols, targets = generator.integers(4, size=(2, BATCH, STEPS))
    outputs = SIZES.hidden if form.head == "states" else SIZES.outputs
    upstream = generator.normal(size=(BATCH, 1 if form.at_last_step else STEPS, outputs))
    states = {role: 0.5 * generator.normal(size=(BATCH, SIZES.hidden)) for role in ("h0", "c0")}
    return roles, Problem(
        symbols, np.eye(4)[symbols], targets, np.eye(4)[targets], upstream, states
    )


def loss_of(form: Form, roles: Roles, problem: Problem) -> float:
    outputs = run(form, roles, problem).outputs
    if form.head in ("probabilities", "scores"):
        e = np.exp(outputs)
        p = outputs if form.head == "probabilities" else e / e.sum(axis=-1, keepdims=True)
        return -float((problem.y[:, -p.shape[1] :] * np.log(p)).sum())
    return float((problem.upstream * outputs).sum())


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_without_mistakes_the_gradient_is_the_derivative_of_the_loss(form: Form) -> None:
    roles, problem = drawn(form)
    loss = "cross-entropy" if form.head in ("probabilities", "scores") else "upstream"
    found = gradients(form, roles, run(form, roles, problem), problem, loss, NONE)

    for role, array in [*roles.items(), ("h0", problem.states["h0"])]:
        direction, kept = np.random.default_rng(1).normal(size=array.shape), array.copy()
        slopes = []
        for step in (1e-5, -1e-5):
            array[...] = kept + step * direction
            slopes.append(loss_of(form, roles, problem))
            array[...] = kept
        numeric = (slopes[0] - slopes[1]) / 2e-5
        assert (found[role][""] * direction).sum() == pytest.approx(numeric, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("form", [Form("rnn"), Form("lstm"), Form("gru")], ids=str)
def test_every_mistake_has_words(form: Form) -> None:
    roles, problem = drawn(form)
    found = gradients(form, roles, run(form, roles, problem), problem, "cross-entropy", NONE)
    flags = {flag for flags in globals_of(form) for flag in flags}
    in_sums = {mistake for variants in found.values() for mistake in variants if mistake}

    assert all(mistake_of(flag).title for flag in flags | in_sums)


@pytest.mark.parametrize("form", [Form("rnn"), Form("lstm"), Form("gru")], ids=str)
def test_truncation_beyond_the_last_lag_cuts_nothing(form: Form) -> None:
    roles, problem = drawn(form)
    trace = run(form, roles, problem)
    whole = gradients(form, roles, trace, problem, "cross-entropy", NONE)
    cut = truncated(form, roles, trace, problem, "cross-entropy", lambda _: 0)
    short = truncated(form, roles, trace, problem, "cross-entropy", lambda t: max(t - 1, 0))

    for role in roles:
        assert cut[role][""] == pytest.approx(whole[role][""])
    name = "U" if form.cell == "rnn" else f"U_{form.gates[0]}"
    assert not np.allclose(short[name][""], whole[name][""])
