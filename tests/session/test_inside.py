"""The inside of a sequence, and why: the numbers of the notebook's class, for every cell."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui import RNN
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.session import commands as c
from rnn_tui.session.lenses.inside import NODES_AT_MOST, SequenceInside, inside
from rnn_tui.session.lenses.why import Formula, Why, why
from rnn_tui.session.run import Run
from rnn_tui.tasks.registry import TASKS
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.command_line import parse_options
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.ragged import Ragged
from tests.session.playing import do, look

CELLS = pytest.mark.parametrize("options", [
    {}, {"activation": "relu"}, {"cell": "gru"}, {"cell": "lstm"},
], ids=["tanh", "relu", "gru", "lstm"])  # fmt: skip


def run_of(**options: Any) -> Run:
    run = Run(Navigator(Trainer(Config.of(**options))))
    return do(run, c.Watch(frozenset({inside, why})))


def seen(run: Run) -> tuple[SequenceInside, Why]:
    observation = look(run).observation
    return observation.see(inside), observation.see(why)


def notebook(run: Run) -> RNN:
    """The notebook's class with the weights shown."""
    parameters = run.navigator.trainer.parameters_of(run.navigator.state)
    rnn = RNN(len(parameters["U"]), run.navigator.trainer.config.symbols[0])
    rnn.w, rnn.u, rnn.v = (parameters.notebook(name) for name in "WUV")
    rnn.b_h, rnn.b_o = parameters["b_h"], parameters["b_o"]
    return rnn


@pytest.mark.parametrize("epoch", [0, 57, 137])
def test_every_number_is_that_of_the_notebooks_class(epoch: int) -> None:
    run = do(run_of(), c.GoTo(epoch), c.ShowSequence(2))
    rnn, training = notebook(run), run.navigator.trainer.dataset.training
    x, y = training.inputs[2], training.targets[2]
    y_hat = rnn.feedforward(x)
    s_h, a_h, s_o = rnn.s_h, rnn.a_h, rnn.s_o
    assert s_h is not None and a_h is not None and s_o is not None
    one, _ = seen(run)
    assert one.y_hat is not None
    assert np.allclose(one.y_hat, y_hat, rtol=1e-12)
    assert np.allclose(one.states, a_h, rtol=1e-12)
    assert [*map(int, one.predictions)] == rnn.predict_single(x).tolist()
    assert np.allclose(one.target_probabilities, y_hat[np.arange(10), y], rtol=1e-12)
    for t in range(10):
        _, at = seen(run)
        assert at.step == t and at.cell[0].name == "s" and at.cell[1].name == "a"
        terms = at.cell[0].terms
        before = a_h[t - 1] if t else np.zeros(10)
        assert terms["x W"] == pytest.approx(rnn.w[at.node, x[t]])
        assert terms["a_t-1 U"] == pytest.approx(before @ rnn.u[:, at.node])
        assert terms["b_h"] == rnn.b_h[at.node]
        assert at.cell[0].value == pytest.approx(sum(terms.values()))
        assert at.cell[0].value == pytest.approx(s_h[t, at.node])
        assert at.cell[1].value == pytest.approx(a_h[t, at.node])
        assert [o.s_o for o in at.outputs] == pytest.approx(s_o[t])
        assert [o.y_hat for o in at.outputs] == pytest.approx(y_hat[t])
        assert [o.gradient for o in at.outputs] == pytest.approx(y_hat[t] - np.eye(3)[y[t]])
        assert at.loss == pytest.approx(rnn.loss(t, np.eye(3)[y], y_hat))
        do(run, c.ShowStep(1))


