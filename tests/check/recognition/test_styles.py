"""Networks in many styles are found, and called so that their gradients follow their loss."""

from __future__ import annotations

import pytest

from rnn_tui.check.probing import answers
from rnn_tui.check.recognition.agreement import try_out
from tests.check.corpus.corpus import Case, Variant, right
from tests.check.loading import recognised

SMALL = list(right(Variant(vocab=4, hidden=6, seed=3)))
EQUAL = list(right(Variant(vocab=5, hidden=5, seed=4)))


@pytest.mark.parametrize("case", SMALL, ids=lambda case: case.name)
def test_every_template_is_recognised_and_all_its_gradients_are_read(case: Case) -> None:
    subject = recognised(case.source)
    assert subject is not None
    answer = answers(subject)
    assert (answer.error, answer.complaint) == (None, None)
    assert answer.result is not None
    assert set(subject.parameters()) <= set(answer.result.gradients)


@pytest.mark.parametrize("case", EQUAL, ids=lambda case: case.name)
def test_sizes_that_are_all_alike_confuse_nothing(case: Case) -> None:
    if "clip" in case.source:
        pytest.skip("gradients that are clipped do not follow the loss")
    subject = recognised(case.source)
    assert subject is not None
    fit = try_out(subject, batch=3, steps=6)
    assert fit.error is None
    assert fit.agreeing == len(subject.parameters())


def test_an_error_of_theirs_is_kept_and_not_taken_for_an_unknown_style() -> None:
    case = next(case for case in SMALL if case.name == "globals_columns")
    source = case.source.replace("dhnext = np.zeros_like(hs[0])", "dhnext = nowhere")
    subject = recognised(source)
    assert subject is not None
    assert isinstance(answers(subject).error, NameError)


def test_a_function_can_be_asked_for_by_name() -> None:
    case = next(case for case in SMALL if case.name == "tuple_functions")
    subject = recognised(case.source, "forward/backward")
    assert subject is not None
    assert subject.target == "forward/backward"


def test_a_file_without_a_network_is_not_recognised() -> None:
    assert recognised("import numpy as np\n\ndef add(a, b):\n    return a + b\n") is None


LETTERS = """
import numpy as np

def forward(x, h0, p):
    A, B, C = p
    hs, ys = [], []
    h = h0
    for t in range(len(x)):
        h = np.tanh({product_in} + {product_back})
        hs.append(h)
        ys.append({product_out})
    return ys, hs

def backward(dys, ys, hs, x, h0, p):
    A, B, C = p
    dA, dB, dC = np.zeros_like(A), np.zeros_like(B), np.zeros_like(C)
    back = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        dC += {outer_out}
        ds = (1 - hs[t] ** 2) * ({out_back} + back)
        dA += {outer_in}
        dB += {outer_back}
        back = {carry}
    return dA, dB, dC

def init_params():
    rng = np.random.default_rng(0)
    return {shapes}
"""
COLUMNS = {
    "product_in": "A @ x[t]", "product_back": "B @ h", "product_out": "C @ h",
    "outer_out": "np.outer(dys[t], hs[t])", "out_back": "C.T @ dys[t]",
    "outer_in": "np.outer(ds, x[t])", "carry": "B.T @ ds",
    "outer_back": "np.outer(ds, hs[t - 1] if t else h0)",
    "shapes": "rng.normal(size=(6, 4)), rng.normal(size=(6, 6)), rng.normal(size=(3, 6))",
}  # fmt: skip
ROWS = {
    "product_in": "x[t] @ A", "product_back": "h @ B", "product_out": "h @ C",
    "outer_out": "np.outer(hs[t], dys[t])", "out_back": "dys[t] @ C.T",
    "outer_in": "np.outer(x[t], ds)", "carry": "ds @ B.T",
    "outer_back": "np.outer(hs[t - 1] if t else h0, ds)",
    "shapes": "rng.normal(size=(4, 6)), rng.normal(size=(6, 6)), rng.normal(size=(6, 3))",
}  # fmt: skip


@pytest.mark.parametrize("layout", [COLUMNS, ROWS], ids=["columns", "rows"])
def test_letters_without_a_meaning_and_either_layout_are_understood_by_shape(
    layout: dict[str, str],
) -> None:
    subject = recognised(LETTERS.format(**layout))
    assert subject is not None
    assert subject.sizes[:3] == (4, 6, 3)
    assert subject.states == ("h0",)
    assert try_out(subject, batch=1, steps=5).agreeing == 3
