"""Sequences of different lengths: padding is never scored and changes nothing."""

from collections.abc import Iterator

import numpy as np
import pytest

from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.tasks.registry import TASKS
from rnn_tui.training.batches import batch_of
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.trainer import Trainer
from tests.ragged import Ragged


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TASKS, "ragged", Ragged)


def made(cell: str, batch: int) -> Config:
    return Config.of(
        task="ragged", length=7, sequences=6, cell=cell, hidden=4, batch=batch, lr=0.1,
        init="scaled",
    )  # fmt: skip


def alone(trainer: Trainer) -> Iterator[tuple[float, int, Parameters]]:
    """Of each sequence without its padding: loss, scored symbols, gradient."""
    config, training = trainer.config, trainer.dataset.training
    layout = plain_layout(config.cell, config.symbols, config.hidden)
    parameters = trainer.parameters_of(trainer.initial_state())
    for index in range(len(training)):
        single = training.single(index)
        network = Unrolled(config.cell, single.steps, 1, config.symbols, config.hidden)
        batch, gradient = batch_of(single, config.symbols), Parameters.zeros(layout)
        evaluation = Evaluator(single, config.symbols, config).evaluate(parameters)
        network.forward(parameters, batch)
        network.backward(parameters, batch, gradient)
        yield evaluation.total_loss, evaluation.symbols, gradient


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_an_update_is_that_of_the_sequences_without_padding(cell: str) -> None:
    trainer = Trainer(made(cell, batch=6))
    lengths = trainer.dataset.training.lengths
    assert lengths is not None and len(set(lengths.tolist())) > 2
    losses, scored, gradients = zip(*alone(trainer), strict=True)
    start = trainer.parameters_of(trainer.initial_state())
    state = trainer.advance()
    after = trainer.parameters_of(state)
    for name in after:
        mean = np.mean([gradient[name] for gradient in gradients], 0)
        np.testing.assert_allclose(after[name], start[name] - 0.1 * mean, rtol=1e-10, atol=1e-13)
    assert state.training_loss == pytest.approx(sum(losses) / sum(scored), rel=1e-12)
    assert trainer.symbols_per_epoch == sum(scored)


@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_it_is_learned_and_the_sequence_shown_has_no_padding(cell: str, batch: int) -> None:
    config = made(cell, batch).with_options(optimizer="adam", lr=0.05)
    trainer = Trainer(config)
    for _ in range(300):
        if trainer.advance().training_accuracy == 1:
            break
    assert trainer.state.training_accuracy == 1
    training = trainer.dataset.training
    evaluator = Evaluator(training, config.symbols, config)
    assert training.lengths is not None
    for index, length in enumerate(training.lengths.tolist()):
        detail = evaluator.detail(trainer.parameters_of(trainer.state), index)
        assert len(detail.prediction) == len(detail.gradient_norms) == length