def test_the_gradient_at_each_step_is_what_the_loss_does_when_its_sum_is_moved() -> None:
    """‖∂L/∂s_t‖ of b_h moved at one step alone, which the notebook's class cannot do."""
    run = run_of(length=4, hidden=3)
    trainer = run.navigator.trainer
    parameters = trainer.parameters_of(run.navigator.state)
    one, _ = seen(run)
    x, y = trainer.dataset.training.inputs[0], trainer.dataset.training.targets[0]
    W, U, V, b_h, b_o = (parameters[name] for name in ("W", "U", "V", "b_h", "b_o"))

    def losses(moved: np.ndarray) -> np.ndarray:
        a, found = np.zeros(3), []
        for t in range(4):
            a = np.tanh(W[x[t]] + a @ U + b_h + moved[t])
            logits = a @ V + b_o
            found.append(np.log(np.exp(logits).sum()) - logits[y[t]])
        return np.array(found)

    slopes = np.empty((4, 3, 4))
    for t, j in np.ndindex(4, 3):
        moved = np.zeros((4, 3))
        moved[t, j] = 1e-6
        slopes[t, j] = (losses(moved) - losses(-moved)) / 2e-6
    assert one.gradient_norms == pytest.approx(np.linalg.norm(slopes.sum(2), axis=1), rel=1e-5)
    assert one.last == 3
    last = np.linalg.norm(slopes[:, :, 3], axis=1)
    assert one.last_gradient_norms == pytest.approx(last, rel=1e-5)


def value_of(formula: Formula) -> float:
    """The formula evaluated with the numbers of its terms."""
    terms = sorted(formula.terms, key=len, reverse=True)
    names = "|".join(rf"(?<!\w){re.escape(term)}(?!\w)" for term in terms)
    text = re.sub(names, lambda found: f"({formula.terms[found[0]]!r})", formula.formula)
    text = text.replace("∘", "*").replace("−", "-")
    functions = {"σ": lambda s: 1 / (1 + np.exp(-s)), "tanh": np.tanh, "max": max}
    return float(eval(text, functions))


@CELLS
def test_every_formula_comes_to_its_value(options: dict[str, Any]) -> None:
    run = do(run_of(**options), c.Step(3), c.ShowSequence(1))
    for _ in range(10):
        one, at = seen(run)
        for formula in at.cell:
            assert value_of(formula) == pytest.approx(formula.value, abs=1e-12), formula
        assert at.cell[-1].value == one.states[at.step, at.node]
        do(run, c.ShowStep(1))


@CELLS
def test_the_inside_is_that_of_the_forward_pass(options: dict[str, Any]) -> None:
    run = do(run_of(**options, hidden=5), c.Step(2))
    trainer = run.navigator.trainer
    one, _ = seen(run)
    network = Unrolled(trainer.config.cell, 10, 1, (3, 3), 5)
    network.forward(
        trainer.parameters_of(run.navigator.state), run.looking.scene.evaluator.single(0)
    )
    values = {quantity.name: quantity.value[:, 0] for quantity in network.quantities()}
    assert np.array_equal(one.states, values["a"])
    assert one.y_hat is not None and np.array_equal(one.y_hat, values["ŷ"])
    assert (one.memory is None) is ("c" not in values)
    assert one.memory is None or np.array_equal(one.memory, values["c"])
    assert one.activation == {"relu": "max", "tanh": "tanh"}.get(
        "" if "cell" in options else options.get("activation", "tanh"), ""
    )


def test_the_node_tells_most_where_it_adds_most_to_the_lead_of_what_is_said() -> None:
    run = run_of()
    parameters = run.navigator.trainer.parameters_of(run.navigator.state)
    V, found = parameters["V"], set()
    for _ in range(10):
        one, at = seen(run)
        a, said = one.states[at.step], int(at.prediction)
        is_wrong = at.prediction != at.target
        found.add(is_wrong)
        rival = int(at.target if is_wrong else at.likely[1][0])
        added = a * (V[:, said] - V[:, rival])
        assert at.rival == str(rival)
        assert at.node == added.argmax() and at.contribution == added[at.node]
        b_o = parameters["b_o"]
        assert at.lead == pytest.approx(added.sum() + b_o[said] - b_o[rival])
        chances = [output.y_hat for output in at.outputs]
        assert chances[said] / chances[rival] == pytest.approx(np.exp(at.lead))
        do(run, c.ShowStep(1))
    assert found == {True, False}


def test_what_is_not_scored_counts_in_no_loss() -> None:
    run = do(run_of(task="echo", delay=2), c.Look(0, 0))
    one, at = seen(run)
    assert not at.scored and at.loss == 0
    assert {output.gradient for output in at.outputs} == {0.0}
    assert one.scored.tolist() == [False] * 2 + [True] * 8


