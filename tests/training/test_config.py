"""The configuration: a table of options that can grow, and what is refused of it."""

import json
import pickle
from typing import Any

import pytest

from rnn_tui.training.config import MEMORY_LIMIT, Config, ConfigError, run_options
from rnn_tui.training.settings.table import SETTINGS

NOTEBOOK: dict[str, Any] = {
    "task": "successor", "symbols": 3, "length": 10, "sequences": 10, "cell": "rnn",
    "hidden": 10, "init": "normal", "optimizer": "sgd", "batch": 1, "seed": 0,
    "dtype": "float64", "lr": 0.001, "hold": None, "clip": None,
}  # fmt: skip
OTHERS: dict[str, Any] = Config().to_json() | {
    "task": "successor", "symbols": 5, "length": 7, "sequences": 8, "cell": "rnn", "hidden": 9,
    "init": "scaled", "optimizer": "sgd", "batch": 4, "seed": 3, "dtype": "float32", "lr": 0.5,
    "hold": "U, b_h", "clip": 2.0,
}  # fmt: skip


def test_the_defaults_are_the_notebooks_problem() -> None:
    assert Config().to_json().items() >= NOTEBOOK.items()


def test_all_options_are_in_the_table_with_the_defaults_and_a_line_of_help() -> None:
    table = {known.name: known for known in run_options()}
    assert {name: table[name].default for name in NOTEBOOK} == NOTEBOOK
    assert {*table, "epochs"} == OTHERS.keys()
    assert all(known.help and "\n" not in known.help for known in table.values())
    assert table["dtype"].choices == ("float64", "float32")
    assert [known.name for known in table.values() if known.setting] == list(SETTINGS)


def test_a_configuration_is_read_back_from_json() -> None:
    config = Config.of(**OTHERS)
    values = json.loads(json.dumps(config.to_json()))
    assert values == OTHERS
    assert Config.from_json(values) == config
    assert pickle.loads(pickle.dumps(config)) == config
    assert hash(Config.from_json(values)) == hash(config)


@pytest.mark.parametrize("missing", OTHERS)
def test_an_option_that_an_older_version_did_not_have_takes_its_default(missing: str) -> None:
    older = {name: value for name, value in OTHERS.items() if name != missing}
    config = Config.from_json(older)
    assert config.to_json() == {**OTHERS, missing: Config().to_json()[missing]}


def test_an_option_that_only_a_newer_version_has_is_named() -> None:
    with pytest.raises(ConfigError, match="no option 'dropout': a newer rnn-tui may know it"):
        Config.from_json({**OTHERS, "dropout": 0.9})


def test_an_error_of_the_configuration_can_be_pickled() -> None:
    error = pickle.loads(pickle.dumps(ConfigError("--lr 0: must be more")))
    assert (type(error), str(error)) == (ConfigError, "--lr 0: must be more")


@pytest.mark.parametrize("name", [name for name in OTHERS if name != "task"])
def test_the_same_with_another_option(name: str) -> None:
    changed = Config().with_options(**{name: OTHERS[name]})
    assert changed.to_json() == {**Config().to_json(), name: OTHERS[name]}
    assert changed.with_options(**{name: Config().to_json()[name]}) == Config()


def test_the_same_with_an_option_that_there_is_not_is_refused() -> None:
    with pytest.raises(ConfigError, match="no option 'speed'"):
        Config().with_options(speed=1)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("task", "riddle", "--task riddle: unknown; there is: successor, echo, running-sum"),
        ("task", ["successor"], "unknown; there is: successor, echo, running-sum"),
        ("cell", "mgu", "--cell mgu: unknown; there is: rnn, gru, lstm"),
        ("init", "zeros", "there is: normal, scaled"),
        ("dtype", "float16", "there is: float64, float32"),
        ("dtype", [], "there is: float64, float32"),
        ("hidden", 0, "--hidden 0: must be a whole number, at least 1"),
        ("hidden", 2.0, "must be a whole number, at least 1"),
        ("hidden", True, "must be a whole number"),
        ("hidden", "10", "must be a whole number"),
        ("hidden", None, "must be a whole number"),
        ("symbols", 1, "--symbols 1: must be a whole number, at least 2"),
        ("length", 0, "at least 1"),
        ("sequences", 0, "at least 1"),
        ("batch", 0, "at least 1"),
        ("seed", -1, "at least 0"),
        ("lr", 0, "--lr 0: must be a number from 1e-12 to 1e+06"),
        ("clip", -1, "--clip -1: must be none, or a number above 0"),
        ("hold", "X", "--hold X: there is no X; there is W, U, V, b_h, b_o"),
        ("hold", "U[10]", "U has rows 0 to 9, columns 0 to 9"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name_with_what_is(
    name: str, value: object, told: str
) -> None:
    with pytest.raises(ConfigError) as error:
        Config.of(**{name: value})
    assert told in str(error.value)


@pytest.mark.parametrize(
    "values",
    [[], None, "lr", {1: 2}, {"hold": "U\nV\x1b[2J"}, {"dtype": "a\nb"}, {"init": "x\r\n"}],
)
def test_what_is_refused_is_told_in_one_line(values: object) -> None:
    with pytest.raises(ConfigError) as error:
        Config.from_json(values)
    assert len(str(error.value).splitlines()) == 1


def test_the_weights_held_are_written_in_one_way() -> None:
    config = Config.of(hold=" U,b_h [ 2 ]  ,U, V[1,2]")
    assert config.settings["hold"] == "U, b_h[2], V[1, 2]"
    assert config == Config.of(hold="U, b_h[2], V[1, 2]")


def test_numbers_are_written_in_one_way() -> None:
    assert Config.of(lr=1) == Config.of(lr=1.0)
    written = json.dumps(Config.of(lr=1, clip=2).to_json())
    assert '"lr": 1.0, ' in written and '"clip": 2.0' in written


@pytest.mark.parametrize("name", ["hidden", "length", "sequences", "symbols"])
@pytest.mark.parametrize("value", [10**9, 10**30, 10**400])
def test_more_memory_than_there_may_be_is_refused(name: str, value: int) -> None:
    with pytest.raises(ConfigError, match=r"GiB of memory \(at most 8\): lower --sequences"):
        Config.of(**{name: value})


def test_the_limit_of_memory_is_what_a_run_needs() -> None:
    assert Config.of(hidden=8192).memory_needed <= MEMORY_LIMIT
    with pytest.raises(ConfigError, match="about 9 GiB"):
        Config.of(hidden=12_000)
    assert Config.of(seed=10**400, batch=10**400).batch == 10**400


def test_with_another_cell_or_optimizer_the_options_of_the_old_one_are_gone() -> None:
    config = Config.of(activation="relu", optimizer="momentum", momentum=0.5, weight_decay=0.1)
    other = config.with_options(cell="lstm", optimizer="adam", task="echo", length=20)
    assert other == Config.of(
        cell="lstm", optimizer="adam", weight_decay=0.1, task="echo", length=20
    )
    assert other.with_options(cell="rnn").to_json()["activation"] == "tanh"


@pytest.mark.parametrize(("valid", "sequences"), [(0.05, 10), (0.3, 1), (1e-9, 10**6)])
def test_a_validation_set_of_no_sequence_is_refused(valid: float, sequences: int) -> None:
    with pytest.raises(ConfigError, match=f"--valid {valid:g}: is no sequence for {sequences}"):
        Config.of(valid=valid, sequences=sequences, length=1)
    assert Config.of(valid=0.06).valid == 0.06
