"""What a snapshot has: a function of the epoch shown, and nothing that nobody asked for."""

from typing import Any

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.session import commands as c
from rnn_tui.session.lenses.lens import Lens, Scene
from rnn_tui.session.lenses.norms import TRACE_POINTS, norms
from rnn_tui.session.lenses.sequence import sequence
from rnn_tui.session.lenses.weights import weights
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.trainer import Trainer
from tests.session.playing import RUN, at, do, look, straight

ALL: tuple[Lens, ...] = (norms, sequence, weights)


def watching(run: Run, *lenses: Lens) -> Run:
    return do(run, c.Watch(frozenset(lenses)))


@pytest.mark.parametrize("epoch", [0, 1, 7])
def test_everything_is_a_function_of_the_epoch_shown(epoch: int) -> None:
    run = do(watching(at(12), *ALL), c.GoTo(epoch))
    seen = look(run).observation
    trainer, state = Trainer(RUN), straight(RUN, epoch)
    parameters = trainer.parameters_of(state)
    evaluator = Evaluator(trainer.dataset.training, RUN.symbols, RUN)
    evaluation, gradient = evaluator.evaluate_with_gradient(parameters)
    assert seen.evaluation == evaluation
    for tensor in seen.see(norms):
        name = tensor.name
        assert tensor.norm == tensor.trace[-1] == parameters.norms()[name]
        assert tensor.gradient_norm == gradient.norms()[name]
        if state.previous is None:
            assert tensor.update_ratio is None
        else:
            moved = parameters.with_flat(state.parameters - state.previous)[name]
            assert tensor.update_ratio == pytest.approx(np.linalg.norm(moved) / tensor.norm)
    detail = evaluator.detail(parameters, 0)
    assert np.array_equal(seen.see(sequence).confidence, detail.confidence)
    assert np.array_equal(seen.see(sequence).gradient_norms, detail.gradient_norms)
    assert np.array_equal(seen.see(weights).matrices["U"], parameters["U"])
    assert (len(seen.curve.last), seen.newest) == (12, 12)
    assert seen.settings == RUN.settings


