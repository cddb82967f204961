"""Loss, accuracy and gradient at given parameters, however the sequences are cut into batches."""

from typing import Any

import numpy as np
import pytest

import rnn_tui.training.passes
from rnn_tui.model.batch import Batch
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.trainer import Trainer
from tests.training.by_hand import forward, loss_and_gradient

RUN = Config.of(sequences=5, length=3, hidden=3, batch=2)


def evaluator_of(trainer: Trainer) -> Evaluator:
    config = trainer.config
    return Evaluator(trainer.dataset.training, config.symbols, config)


def one_by_one(trainer: Trainer) -> tuple[float, int, dict[str, Any]]:
    """Total loss, symbols right, mean gradient: a pass for each sequence."""
    training = trainer.dataset.training
    inputs, targets = training.inputs, training.targets
    parameters = trainer.parameters_of(trainer.state)
    weights = {name: parameters[name] for name in parameters}
    passes = [loss_and_gradient(weights, x, y) for x, y in zip(inputs, targets, strict=True)]
    losses, gradients, _ = zip(*passes, strict=True)
    mean = {name: np.mean([part[name] for part in gradients], 0) for name in weights}
    predicted = [np.argmax(forward(weights, x)[1], 1) for x in inputs]
    return sum(losses), int((predicted == targets).sum()), mean


@pytest.mark.parametrize("numbers", [1, 40, 4_000_000])
@pytest.mark.parametrize("batch", [1, 2])
def test_all_sequences_count_once_however_they_are_batched(
    monkeypatch: pytest.MonkeyPatch, numbers: int, batch: int
) -> None:
    monkeypatch.setattr(rnn_tui.training.passes, "_BUFFER_NUMBERS", numbers)
    trainer = Trainer(Config.of(sequences=5, length=3, hidden=3, batch=batch))
    loss, correct, mean = one_by_one(trainer)
    evaluator, parameters = evaluator_of(trainer), trainer.parameters_of(trainer.state)
    evaluation, gradient = evaluator.evaluate_with_gradient(parameters)
    assert evaluation == evaluator.evaluate(parameters)
    assert evaluation.total_loss == pytest.approx(loss, rel=1e-12)
    assert evaluation.loss == pytest.approx(loss / 15, rel=1e-12)
    assert (evaluation.correct, evaluation.symbols, evaluation.sequences) == (correct, 15, 5)
    assert evaluation.accuracy == correct / 15
    for name in mean:
        assert np.allclose(gradient[name], mean[name], rtol=1e-9, atol=1e-12)
    right = evaluation.predictions == trainer.dataset.training.targets
    assert right.shape == (5, 3) and right.sum() == correct
    assert np.array_equal(evaluation.predictions, evaluator.predictions(parameters))


def test_one_sequence_is_seen_alone() -> None:
    trainer = Trainer(RUN)
    training = trainer.dataset.training
    inputs, targets = training.inputs, training.targets
    parameters = trainer.parameters_of(trainer.state)
    batch = Batch(inputs[3][:, None], targets[3][:, None], (3, 3))
    network = Unrolled(Elman(), 3, 1, (3, 3), 3)
    gradient = Parameters.zeros(plain_layout(Elman(), (3, 3), 3))
    y_hat = network.forward(parameters, batch).y_hat[:, :, 0]
    network.backward(parameters, batch, gradient)
    detail = evaluator_of(trainer).detail(parameters, 3)
    assert np.array_equal(detail.prediction, y_hat.argmax(0))
    assert np.allclose(detail.confidence, y_hat.max(0))
    assert np.allclose(detail.gradient_norms, np.linalg.norm(network.cell.ds_x[0, :, 0], axis=1))


def test_more_than_a_hundred_thousand_symbols_are_sampled_by_the_seed() -> None:
    trainers = [Trainer(Config.of(sequences=1200, length=100, hidden=2, seed=s)) for s in (0, 0)]
    first, second = (evaluator_of(trainer) for trainer in trainers)
    parameters = trainers[0].parameters_of(trainers[0].state)
    evaluation = first.evaluate(parameters)
    assert first.evaluated_on == evaluation.sequences == 1000
    assert evaluation == second.evaluate(parameters)
    config = trainers[0].config.with_options(seed=1)
    another = Evaluator(trainers[0].dataset.training, config.symbols, config)
    assert another.evaluate(parameters).total_loss != evaluation.total_loss
    whole = Trainer(Config.of(sequences=1000, length=100, hidden=2))
    assert evaluator_of(whole).evaluated_on == 1000


def test_a_sample_for_a_large_network_is_smaller() -> None:
    heavy = Trainer(Config.of(sequences=1001, length=100, hidden=600, init="scaled"))
    light = Trainer(Config.of(sequences=1001, length=100, hidden=60))
    assert 10 <= evaluator_of(heavy).evaluated_on < 100
    assert evaluator_of(light).evaluated_on == 1000
    all_of_it = Trainer(Config.of(sequences=1000, length=100, hidden=600, init="scaled"))
    assert evaluator_of(all_of_it).evaluated_on == 1000


def test_it_can_be_left_at_a_time_step() -> None:
    trainer = Trainer(RUN)
    parameters = trainer.parameters_of(trainer.state)

    def leave() -> None:
        raise Interrupted

    evaluator = evaluator_of(trainer)
    right = evaluator.evaluate(parameters)
    with pytest.raises(Interrupted):
        evaluator.evaluate(parameters, leave)
    with pytest.raises(Interrupted):
        evaluator.detail(parameters, 0, leave)
    assert evaluator.evaluate(parameters) == right
