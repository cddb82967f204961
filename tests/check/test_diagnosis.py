"""What is told of a mistake: its cause, its line, the formula with their names."""

from __future__ import annotations

import pytest

from rnn_tui.check.here import check_code
from rnn_tui.check.report import Report
from tests.amounts import few_rows
from tests.check.corpus.corpus import templates
from tests.check.loading import module_of

TEMPLATES = {template.name: template for template in templates()}


def checked(template: str, cause: str, place: int = 0) -> tuple[Report, int]:
    """The report on a template with a mistake, and the line in which it stands."""
    known = TEMPLATES[template]
    mistake = [each for each in known.mistakes if each.cause == cause][place]
    case = known.case((mistake,))
    return check_code(module_of(case.source)), case.lines[0]


@pytest.mark.parametrize(
    ("template", "cause"),
    few_rows(
        [
            ("batch_of_indices", "repeated-index"),
            ("gru_states", "carry-without-direct-way"),
            ("memory_list", "carry-sign"),
            ("batch_of_indices", "bias-not-summed"),
            ("loops_in_loops", "input-of-another-step"),
            ("lstm_states", "cell-not-activated"),
            ("memory_list", "loop-forwards"),
            ("relu_mean_squared", "gradient-of-another-loss"),
        ],
        3,
    ),
)
def test_the_cause_is_told_with_its_line(template: str, cause: str) -> None:
    report, line = checked(template, cause)

    assert report.causes[0].cause == cause
    assert abs((report.causes[0].line or 0) - line) <= (0 if report.causes[0].is_at_line else 3)


@pytest.mark.parametrize(
    ("template", "causes"),
    [
        ("named_tuple", {"slope-missing", "carry-not-transposed"}),
        ("lstm_class", {"gates-swapped", "slope-missing"}),
    ],
    ids=["mean over time", "gates that change each other"],
)
def test_two_mistakes_at_once_are_told_first(template: str, causes: set[str]) -> None:
    known = TEMPLATES[template]
    planted = {each.cause: each for each in known.mistakes if each.cause in causes}
    told = check_code(module_of(known.case(tuple(planted.values())).source)).causes

    assert {each.cause for each in told[:2]} == causes


def test_a_formula_is_told_with_their_names_and_the_way_they_lie() -> None:
    columns = checked("globals_columns", "current-state-for-previous")[0].causes[0]
    rows = checked("memory_list", "carry-sign")[0].causes[0]

    assert columns.formula == "dU = Σ a_h,t-1ᵀ ∂L/∂s_h,t"
    assert columns.with_their_names == "dWhh = Σ_t ds_t h_t-1ᵀ"
    assert rows.with_their_names == "dh_t = Wyᵀ dy_t + Whᵀ ds_t+1"


def test_the_slope_is_that_of_their_activation() -> None:
    relu = checked("relu_mean_squared", "slope-of-wrong-value")[0].causes[0]

    assert relu.formula == "∂L/∂s_h,t = ∂L/∂a_h,t ∘ (a_h,t > 0)"


def test_a_step_left_out_of_every_sequence_is_no_truncation() -> None:
    report, _ = checked("many_to_one_list", "step-left-out")

    assert report.causes[0].cause == "step-left-out"


CARRY = 'dh_next = ds @ w["Whh"].T'


@pytest.mark.parametrize("cut", ["(t % 4 > 0)", "(t % 3 > 0)"])
def test_a_carry_cut_between_equal_parts_is_truncation(cut: str) -> None:
    told = check_code(module_of(with_carry(f"{CARRY} * {cut}")))

    assert told.verdict == "right"
    assert any("between parts of" in each for each in told.remarks)


@pytest.mark.parametrize("cut", ["(t > 1)", "(t != 4)"])
def test_a_carry_missing_at_one_step_only_is_no_truncation(cut: str) -> None:
    assert check_code(module_of(with_carry(f"{CARRY} * {cut}"))).verdict == "wrong"


def with_carry(line: str) -> str:
    source = TEMPLATES["gradients_on_self"].case().source
    assert CARRY in source
    return source.replace(CARRY, line)


def test_a_bias_gradient_that_is_not_summed_over_the_batch_is_wrong() -> None:
    report = check_code(module_of(NOT_SUMMED))

    assert report.wrong == ("b",)
    assert report.causes[0].cause == "bias-not-summed"


NOT_SUMMED = """
import numpy as np

def init(n=5, h=6):
    r = np.random.RandomState(0)
    shapes = dict(Wx=(n, h), Wh=(h, h), b=(1, h), Wy=(h, n))
    return {k: r.randn(*shape) * 0.3 for k, shape in shapes.items()}

def forward(params, x, h0):
    hs, ps = [h0], []
    for t in range(x.shape[1]):
        hs.append(np.tanh(x[:, t] @ params["Wx"] + hs[-1] @ params["Wh"] + params["b"]))
        e = np.exp(hs[-1] @ params["Wy"])
        ps.append(e / e.sum(1, keepdims=True))
    return np.stack(ps, 1), hs

def loss(probs, y):
    return -np.sum(y * np.log(probs))

def backward(params, x, y, probs, hs):
    g = {k: np.zeros_like(v) for k, v in params.items()}
    dn = 0
    for t in reversed(range(x.shape[1])):
        d = probs[:, t] - y[:, t]
        g["Wy"] += hs[t + 1].T @ d
        dz = (d @ params["Wy"].T + dn) * (1 - hs[t + 1] ** 2)
        g["Wx"] += x[:, t].T @ dz
        g["Wh"] += hs[t].T @ dz
        g["b"] = g["b"] + dz
        dn = dz @ params["Wh"].T
    return g
"""
