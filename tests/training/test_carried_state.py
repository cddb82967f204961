"""A text chunk by chunk: the state carried on, zeros at the start of each epoch, the same bits."""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.cells import CELLS
from rnn_tui.model.interruption import Interrupted
from rnn_tui.session.lenses.lens import Scene
from rnn_tui.session.lenses.subject import subject
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.checking import check_network
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.trainer import Trainer
from tests.texts import TIDE, text_config
from tests.training.by_hand import loss_and_gradient
from tests.training.trained import Interrupter, same, trained


def streams_by_hand(config: Config, epochs: int) -> tuple[dict[str, Any], float]:
    """Weights and training loss from the text itself, as plain loops: an rnn without gates."""
    start = Trainer(config)
    parameters = start.parameters_of(start.state)
    weights = {name: parameters[name].copy() for name in parameters}
    alphabet = sorted(set(TIDE))
    text = [alphabet.index(c) for c in TIDE]
    text = text[: len(text) - math.floor(config.valid * len(text))]
    T, B, K = config.task.steps, config.batch, config.settings["bptt"]
    updates = (len(text) - 1) // T // B
    for _ in range(epochs):
        losses = []
        states = [np.zeros(config.hidden) for _ in range(B)]
        for update in range(updates):
            passes = []
            for stream in range(B):
                first = (stream * updates + update) * T
                inputs, targets = text[first : first + T], text[first + 1 : first + T + 1]
                loss, gradient, after = loss_and_gradient(
                    weights, inputs, targets, states[stream], K
                )
                passes.append(gradient)
                losses.append(loss)
                states[stream] = after if config.task.carry else 0 * after
            for name, weight in weights.items():
                weight -= config.settings["lr"] * np.mean([part[name] for part in passes], 0)
    return weights, float(np.sum(losses)) / (updates * T * B)


@pytest.mark.parametrize("bptt", [None, 1, 3])
@pytest.mark.parametrize("carry", [True, False])
@pytest.mark.parametrize(("batch", "hidden"), [(1, 4), (3, 4), (2, 60)], ids=["1", "3", "plain"])
def test_streams_train_as_plain_loops_over_the_text_do(
    batch: int, hidden: int, carry: bool, bptt: int | None
) -> None:
    config = text_config(batch=batch, hidden=hidden, carry=carry, bptt=bptt)
    expected, loss = streams_by_hand(config, 3)
    state = trained(config, 3)[-1]
    found = Trainer(config).parameters_of(state)
    for name, weight in expected.items():
        assert np.allclose(found[name], weight, rtol=1e-9, atol=1e-12)
    assert state.training_loss == pytest.approx(loss, rel=1e-9)


@pytest.mark.parametrize("cell", CELLS)
def test_an_epoch_left_anywhere_goes_on_with_the_same_bits(cell: str) -> None:
    config = text_config(cell=cell, batch=2, optimizer="adam")
    expected = trained(config, 2)[-1]
    for calls in ([3], range(0, 40, 2)):
        trainer, interrupter = Trainer(config), Interrupter(calls)
        while trainer.epoch < 2:
            try:
                trainer.advance(interrupter)
            except Interrupted:
                state, partial = trainer.state, trainer.partial()
                trainer = Trainer(config)
                trainer.restore(state, partial)
        assert same(trainer.state, expected)


def test_the_state_carried_is_part_of_the_position_inside_an_epoch() -> None:
    trainer = Trainer(text_config(cell="lstm", batch=2))
    with pytest.raises(Interrupted):
        trainer.advance(Interrupter([3]))
    partial = trainer.partial()
    assert partial is not None and [state.shape for state in partial.carried] == [(2, 4), (2, 4)]
    assert all(state.any() for state in partial.carried)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("batch", [1, 3])
def test_what_is_evaluated_is_the_text_read_through_once_with_one_set_of_weights(
    cell: str, batch: int
) -> None:
    short, long = (
        text_config(cell=cell, batch=batch),
        text_config(cell=cell, batch=batch, length=20),
    )
    evaluations = []
    for config in (short, long):
        trainer = Trainer(config)
        evaluator = Evaluator(trainer.dataset.training, config.symbols, config)
        evaluations.append(evaluator.evaluate(trainer.parameters_of(trainer.state)))
    if batch == 1:  # the first characters, which both read
        a, b = (each.predictions.ravel()[:100] for each in evaluations)
        assert np.array_equal(a, b)
    trainer = Trainer(short)
    evaluator = Evaluator(trainer.dataset.training, short.symbols, short)
    parameters = trainer.parameters_of(trainer.state)
    whole = evaluator.evaluate(parameters)
    for index in range(len(trainer.dataset.training)):
        detail = evaluator.detail(parameters, index)
        assert np.array_equal(detail.prediction, whole.predictions[index])


def test_a_chunk_is_seen_with_the_state_that_comes_before_it_whatever_was_evaluated_last() -> None:
    config = text_config(batch=2)
    trainer = Trainer(config)
    first = trainer.parameters_of(trainer.state)
    second = trainer.parameters_of(trainer.advance())
    fresh, used = (Evaluator(trainer.dataset.training, config.symbols, config) for _ in range(2))
    for parameters, index in itertools.product((first, second, first), (7, 2, 0)):
        used.evaluate(second)
        expected, found = (each.detail(parameters, index) for each in (fresh, used))
        assert np.array_equal(expected.gradient_norms, found.gradient_norms)
    assert not fresh.detail(first, 1).before and fresh.detail(first, 2).before["a"].any()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("batch", [1, 2])
def test_the_gradient_of_a_chunk_is_checked_from_the_state_before_it(cell: str, batch: int) -> None:
    config = text_config(cell=cell, batch=batch)
    scene = Scene(Navigator(Trainer(config)))
    scene.sequence = 9
    about = subject(scene)
    assert about.carried is not None
    check = check_network(config, about.parameters, about.batch, carried=about.carried)
    assert check.verdict == "right" and check.extent.startswith("all")
    other = check_network(config, about.parameters, about.batch)
    assert [tensor.numeric for tensor in check.tensors] != [t.numeric for t in other.tensors]


def test_of_a_long_text_the_first_hundred_thousand_characters_are_evaluated() -> None:
    config = text_config("the tide goes out " * 8_000, batch=7, hidden=20)
    training = Trainer(config).dataset.training
    evaluator = Evaluator(training, config.symbols, config)
    assert evaluator.evaluated_on == 100_000 // 5 // 7 * 7 < len(training)
    assert evaluator.numbers.tolist() == list(range(evaluator.evaluated_on))
    assert np.array_equal(evaluator.sample.inputs, training.inputs[: evaluator.evaluated_on])


def test_the_validation_text_is_one_stream_to_its_last_character() -> None:
    config = text_config(valid=0.25, batch=4)
    trainer = Trainer(config)
    validation = trainer.dataset.validation
    held_out = math.floor(0.25 * len(TIDE))
    assert validation is not None and validation.streams == 1
    assert validation.scored_count == held_out - 1
    alphabet = trainer.dataset.inputs
    rows = range(len(validation))
    read = [alphabet[s] for row in rows for s in validation.single(row).targets[0]]
    assert "".join(read) == TIDE[-held_out + 1 :]
