"""A task and a setting more, each by one line in its registry, and all that follows from it."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.app.words import title
from rnn_tui.model.option import option
from rnn_tui.model.parameters import Parameters
from rnn_tui.runs.replay import Replay
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.storage.library.details import options_of
from rnn_tui.storage.library.store import Store
from rnn_tui.tasks.registry import TASKS
from rnn_tui.tasks.successor import Successor
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config, ConfigError, run_options
from rnn_tui.training.settings.learning_rate import LearningRate
from rnn_tui.training.settings.setting import Transform, Value
from rnn_tui.training.settings.table import SETTINGS
from rnn_tui.training.trainer import Trainer


@dataclass(frozen=True)
class Late(Successor):
    """A task with a default and an option of its own."""

    name = "late"
    symbols: int = option(4, "Size of the vocabulary, V.", least=2)
    how_late: int = option(1, "Of late: steps.", least=0)


class Pull(LearningRate):
    """A setting whose default is a number and which looks at the weights."""

    name = "pull"
    default: Value = 1e-9
    help = "Decay."

    def describe(self, value: Value) -> str:
        return f"decay {value:.4g}"

    def transform(
        self, value: Value, gradient: Parameters, parameters: Parameters
    ) -> Transform | None:
        def decay() -> None:
            gradient.flat[...] += float(value or 0) * parameters.flat

        return decay


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TASKS, "late", Late)
    monkeypatch.setitem(SETTINGS, "pull", Pull())


def test_an_option_that_only_another_task_has_is_null_and_refused() -> None:
    assert Config().to_json()["how_late"] is None
    with pytest.raises(ConfigError) as error:
        Config.of(how_late=1)
    assert str(error.value) == "--how-late is no option of the task successor; leave it out"
    with pytest.raises(ConfigError, match="--how-late None: must be a whole number"):
        Config.of(task="late", how_late=None)


@pytest.mark.parametrize("config", [{}, {"task": "late", "how_late": 2, "pull": 0.5}])
def test_the_options_come_back_from_json(config: dict[str, object]) -> None:
    made = Config.of(**config)
    assert made.to_json().items() >= config.items()
    assert Config.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_each_task_has_its_own_defaults_which_the_help_tells() -> None:
    assert Config.of(task="successor").task.symbols == 3
    assert Config.of(task="late").task.symbols == 4
    known = next(known for known in run_options() if known.name == "symbols")
    assert known.default == 3
    assert known.help.startswith("Size of the vocabulary, V. ")
    assert known.help.endswith(" late: 4.")


def test_a_value_that_is_not_allowed_is_refused_with_the_name_of_the_option() -> None:
    with pytest.raises(ConfigError, match=r"^--pull 0: must be a number"):
        Config.of(pull=0)


def test_a_setting_sees_the_weights_of_each_update() -> None:
    plain, decayed = (Trainer(Config.of(sequences=1, lr=0.1, pull=rate)) for rate in (1e-9, 0.5))
    start = plain.state.parameters
    expected = plain.advance().parameters - 0.1 * 0.5 * start
    assert np.allclose(decayed.advance().parameters, expected)


def test_what_is_not_the_default_is_in_the_title_and_in_the_options_of_a_run() -> None:
    usual = Config.of(task="late")
    other = Config.of(task="late", symbols=3, how_late=2, pull=0.5)
    titles = [title(Run(Navigator(Trainer(config))).look()) for config in (usual, other)]
    assert "decay" not in titles[0] and "· decay 0.5 ·" in titles[1]
    assert options_of(usual) == "--task late --seed 0"
    assert options_of(other) == ("--task late --symbols 3 --how-late 2 --seed 0 --pull 0.5")


def test_a_change_of_a_setting_is_kept_and_repeated_with_the_same_bits(tmp_path: Path) -> None:
    store = Store(tmp_path)
    run = Run(
        Navigator(Trainer(Config.of(task="late"))),
        open_recorder=lambda it: store.create(it.trainer.config).recorder(),
    )
    for command in (c.GoTo(3), c.GoTo(1), c.SetSetting("pull", 0.5), c.Step(1)):
        run.execute(command)
        while not run.navigator.resting:
            run.work()
    assert run.recording.finish(run.navigator, timeout=30)
    again = Replay(store, store.newest(), 1)
    assert again.train(2).same
