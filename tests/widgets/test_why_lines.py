"""Why, in as many lines as there are: each fits, and the numbers stay in their places."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets import Computed, Output, WhyView
from widgets.drawing.panel import MUTED
from widgets.sequence.styles import RIGHT, WRONG
from widgets.why.lines import why_lines, why_title

SUM = Computed(
    "s_h,3", "s = x W + a_t-1 U + b_h", "s_h,t = x_t W + a_h,t-1 U + b_h",
    "s_h,3 = x_3 W + a_h,2 U + b_h", (0.42, " + ", -1.93, " + ", 0.31), -1.20,
)  # fmt: skip
STATE = Computed(
    "a_h,3", "a = tanh(s)", "a_h,t = tanh(s_h,t)", "a_h,3 = tanh(s_h,3)",
    ("tanh(", -1.20, ")"), -0.83,
)  # fmt: skip
OUTPUTS = (
    Output("0", -3.0, 0.01, 0.01),
    Output("1", 1.1, 0.57, 0.57),
    Output("2", 0.8, 0.42, -0.58),
)
WHY = WhyView(
    3,
    "2",
    (("1", 0.57), ("2", 0.42), ("0", 0.01)),
    0.8675,
    0.42,
    "2",
    0.3,
    4,
    1.25,
    (SUM, STATE),
    OUTPUTS,
)
Z = Computed("z_3", "z = σ(x W_z)", "z_t = σ(x_t W_z)", "z_3 = σ(x_3 W_z)", ("σ(", 0.5, ")"), 0.62)
N = Computed(
    "n_3",
    "n = tanh(x W_n)",
    "n_t = tanh(x_t W_n)",
    "n_3 = tanh(x_3 W_n)",
    ("tanh(", 2.0, ")"),
    0.96,
)
A = Computed(
    "a_h,3", "a = (1 − z) ∘ n + z ∘ a_t-1", "a_h,t = (1 − z_t) ∘ n_t + z_t ∘ a_h,t-1",
    "a_h,3 = (1 − z_3) ∘ n_3 + z_3 ∘ a_h,2",
    ("(1 − ", 0.62, ") ∘ ", 0.96, " + ", 0.62, " ∘ ", -0.5), 0.05,
)  # fmt: skip
GATED = WHY._replace(cell=(Z, N, A), before=(("a_t-1", -0.5),))


def text(value: WhyView, width: int, height: int, **options: Any) -> list[str]:
    return ["".join(t for t, _ in line) for line in why_lines(value, width, height, **options)]


def test_in_six_lines_stands_the_chain_from_the_sum_to_the_probability() -> None:
    chain = [
        "target 2, says 1 with 57 %  ✗",
        "s_h,3 = x_3 W + a_h,2 U + b_h",
        "  =  0.42 − 1.93 + 0.31 = −1.20",
        "a_h,3 = tanh(−1.20) = −0.83",
        "node 4: +1.25 more to 1 than to 2",
        "with all +0.30, so 57 % to 42 %",
    ]
    assert text(WHY, 34, 6) == chain
    assert text(WHY, 34, 5) == chain[:-1]


def test_a_single_line_says_what_the_node_adds_and_the_title_what_is_said() -> None:
    assert text(WHY, 36, 1) == ["node 4: +1.25 more to 1 than to 2"]
    assert text(WHY, 37, 1) == ["node 4 adds +1.25 to 1 more than to 2"]
    assert text(WHY, 28, 1) == ["node 4: 1 leads 2 by +1.25"]
    assert why_title(WHY, 34, 1) == "why, at t = 3: says 1 with 57 %"
    assert why_title(WHY, 20, 1) == why_title(WHY, 34, 2) == "why, at t = 3"


def test_without_a_rival_nothing_leads() -> None:
    assert text(WHY._replace(rival=""), 60, 1) == ["node 4 adds +1.25 to 1"]


def test_percents_are_rounded_like_the_decimals_beside_them() -> None:
    value = WHY._replace(likely=(("1", 0.666), ("2", 0.329)), target_probability=0.329)
    assert "says 1 with 67 %  ✗   2 has 33 %" in text(value, 78, 12)[0]


def test_in_more_lines_stand_the_output_the_loss_and_where_its_gradient_begins() -> None:
    assert text(WHY, 78, 12)[2:] == [
        "  at node 4 =  0.42 − 1.93 + 0.31 = −1.20",
        "a_h,3 = tanh(s_h,3) = tanh(−1.20) = −0.83",
        "a_h,3 V: node 4 adds +1.25 to 1 more than to 2, the most of all nodes",
        "all nodes and b_o: +0.30, so 1 has 57 %, 2 has 42 %",
        "s_o,3 = a_h,3 V + b_o   = (−3.00  1.10  0.80)",
        "ŷ_3 = softmax(s_o,3)    = ( 0.01  0.57  0.42)",
        "L_3 = −ln 0.42          =  0.87 nats",
        "∂L/∂s_o,3 = ŷ_3 − y_3   = ( 0.01  0.57 −0.58)",
    ]


def test_a_right_answer_is_green_a_wrong_one_red_and_one_that_does_not_count_dim() -> None:
    right, unscored = WHY._replace(target="1"), WHY._replace(target="", loss=0.0)
    assert RIGHT in {style for _, style in why_lines(right, 34, 2)[0]}
    assert WRONG in {style for _, style in why_lines(WHY, 34, 2)[0]}
    assert why_lines(unscored, 34, 2)[0] == (("not scored: counts in no loss", MUTED),)
    assert not any("L_3" in line or "∂L" in line for line in text(unscored, 78, 12))
    assert text(right, 34, 2, ascii=True)[0] == "target 1, says 1 with 57 %  ok"


def test_of_gates_there_is_each_number_and_where_there_is_room_each_formula() -> None:
    assert text(GATED, 34, 6) == [
        "target 2, says 1 with 57 %  ✗", "z_3 0.62  n_3  0.96  a_t-1 −0.50",
        "a = (1 − z) ∘ n + z ∘ a_t-1", "  =  0.05",
        "node 4: +1.25 more to 1 than to 2", "with all +0.30, so 57 % to 42 %",
    ]  # fmt: skip
    lines = text(GATED, 90, 14)
    assert "z_3 = σ(x_3 W_z) = σ( 0.50) =  0.62" in lines
    assert (
        "a_h,3 = (1 − z_3) ∘ n_3 + z_3 ∘ a_h,2 = (1 − 0.62) ∘  0.96 + 0.62 ∘ −0.50 =  0.05" in lines
    )
    assert not any(line.startswith("z_3 0.62") for line in lines), "it is not said twice"


def test_of_two_states_each_has_its_formula_in_one_line_where_there_are_six() -> None:
    c = Computed(
        "c_3", "c = f ∘ c_t-1 + i ∘ g", "c_t = f_t ∘ c_t-1 + i_t ∘ g_t",
        "c_3 = f_3 ∘ c_2 + i_3 ∘ g_3", (0.62, " ∘ ", -0.5, " + ", 0.62, " ∘ ", 0.62), 0.07,
    )  # fmt: skip
    a = STATE._replace(formula="a = o ∘ tanh(c)", pieces=(0.62, " ∘ tanh(", 0.07, ")"), value=0.05)
    gates = [Z._replace(name=f"{name}_3") for name in "ifog"]
    assert text(GATED._replace(cell=(*gates, c, a)), 34, 6)[1:4] == [
        "i 0.62  f 0.62  o 0.62  g 0.62", "c = f ∘ c_t-1 + i ∘ g =  0.07",
        "a =  0.62 ∘ tanh( 0.07) =  0.05",
    ]  # fmt: skip


def test_of_four_gates_those_that_fit_are_said() -> None:
    gates = [Z._replace(name=f"{name}_3") for name in "ifog"]
    value = GATED._replace(cell=(*gates, A), before=())
    assert text(value, 34, 6)[1] == "i 0.62  f 0.62  o 0.62  g 0.62"
    signed = [gate._replace(formula=gate.formula.replace("σ", "tanh")) for gate in gates[3:]]
    value = value._replace(cell=(*gates[:3], *signed, A))
    assert text(value, 34, 6)[1] == "i 0.62  f 0.62  o 0.62  g  0.62"


def test_a_minus_of_a_number_takes_the_place_of_the_plus_and_nothing_moves() -> None:
    other = SUM._replace(pieces=(-0.42, " + ", 1.93, " + ", -0.31))
    one, two = (text(WHY._replace(cell=(s, STATE)), 34, 4)[2] for s in (SUM, other))
    assert two == "  = −0.42 + 1.93 − 0.31 = −1.20" and len(one) == len(two)


def test_where_there_are_many_symbols_those_shown_are_named() -> None:
    value = WHY._replace(whole=False, outputs=OUTPUTS[1:])
    assert "(1: 0.57, 2: 0.42)" in "\n".join(text(value, 78, 12))


NUMBERS = st.floats()
WORDS = st.text(max_size=3)


@given(
    st.sampled_from([WHY, GATED]), WORDS, WORDS, NUMBERS, st.integers(0, 10**5),
    st.integers(1, 100), st.integers(0, 16), st.booleans(),
)  # fmt: skip
def test_every_line_fits_whatever_there_is(
    value: WhyView, target: str, said: str, number: float, step: int, width: int, height: int,
    ascii: bool,
) -> None:  # fmt: skip
    value = value._replace(
        target=target, likely=((said, number),), loss=number, step=step, contribution=number,
        cell=tuple(c._replace(value=number, pieces=(number, " + ", number)) for c in value.cell),
        outputs=tuple(Output(said, number, number, number) for _ in value.outputs),
    )  # fmt: skip
    lines = text(value, width, height, ascii=ascii)
    assert len(lines) <= height
    assert all(cell_len(line) <= width for line in lines)
    if ascii and (target + said).isascii():
        assert "".join(lines).isascii()


@given(st.sampled_from([WHY, GATED]), NUMBERS, st.integers(20, 90), st.integers(1, 14))
def test_the_number_of_lines_does_not_depend_on_the_numbers(
    value: WhyView, number: float, width: int, height: int
) -> None:
    other = value._replace(
        loss=number, contribution=number,
        cell=tuple(c._replace(value=number) for c in value.cell),
    )  # fmt: skip
    one, two = text(value, width, height), text(other, width, height)
    assert [len(line) for line in one] == [len(line) for line in two]


@pytest.mark.parametrize("size", [1e-9, 123456.0, float("inf"), float("nan"), -0.0])
def test_any_number_has_the_same_width(size: float) -> None:
    widths = {len(text(WHY._replace(loss=loss), 78, 12)[7]) for loss in (size, 0.87)}
    assert len(widths) == 1


def test_what_nobody_can_know_is_no_mistake() -> None:
    value = WHY._replace(known=False)
    said = "\n".join(text(value, 90, 12))
    assert "which nobody can know; says" in said and "✗" not in said