def test_the_trace_is_of_24_epochs_spread_over_the_past() -> None:
    run = watching(at(100), norms)
    trainer = Trainer(RUN)
    of_all = [trainer.parameters_of(trainer.state).norms()["U"]]
    for _ in range(100):
        of_all.append(trainer.parameters_of(trainer.advance()).norms()["U"])
    trace = {tensor.name: tensor.trace for tensor in look(run).observation.see(norms)}["U"]
    assert TRACE_POINTS == 24
    assert trace.tolist() == [of_all[100 * i // 23] for i in range(24)]
    do(run, c.GoTo(10))
    trace = {tensor.name: tensor.trace for tensor in look(run).observation.see(norms)}["U"]
    assert trace.tolist() == of_all[:11]


def test_a_tensor_that_is_zero_has_no_ratio_of_its_update() -> None:
    run = do(watching(at(3), norms), c.ZeroWeights("U"))
    ratios = {tensor.name: tensor.update_ratio for tensor in look(run).observation.see(norms)}
    assert ratios["U"] is None and ratios["V"] is not None


def test_the_gradient_of_held_weights_is_shown() -> None:
    run = do(watching(at(3), norms), c.SetSetting("hold", "U"), c.Step(2))
    of_u = next(t for t in look(run).observation.see(norms) if t.name == "U")
    assert of_u.norm == 0 and of_u.gradient_norm > 0


def test_the_weights_are_seen_with_what_they_do_to_a_signal() -> None:
    run = watching(at(4), weights)
    seen = look(run).observation.see(weights)
    parameters = run.navigator.trainer.parameters_of(run.navigator.state)
    assert {name: matrix.shape for name, matrix in seen.matrices.items()} == {
        "W": (3, 3), "U": (3, 3), "V": (3, 3), "b_h": (3,), "b_o": (3,)
    }  # fmt: skip
    assert not np.shares_memory(seen.matrices["U"], parameters["U"])
    assert seen.spectral_radius == pytest.approx(np.abs(np.linalg.eigvals(parameters["U"])).max())
    assert 0 <= seen.saturated <= 1


def test_another_sequence_is_shown_round_and_round() -> None:
    run = watching(at(0), sequence)
    dataset = run.navigator.trainer.dataset
    inputs, targets = dataset.training.inputs, dataset.training.targets
    alphabet = dataset.inputs
    for step, index in [(1, 1), (-1, 0), (-1, 4), (1, 0)]:
        shown = look(do(run, c.ShowSequence(step))).observation
        seen = shown.see(sequence)
        assert (seen.index, shown.sequence) == (index, index)
        assert (seen.count, shown.sequences) == (5, 5)
        assert seen.inputs == tuple(alphabet[x] for x in inputs[index])
        assert seen.targets == tuple(alphabet[y] for y in targets[index])


# Nothing that nobody asked for.


class Counted:
    """A lens that counts how often it looks."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, scene: Scene) -> int:
        self.looks += 1
        return scene.state.epoch


def test_a_lens_looks_only_while_it_is_asked_for() -> None:
    run, lens, other = at(3), Counted(), Counted()
    assert look(run).observation.seen == {}
    assert look(watching(run, lens)).observation.see(lens) == 3
    assert look(do(run, c.Step(1))).observation.see(lens) == 4
    assert (lens.looks, other.looks) == (2, 0)
    seen = look(watching(run, other)).observation
    assert (lens.looks, other.looks) == (2, 1)
    with pytest.raises(KeyError):
        seen.see(lens)


PASSES = {"evaluate", "evaluate_with_gradient", "detail", "saturated"}


@pytest.mark.parametrize(
    ("lenses", "passes"),
    [
        ((), ["evaluate"]),
        ((sequence,), ["detail", "evaluate"]),
        ((norms,), ["evaluate_with_gradient"]),
        ((weights,), ["evaluate", "saturated"]),
        (ALL, ["detail", "evaluate_with_gradient", "saturated"]),
    ],
    ids=["nothing", "sequence", "norms", "weights", "all"],
)
def test_only_what_is_asked_for_is_computed_and_that_once(
    lenses: tuple[Lens, ...], passes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(name: str) -> Any:
        original = getattr(Evaluator, name)

        def method(*arguments: Any) -> Any:
            made.append(name)
            return original(*arguments)

        return method

    for name in PASSES:
        monkeypatch.setattr(Evaluator, name, counted(name))
    run = watching(at(3), *lenses)
    look(run)
    look(run)
    assert sorted(made) == passes


def test_a_look_that_is_interrupted_leaves_the_last_one_whole() -> None:
    run = at(3)
    before = look(run)
    do(run, c.Step(1))

    def at_step() -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        run.look(at_step)
    assert not run.is_observed
    shown = run.look_back()
    assert shown is not None and shown.observation is before.observation
    assert look(run).observation.epoch == 4
    assert run.is_observed


def test_what_was_seen_does_not_change_afterwards() -> None:
    run = watching(do(validated(), c.GoTo(5)), *ALL)
    seen = look(run).observation
    assert seen.valid_curve is not None
    arrays = (
        *seen.curve,
        *seen.valid_curve,
        seen.see(sequence).confidence,
        *seen.see(weights).matrices.values(),
    )
    kept = [array.copy() for array in arrays]
    do(run, c.GoTo(50))
    assert all(np.array_equal(*pair) for pair in zip(kept, arrays, strict=True))


# With a validation set.


def validated() -> Run:
    return Run(Navigator(Trainer(RUN.with_options(valid=0.4))))


def test_the_validation_loss_is_of_the_epoch_shown_and_its_curve_of_the_whole_run() -> None:
    run = validated()
    seen = look(run).observation
    assert seen.valid_loss is not None and np.isnan(seen.valid_loss) and seen.valid_curve is None
    seen = look(do(run, c.GoTo(8), c.GoTo(3))).observation
    assert seen.valid_curve is not None
    assert seen.valid_curve.epochs.tolist() == seen.curve.epochs.tolist()
    assert (
        seen.valid_loss
        == seen.valid_curve.last[2]
        == straight(run.navigator.trainer.config, 3).valid_loss
    )


def test_without_a_validation_set_there_is_neither_a_loss_nor_a_curve_of_it() -> None:
    seen = look(at(3)).observation
    assert (seen.valid_loss, seen.valid_curve) == (None, None)


# Branches.


def test_every_branch_is_shown_and_which_one_it_is() -> None:
    run = do(at(9), c.GoTo(4), c.ScaleRate(2), c.Step(3))
    seen = look(run).observation
    first, branch = seen.branches
    assert (seen.branch, seen.epoch, seen.newest) == (1, 7, 7)
    assert (first.number, first.parent, first.fork, first.newest) == (0, None, 0, 9)
    assert (branch.number, branch.parent, branch.fork, branch.newest) == (1, 0, 4, 7)
    assert first.curve.epochs.tolist() == list(range(1, 10))
    assert branch.curve.epochs.tolist() == [5, 6, 7]
    assert seen.curve.last[4:].tolist() == branch.curve.last.tolist()
    assert first.changes == () and branch.changes == seen.changes


def test_only_what_is_new_of_a_branch_is_looked_at_again() -> None:
    run = do(at(9), c.GoTo(4), c.ScaleRate(2), c.Step(3))
    before = look(run).observation.branches
    first, branch = look(do(run, c.Step(1))).observation.branches
    assert first is before[0]
    assert branch.curve.epochs.tolist() == [5, 6, 7, 8]
    do(run, c.NameBranch(0, "mine"), c.SetSetting("lr", 0.5))
    first, branch = look(run).observation.branches
    assert first.name == "mine"
    assert branch.changes[-1].position == (8, 0)