def test_sequences_of_different_lengths_are_seen_whole_and_without_padding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(TASKS, "ragged", Ragged)
    run = run_of(task="ragged", sequences=8, length=6)
    training = run.navigator.trainer.dataset.training
    for index in range(8):
        do(run, c.ShowStep(99))
        one, at = seen(run)
        length = training.length(index)
        assert len(one.inputs) == len(one.states) == len(one.gradient_norms) == length
        assert at.step == one.step == length - 1 == one.last
        assert at.scored
        do(run, c.ShowSequence(1))


@CELLS
def test_the_cursor_stays_in_the_sequence(options: dict[str, Any]) -> None:
    run = run_of(**options, length=3)
    for steps, step in [(-1, 0), (1, 1), (99, 2), (1, 2), (-99, 0)]:
        assert seen(do(run, c.ShowStep(steps)))[1].step == step


def test_at_first_one_looks_at_the_first_step_that_is_scored() -> None:
    assert seen(run_of(task="echo", delay=2))[1].step == 2
    assert seen(run_of(task="temporal-order", length=12))[1].step == 11
    assert seen(run_of())[1].step == 0


def test_who_looks_at_a_label_looks_at_that_of_the_next_sequence_too(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("input,target\nabcab,x\ncb,y\nbcab,z\n")
    config = parse_options(f"--data {file} --target label").config
    run = do(Run(Navigator(Trainer(config))), c.Watch(frozenset({inside, why})))
    steps = [4, 1, 3, 4]
    for place, step in enumerate(steps):
        at = seen(run)[1]
        assert (at.step, at.scored) == (step, True)
        do(run, c.ShowSequence(1) if place % 2 else c.Look((place + 1) % 3, None))
    do(run, c.Look(0, 1), c.ShowSequence(2))
    assert seen(run)[1].step == 1, "another step is kept to"


def test_another_seed_may_have_shorter_sequences() -> None:
    run = do(run_of(task="reber"), c.ShowStep(99))
    for _ in range(4):
        do(run, c.Restart(1))
        one, at = seen(run)
        assert at.step < len(one.inputs)


def test_of_many_symbols_and_nodes_a_few_are_seen() -> None:
    run = do(run_of(symbols=40, hidden=200, init="scaled", lr=0.1), c.Step(1))
    one, at = seen(run)
    assert one.y_hat is None and one.outputs == () and one.hidden == 200
    assert one.states.shape == (10, NODES_AT_MOST) == (10, len(one.nodes))
    assert one.nodes[0] == 0 and one.nodes[-1] == 199 and np.all(np.diff(one.nodes) > 0)
    assert one.likely[0][0] == at.prediction
    chances = [p for _, p in one.likely]
    assert len(chances) == 3 and chances == sorted(chances, reverse=True)
    assert one.second[0] == chances[1] and not at.whole
    assert {at.target, at.prediction} <= {output.symbol for output in at.outputs}
    assert len(at.outputs) <= 4


def test_of_equally_likely_symbols_the_first_are_named() -> None:
    run = do(run_of(), c.ZeroWeights("V, b_o"))
    one, at = seen(run)
    assert [symbol for symbol, _ in one.likely] == ["0", "1", "2"]
    assert at.prediction == "0" and at.target_probability == pytest.approx(1 / 3)


def test_a_long_sequence_of_a_large_layer_is_cheap_to_look_at_again() -> None:
    run = run_of(length=2000, sequences=1, hidden=128, init="scaled")
    one, _ = seen(run)
    assert one.last_gradient_norms is None, "a second backward pass would take long"
    passes: list[int] = []
    detail = run.looking.scene.evaluator.detail
    run.looking.scene.evaluator.detail = lambda *a: passes.append(1) or detail(*a)  # type: ignore[method-assign, func-returns-value]
    for _ in range(5):
        seen(do(run, c.ShowStep(1)))
    assert passes == []


def test_what_was_seen_does_not_change_afterwards() -> None:
    run = run_of(cell="lstm")
    one, _ = seen(run)
    assert one.y_hat is not None and one.memory is not None
    arrays = one.y_hat, one.memory, one.states, one.gradient_norms, one.confidence
    kept = [array.copy() for array in arrays]
    do(run, c.GoTo(9), c.ShowSequence(1))
    seen(run)
    assert all(map(np.array_equal, kept, arrays))
