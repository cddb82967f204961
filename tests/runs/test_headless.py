"""Training without a screen: one function of a configuration, and how a run ends."""

import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.runs.headless import end, train, train_run
from rnn_tui.session import commands as c
from rnn_tui.session.recording import Recording
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator, percent
from rnn_tui.training.goals import Goal
from rnn_tui.training.trainer import Trainer
from tests.session.playing import RUN, Shelf, at, do, straight


def sha256(config: Config, epochs: int) -> str:
    return Trainer(config).parameters_of(straight(config, epochs)).sha256()


def test_a_configuration_is_trained() -> None:
    trained = train(RUN, 12)
    state = straight(RUN, 12)
    assert trained.moment.parameters_sha256 == sha256(RUN, 12)
    assert (trained.moment.epoch, trained.moment.newest) == (12, 12)
    assert trained.training_loss == state.training_loss
    assert (trained.updates, trained.updates_made) == (36, 36)
    trainer = Trainer(RUN)
    evaluator = Evaluator(trainer.dataset.training, RUN.symbols, RUN)
    evaluation = evaluator.evaluate(trainer.parameters_of(state))
    assert trained.moment.evaluation == evaluation
    assert (trained.diverged, trained.moment.run) == (None, None)


def test_the_defaults_solve_the_notebooks_problem() -> None:
    trained = train(Config.of(lr=0.01), 200)
    assert trained.moment.evaluation.accuracy == 1
    assert trained.first_solved_epoch is not None and trained.first_solved_epoch < 200


def test_nothing_is_trained_in_no_epochs() -> None:
    trained = train(RUN, 0)
    assert trained.moment.parameters_sha256 == sha256(RUN, 0)
    assert (trained.training_loss, trained.updates_made) == (None, 0)
    assert trained.to_json()["updates_per_second"] == 0


def test_it_tells_why_it_ended_and_how_much_was_scored() -> None:
    values = train(Config.of(task="echo", delay=3, length=5, sequences=4), 1).to_json()
    assert (values["stopped"], values["scored_symbols"]) == ("epochs", 8)
    assert (values["valid_loss"], values["valid_accuracy"]) == (None, None)


def test_with_a_validation_set_its_loss_and_accuracy_are_told() -> None:
    config = RUN.with_options(valid=0.4)
    trained, state = train(config, 5), straight(config, 5)
    values, line = trained.to_json(), trained.moment.line()
    assert values["valid_loss"] == state.valid_loss > 0
    assert values["valid_accuracy"] == state.valid_accuracy
    told = f"validation {state.valid_loss:.6g} nats/symbol, {percent(state.valid_accuracy)} ·"
    assert told in line and line.index("accuracy") < line.index("validation")
    assert "validation" not in train(RUN, 5).moment.line()


def test_it_can_be_repeated_from_what_it_tells_of_itself() -> None:
    values = train(RUN.with_options(clip=0.5, hold="b_h"), 7).to_json()
    again = train(Config.from_json(values["config"]), values["epoch"])
    assert again.moment.parameters_sha256 == values["parameters_sha256"]


def test_every_epoch_is_told() -> None:
    told: list[int] = []
    train_run(at(0), Goal(5), progress=told.append)
    assert told == [1, 2, 3, 4, 5]


def test_a_run_goes_on_from_its_newest_epoch_wherever_it_is() -> None:
    run = do(at(10), c.GoTo(3))
    trained = train_run(run, Goal(15))
    assert trained.moment.parameters_sha256 == sha256(RUN, 15)
    assert (trained.updates, trained.updates_made) == (45, 15)


def test_a_run_that_is_further_already_ends_at_its_newest_epoch() -> None:
    trained = train_run(do(at(10), c.GoTo(3)), Goal(5))
    assert (trained.moment.epoch, trained.updates_made) == (10, 0)
    assert trained.moment.parameters_sha256 == sha256(RUN, 10)


def test_it_can_be_ended_early() -> None:
    told: list[int] = []

    def poll() -> None:
        if len(told) == 4:
            raise Interrupted

    run = at(0)
    trained = train_run(run, Goal(100), poll, told.append)
    assert trained.moment.parameters_sha256 == sha256(RUN, 4)
    assert run.navigator.resting
    assert trained.stopped == "interrupted"


def test_divergence_ends_it_at_the_last_finite_epoch() -> None:
    config = Config.of(init="normal", hidden=512, length=100, dtype="float32", sequences=2)
    trained = train(config, 5)
    assert trained.diverged is not None and trained.diverged.epoch == 0
    values = trained.to_json()
    assert (values["diverged_at"], values["stopped"]) == (0, "diverged")
    assert values["diverged_tensor"].startswith("gradient of ")
    assert (
        values["parameters_sha256"] == Trainer(config).parameters_of(Trainer(config).state).sha256()
    )


def kept(shelf: Shelf) -> Run:
    return Run(Navigator(Trainer(RUN)), recording=Recording(recorder=shelf))


def test_all_of_it_is_kept() -> None:
    shelf = Shelf()
    trained = train_run(kept(shelf), Goal(5))
    assert [epoch.epoch for epoch in shelf.epochs] == [1, 2, 3, 4, 5]
    assert shelf.calls[-3:] == ["save", "save_keyframes", "close"]
    assert (trained.moment.run, trained.moment.stored) == ("shelf", True)
    assert trained.to_json()["stored"] is True


def test_a_full_disk_does_not_end_it_but_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnn_tui.session.checkpoints.SAVE_EVERY", 0.0)
    shelf = Shelf()
    shelf.fail("the disk is full")
    trained = train_run(kept(shelf), Goal(20))
    assert trained.moment.epoch == 20
    assert trained.to_json()["stored"] is False
    assert "not stored to its end" in trained.moment.line()


def test_the_last_line_is_of_the_epoch_shown_and_tells_what_was_changed() -> None:
    run = do(at(8), c.GoTo(3), c.ScaleRate(2), c.Step(2), c.SetSetting("hold", "U"), c.Step(1))
    line = end(run, timeout=60).line()
    assert line.startswith("epoch 6 · loss ")
    assert "changed at epoch 3, 5" in line and "newest" not in line
    line = end(do(run, c.GoTo(4)), timeout=60).line()
    assert "epoch 4 · newest 6" in line and "changed at epoch 3 ·" in line
