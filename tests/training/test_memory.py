"""What a network does with its memory: against loops over single steps, and what is said of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.model.cells import CELLS
from rnn_tui.model.parameters import Parameters
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.registry import TASKS
from rnn_tui.tasks.task import chance_accuracy
from rnn_tui.training.command_line import parse_options
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.findings import finding
from rnn_tui.training.memory import (
    Ablation,
    Memory,
    MemoryProbe,
    Score,
    with_shuffled_history,
)
from rnn_tui.training.reach import Reached
from rnn_tui.training.trainer import Trainer

NOWHERE = Reached("t", 0, *(np.zeros(0, np.intp) for _ in range(3)))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def first_state(cell: str, s: dict[str, np.ndarray]) -> np.ndarray:
    """a after one step from zero, from the sums x W + b of each gate."""
    if cell == "rnn":
        return np.tanh(s["h"])
    if cell == "gru":
        return (1 - sigmoid(s["z"])) * np.tanh(s["n"])
    return sigmoid(s["o"]) * np.tanh(sigmoid(s["i"]) * np.tanh(s["g"]))


def alone(config: Config, parameters: Parameters, x: int) -> np.ndarray:
    """(O,) logits of who sees one input only."""
    sums = np.split(parameters["W"][x] + parameters["b_h"], config.gates)
    a = first_state(config.cell.name, dict(zip(config.cell.gates, sums, strict=True)))
    return a @ parameters["V"] + parameters["b_o"]


def trained(epochs: int, **options: Any) -> Trainer:
    trainer = Trainer(Config.of(**options))
    for _ in range(epochs):
        trainer.advance()
    return trainer


def look(trainer: Trainer) -> Memory:
    probe = MemoryProbe(trainer.dataset, trainer.config)
    return probe.look(trainer.parameters_of(trainer.state))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("task", ["echo", "anbn", "embedded-reber"])
def test_with_the_state_reset_each_input_is_seen_alone(cell: str, task: str) -> None:
    trainer = trained(2, task=task, cell=cell, hidden=5, lr=0.1)
    parameters, training = trainer.parameters_of(trainer.state), trainer.dataset.training
    losses, right = [], []
    for row, step in np.argwhere(training.counted):
        logits = alone(trainer.config, parameters, training.inputs[row, step])
        target = training.targets[row, step]
        losses.append(np.log(np.exp(logits).sum()) - logits[target])
        right.append(logits.argmax() == target)
    reset = look(trainer).training.reset
    assert reset.symbols == len(losses)
    assert reset.loss == pytest.approx(np.mean(losses), rel=1e-12)
    assert reset.accuracy == np.mean(right)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_u_is_all_that_carries_the_state_of_an_rnn(activation: str) -> None:
    seen = look(trained(3, task="running-sum", activation=activation, lr=0.05)).training
    assert seen.cut is not None
    assert seen.cut == pytest.approx(seen.reset, rel=1e-12)
    assert seen.cut != pytest.approx(seen.as_is, rel=1e-3)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_of_a_cell_with_gates_u_is_not_said_to_cut_the_memory(cell: str) -> None:
    assert look(trained(0, cell=cell)).training.cut is None


def test_as_it_is_says_what_the_evaluation_says() -> None:
    trainer = trained(5, task="echo", valid=1, lr=0.05)
    seen, state = look(trainer), trainer.state
    assert seen.is_validation and seen.fresh is not None
    assert seen.fresh.as_is.loss == pytest.approx(state.valid_loss, rel=1e-12)
    assert seen.fresh.as_is.accuracy == state.valid_accuracy


@pytest.mark.parametrize("task", TASKS)
def test_it_is_a_function_of_the_parameters_and_changes_none(task: str) -> None:
    trainer = trained(1, task=task)
    before = trainer.state.parameters.tobytes()
    one, other = look(trainer), look(trainer)
    assert one.training == other.training and one.fresh == other.fresh
    assert np.array_equal(one.reached.right, other.reached.right)
    assert trainer.state.parameters.tobytes() == before
    assert (
        trainer.advance().parameters.tobytes() == trained(2, task=task).state.parameters.tobytes()
    )


def test_fresh_sequences_are_neither_those_trained_on_nor_those_of_validation() -> None:
    config = Config.of(symbols=50, length=20, sequences=30)
    probe = MemoryProbe(config.task.dataset(0, 0), config)
    assert probe._fresh is not None
    data = config.task.dataset(0, 1)
    assert data.validation is not None
    known = {tuple(row) for known in (data.training, data.validation) for row in known.inputs}
    assert not known & {tuple(row) for row in probe._fresh._sequences.inputs}


@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 12), st.integers(1, 200))
@settings(max_examples=60, deadline=None)
def test_a_shuffled_history_has_the_same_inputs_before_and_the_same_one_last(
    seed: int, rows: int, steps: int, room: int
) -> None:
    generator = np.random.default_rng(seed)
    inputs = generator.integers(0, 1000, (rows, steps))
    lengths = generator.integers(1, steps + 1, rows)
    scored = np.arange(steps) < lengths[:, None]
    sequences = Sequences(inputs, inputs + 1, scored, lengths)
    shuffled = with_shuffled_history(sequences, generator, room)
    assert len(shuffled) == min(scored.sum(), max(1, room // steps))
    assert shuffled.scored is not None and shuffled.lengths is not None
    assert (shuffled.scored.sum(axis=1) == 1).all()
    originals = [row.tolist() for row in inputs]
    for row, length in zip(range(len(shuffled)), shuffled.lengths, strict=True):
        at = length - 1
        seen = shuffled.inputs[row, :length].tolist()
        assert shuffled.scored[row, at] and shuffled.targets[row, at] == seen[-1] + 1
        assert any(
            seen[-1] == original[at] and sorted(seen[:-1]) == sorted(original[:at])
            for original in originals
        )


def test_the_order_of_a_history_is_shuffled_at_all() -> None:
    sequences = Sequences(np.tile(np.arange(12), (5, 1)), np.zeros((5, 12), np.intp))
    shuffled = with_shuffled_history(sequences, np.random.default_rng(0), 10_000)
    orders = {tuple(row[:11]) for row in shuffled.inputs[shuffled.scored[:, -1]]}  # type: ignore[index]
    assert len(orders) == 5


@pytest.mark.parametrize("options", ["", " --no-carry", " --batch 3"])
def test_of_a_text_the_state_is_carried_as_in_training(tmp_path: Path, options: str) -> None:
    file = tmp_path / "text.txt"
    file.write_text("the quick brown fox jumps over the lazy dog. " * 8)
    config = parse_options(f"--text {file} --hidden 6 --length 7 --lr 0.01{options}").config
    trainer = Trainer(config)
    trainer.advance()
    parameters = trainer.parameters_of(trainer.state)
    seen = look(trainer)
    now = Evaluator(trainer.dataset.training, config.symbols, config).evaluate(parameters)
    assert seen.training.as_is == pytest.approx((now.loss, now.accuracy, now.symbols), rel=1e-12)
    assert seen.fresh is not None and seen.is_validation
    assert seen.fresh.as_is.loss == pytest.approx(trainer.state.valid_loss, rel=1e-12)
    assert seen.training.cut == pytest.approx(seen.training.reset, rel=1e-12)
    assert (seen.reached.by, seen.reached.trained) == ("t", 6)


def test_of_a_long_text_the_first_chunks_are_seen_with_their_state_carried(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("abcdefghij klmnop. " * 400)
    config = parse_options(f"--text {file} --hidden 4").config
    trainer = Trainer(config)
    seen, training = look(trainer).training, trainer.dataset.training
    assert 1 < seen.sequences < seen.total == len(training)
    parameters = trainer.parameters_of(trainer.state)
    first = Evaluator(training.first(seen.sequences), config.symbols, config).evaluate(parameters)
    assert seen.as_is.loss == pytest.approx(first.loss, rel=1e-12)


# What follows.


def memory(as_is: float, reset: float, lost: int, gained: int, symbols: int = 1000) -> Memory:
    scores = [Score(0.0, accuracy, symbols) for accuracy in (as_is, reset)]
    seen = Ablation(100, 100, *scores, None, scores[0], lost, gained)
    return Memory(seen, None, False, NOWHERE)


@pytest.mark.parametrize(
    ("task", "seen", "expected"),
    [
        ("echo", (1.0, 0.33, 670, 0), "without its state it is at chance: it uses its memory"),
        ("echo", (0.34, 0.33, 210, 200), "it is no better than guessing yet: nothing follows"),
        ("echo", (0.34, 0.60, 10, 270), "without its state it does better"),
        ("reber", (0.60, 0.40, 300, 100),
         "without its state 40 % are right, with it 60 %: it uses its memory"),
        ("successor", (1.0, 1.0, 0, 0),
         "without its state it loses nothing: this problem needs no memory"),
        ("successor", (0.96, 1.0, 0, 40),
         "without its state it does better: this problem needs no memory"),
        ("successor", (1.0, 0.7, 300, 0),
         "without its state 70 % are right, with it 100 %: it uses its memory, which this problem "
         "does not need"),
        ("successor", (0.8, 0.79, 20, 10),
         "without its state it loses nothing: it does not use its memory"),
        ("reber", (0.4, 0.39, 20, 10),
         "without its state it loses nothing: it does not use its memory, which this problem "
         "needs"),
    ],
)  # fmt: skip
def test_a_sentence_says_what_follows(
    task: str, seen: tuple[float, float, int, int], expected: str
) -> None:
    assert finding(memory(*seen), TASKS[task]()) == expected


@pytest.mark.parametrize(
    ("seen", "symbols", "expected"),
    [
        ((1.0, 0.6, 4, 0), 10, "without its state 60 % are right, with it 100 %, of 10 symbols"),
        ((0.9, 1.0, 0, 1), 10, "this problem needs no memory"),
        ((1.0, 0.0, 3, 0), 3, "100 % are right, 33.3 % by guessing, of 3 symbols"),
        ((1.0, 0.0, 1, 0), 1, "100 % are right, 33.3 % by guessing, of 1 symbol"),
        ((1 / 3, 0.0, 1, 0), 3, "it is no better than guessing yet: nothing follows"),
        ((1.0, 0.45, 33, 0), 60, "without its state 45 % are right, with it 100 %: it uses"),
        ((0.6, 0.6, 25, 25), 100, "without its state 60 % are right, with it 60 %, of 100 symbols"),
    ],
)  # fmt: skip
def test_where_few_symbols_differ_it_says_that_they_are_too_few_and_never_that_they_do_not(
    seen: tuple[float, float, int, int], symbols: int, expected: str
) -> None:
    said = finding(memory(*seen, symbols=symbols), TASKS["echo"]())
    assert expected in said
    assert said.endswith("too few to tell") == ("symbol" in expected)


def test_a_loss_that_rises_without_the_state_is_no_sign_of_an_unused_memory() -> None:
    seen = memory(0.6, 0.6, 3, 3)
    worse = seen.training._replace(reset=seen.training.reset._replace(loss=0.2))
    said = finding(seen._replace(training=worse), TASKS["successor"]())
    assert said == "without its state as many are right: it hardly uses its memory"


def test_three_labels_learned_by_heart_are_not_called_guesses(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("input,target\nabc,x\ncbd,y\nbca,z\n")
    trainer = Trainer(parse_options(f"--data {file} --target label --lr 0.01").config)
    for _ in range(200):
        trainer.advance()
    seen = look(trainer)
    assert (seen.training.as_is.accuracy, seen.training.reset.accuracy) == (1, 0)
    assert finding(seen, trainer.config.task).endswith("of 3 symbols: too few to tell")


def test_the_notebooks_problem_is_found_to_need_no_memory() -> None:
    trainer = trained(300)
    assert finding(look(trainer), trainer.config.task).endswith("this problem needs no memory")


@pytest.mark.parametrize("cell", CELLS)
def test_echo_is_found_to_be_solved_by_memory(cell: str) -> None:
    trainer = trained(
        25, task="echo", delay=1, cell=cell, hidden=16, init="scaled", optimizer="adam", lr=0.02,
        sequences=50, batch=10,
    )  # fmt: skip
    seen = look(trainer)
    assert seen.fresh is not None and seen.fresh.as_is.accuracy > 0.9
    assert finding(seen, trainer.config.task).endswith("it is at chance: it uses its memory")


def test_guessing_is_even_but_for_the_blanks_of_copy() -> None:
    assert chance_accuracy(TASKS["echo"]()) == pytest.approx(1 / 3)
    assert chance_accuracy(TASKS["copy"]()) == pytest.approx((20 + 10 / 8) / 30)
