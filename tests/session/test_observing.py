"""What a snapshot has: a function of the epoch shown, and nothing that nobody asked for."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.session import commands as c
from rnn_tui.session.lenses.inside import inside
from rnn_tui.session.lenses.lens import Lens, Scene
from rnn_tui.session.lenses.norms import TRACE_POINTS, norms
from rnn_tui.session.lenses.predictions import predictions
from rnn_tui.session.lenses.subject import subject
from rnn_tui.session.lenses.weights import weights
from rnn_tui.session.lenses.why import why
from rnn_tui.session.run import Run
from rnn_tui.session.snapshot import Observation
from rnn_tui.session.summary import moment_of
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.text import Text
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.batches import batch_of
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.trainer import Trainer
from tests.session.playing import RUN, at, do, look, straight

ALL: tuple[Lens, ...] = (norms, predictions, inside, why, weights)


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
    assert np.array_equal(seen.see(inside).confidence, detail.confidence)
    assert np.array_equal(seen.see(inside).gradient_norms, detail.gradient_norms)
    assert np.array_equal(matrices(seen)["U"], parameters["U"])
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


def matrices(seen: Observation) -> dict[str, np.ndarray]:
    return {block.name: block.matrix for block in seen.see(weights).blocks}


def of(**options: Any) -> Run:
    """A run at epoch 0, with the weights watched."""
    return watching(Run(Navigator(Trainer(Config.of(**(SMALL | options))))), weights)


SMALL: dict[str, Any] = {"sequences": 5, "length": 3, "hidden": 3, "lr": 0.05}
GATES = {"rnn": ("",), "gru": ("_r", "_z", "_n"), "lstm": ("_i", "_f", "_o", "_g")}
CELLS = pytest.mark.parametrize("cell", GATES)


@CELLS
def test_every_block_of_weights_is_seen_in_the_notebooks_shape(cell: str) -> None:
    run = do(of(cell=cell, hidden=4), c.Step(2))
    seen = look(run).observation
    shapes = {name: matrix.shape for name, matrix in matrices(seen).items()}
    gates = GATES[cell]
    assert shapes == (
        {f"W{gate}": (4, 3) for gate in gates} | {f"U{gate}": (4, 4) for gate in gates}
        | {"V": (3, 4)} | {f"b_h{gate.strip('_')}": (4,) for gate in gates} | {"b_o": (3,)}
    )  # fmt: skip
    parameters = run.navigator.trainer.parameters_of(run.navigator.state)
    assert np.array_equal(
        np.hstack([matrices(seen)[f"U{gate}"] for gate in gates]), parameters["U"]
    )
    assert not np.shares_memory(matrices(seen)[f"U{gates[0]}"], parameters["U"])


@CELLS
def test_norm_gradient_and_step_of_the_blocks_are_together_those_of_the_tensors(cell: str) -> None:
    seen = look(do(watching(of(cell=cell), weights, norms), c.Step(2))).observation
    for tensor in seen.see(norms):
        blocks = [block for block in seen.see(weights).blocks if block.tensor == tensor.name]
        moved = [(block.update_ratio or 0) * block.norm for block in blocks]
        assert np.linalg.norm([block.norm for block in blocks]) == pytest.approx(tensor.norm)
        gradient = np.linalg.norm([block.gradient_norm for block in blocks])
        assert gradient == pytest.approx(tensor.gradient_norm)
        assert np.linalg.norm(moved) == pytest.approx((tensor.update_ratio or 0) * tensor.norm)


@CELLS
def test_there_is_a_largest_eigenvalue_of_each_block_of_u(cell: str) -> None:
    run = of(cell=cell)
    parameters = run.navigator.trainer.parameters_of(run.navigator.state)
    radii = look(run).observation.see(weights).spectral_radii
    assert list(radii) == [f"U{gate}" for gate in GATES[cell]]
    for name, radius in radii.items():
        assert radius == pytest.approx(np.abs(np.linalg.eigvals(parameters[name])).max())


@pytest.mark.parametrize(
    ("cell", "gates"), [("rnn", ()), ("gru", ("r", "z")), ("lstm", ("i", "f", "o"))]
)
def test_how_far_the_gates_are_open_is_counted_over_all_steps(
    cell: str, gates: tuple[str, ...]
) -> None:
    run = of(cell=cell, hidden=5)
    trainer = run.navigator.trainer
    seen = look(run).observation.see(weights)
    assert tuple(gate.name for gate in seen.gates) == gates
    network = Unrolled(trainer.config.cell, 3, 5, (3, 3), 5)
    network.forward(trainer.parameters_of(run.navigator.state),
                    batch_of(trainer.dataset.training, (3, 3)))  # fmt: skip
    values = {quantity.name: quantity.value for quantity in network.quantities()}
    for name, closed, opened in seen.gates:
        assert closed == pytest.approx((values[name] < 0.05).mean())
        assert opened == pytest.approx((values[name] > 0.95).mean())
    assert seen.saturated == pytest.approx((abs(values["a"]) > 0.95).mean())
    assert seen.inactive is None


def test_relu_is_not_saturated_but_inactive() -> None:
    run = do(of(activation="relu"), c.ZeroWeights("W"), c.ZeroWeights("U"), c.ZeroWeights("b_h"))
    seen = look(run).observation.see(weights)
    assert seen.saturated is None and seen.inactive == 1.0


def test_padding_is_neither_open_nor_closed() -> None:
    config = Config.of(**SMALL, cell="gru")
    whole = Trainer(config).dataset.training
    lengths = np.array([3, 1, 2, 3, 1])
    padded = Sequences(whole.inputs, whole.targets, np.arange(3) < lengths[:, None], lengths)
    parameters = Trainer(config).parameters_of(Trainer(config).state)
    everywhere = Evaluator(padded, (3, 3), config).shares(
        parameters, lambda quantities: {"all": np.ones_like(quantities[0].value, np.bool_)}
    )
    assert everywhere == {"all": 1.0}


@pytest.mark.parametrize(
    ("options", "factors"),
    [({}, [1.0, 1.0, 1.0]), ({"schedule": "linear", "epochs": 4}, [1.0, 0.75, 0.5])],
)
def test_the_factor_on_the_rate_is_that_of_the_next_update(
    options: dict[str, Any], factors: list[float]
) -> None:
    run = of(**options)
    for factor in factors:
        assert look(run).observation.rate_factor == pytest.approx(factor)
        do(run, c.Step(1))
    do(run, c.GoTo(1))
    assert look(run).observation.rate_factor == pytest.approx(factors[1])


def test_targets_that_are_not_scored_are_seen_as_such() -> None:
    run = watching(of(task="echo", delay=2), inside)
    assert look(run).observation.see(inside).scored.tolist() == [False, False, True]
    assert look(watching(of(), inside)).observation.see(inside).scored.all()


def test_another_sequence_is_shown_round_and_round() -> None:
    run = watching(at(0), inside)
    dataset = run.navigator.trainer.dataset
    inputs, targets = dataset.training.inputs, dataset.training.targets
    for step, index in [(1, 1), (-1, 0), (-1, 4), (1, 0)]:
        shown = look(do(run, c.ShowSequence(step))).observation
        seen = shown.see(inside)
        assert (seen.index, shown.sequence) == (index, index)
        assert (seen.count, shown.sequences) == (5, 5)
        assert seen.inputs == tuple(dataset.inputs[x] for x in inputs[index])
        assert seen.targets == tuple(dataset.outputs[y] for y in targets[index])


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


def test_another_sequence_is_seen_as_it_is_in_the_epoch_shown_while_training_runs_on() -> None:
    run = do(watching(at(3), *ALL), c.Run())
    look(run)
    run.work()
    seen = look(do(run, c.ShowSequence(1))).observation
    at_rest = look(do(watching(at(3), *ALL), c.ShowSequence(1))).observation
    assert (seen.epoch, seen.newest, seen.sequence) == (3, 3, 1)
    assert np.array_equal(seen.see(inside).states, at_rest.see(inside).states)
    assert seen.see(predictions).chosen == seen.see(inside).index == 1
    assert look(run).observation.epoch == 4


def test_what_is_to_be_checked_is_of_the_epoch_shown_while_training_runs_on() -> None:
    run = do(watching(at(3), predictions), c.Run())
    look(run)
    run.work()
    seen = look(watching(run, subject)).observation
    assert seen.see(subject).epoch == seen.epoch == 3


@pytest.mark.parametrize("command", [c.ScaleRate(2.0), c.Pause(), c.Visit(0)], ids=repr)
def test_what_does_more_than_look_otherwise_shows_the_present_epoch(command: c.Command) -> None:
    run = do(watching(at(3), *ALL), c.Run())
    look(run)
    run.work()
    seen = look(do(run, c.ShowSequence(1), command, c.ShowSequence(1))).observation
    assert (seen.epoch, seen.see(inside).index) == (4, 2)


def test_the_next_mistake_is_one_of_the_epoch_that_is_on_the_screen() -> None:
    run = do(watching(at(0), predictions), c.Run())
    wrong = look(run).observation.see(predictions).wrong
    for _ in range(200):
        run.work()
    for place in np.argwhere(wrong)[1:]:
        seen = look(do(run, c.NextMistake())).observation
        assert (seen.sequence, seen.step) == tuple(place)


PASSES = {"evaluate", "evaluate_with_gradient", "predictions", "detail", "shares"}


@pytest.mark.parametrize(
    ("lenses", "passes"),
    [
        ((), ["evaluate"]),
        ((inside, why), ["detail", "evaluate"]),
        ((norms,), ["evaluate_with_gradient"]),
        ((predictions,), ["evaluate", "predictions"]),
        ((predictions, norms), ["evaluate_with_gradient", "predictions"]),
        ((weights,), ["evaluate_with_gradient", "shares"]),
        (ALL, ["detail", "evaluate_with_gradient", "predictions", "shares"]),
    ],
    ids=["nothing", "sequence", "norms", "predictions", "both", "weights", "all"],
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
    assert not run.looking.is_current
    shown = run.look_back()
    assert shown is not None and shown.observation is before.observation
    assert look(run).observation.epoch == 4
    assert run.looking.is_current


def test_what_was_seen_does_not_change_afterwards() -> None:
    run = watching(do(validated(), c.GoTo(5)), *ALL)
    seen = look(run).observation
    assert seen.valid_curve is not None
    wall = seen.see(predictions)
    assert wall.changed is not None
    arrays = (
        wall.predictions,
        wall.wrong,
        wall.changed,
        *seen.curve,
        *seen.valid_curve,
        seen.see(inside).confidence,
        *matrices(seen).values(),
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
    trainer = run.navigator.trainer
    assert seen.valid_loss == trainer.validate(trainer.parameters_of(trainer.state))[0]
    assert seen.valid_curve is None
    seen = look(do(run, c.GoTo(8), c.GoTo(3))).observation
    assert seen.valid_curve is not None
    assert seen.valid_curve.epochs.tolist() == seen.curve.epochs.tolist()
    assert (
        seen.valid_loss
        == seen.valid_curve.last[2]
        == straight(run.navigator.trainer.config, 3).valid_loss
    )


def test_after_weights_were_set_to_zero_the_validation_loss_is_of_those_left() -> None:
    run = do(validated(), c.GoTo(4), c.ZeroWeights("V, b_o"))
    assert look(run).observation.valid_loss == pytest.approx(np.log(3))


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


def test_of_a_text_the_screen_evaluates_less_than_the_summary(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("abcab" * 3_000)
    config = Config.of(text=Text().read(str(path)), batch=2, length=10, hidden=3)
    run = Run(Navigator(Trainer(config)))
    seen, moment = look(run).observation, moment_of(run)
    training = run.navigator.trainer.dataset.training
    assert seen.evaluated_on * 10 == 2 * 2_000
    assert moment.evaluated_on == len(training) > seen.evaluated_on
    assert moment.evaluation.symbols == training.scored_count
