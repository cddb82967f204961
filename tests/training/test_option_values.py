"""Options of a run as a table gives them: what is understood, and what is refused."""

import re
from typing import Any

import pytest

from rnn_tui.tasks.registry import OWN_DATA
from rnn_tui.training.config import Config, ConfigError, run_options
from rnn_tui.training.option_values import file_name, naming, read_values, with_own_data_beside

DEFAULTS = {
    known.name: "none" if known.default is None else known.default
    for known in run_options()
    if known.name not in OWN_DATA
}


def test_every_option_takes_its_own_default_by_either_spelling() -> None:
    for spelt in (DEFAULTS, {name.replace("_", "-"): value for name, value in DEFAULTS.items()}):
        found = read_values(spelt, "run.toml")
        assert found == {k.name: k.default for k in run_options() if k.name not in OWN_DATA}


def test_values_make_the_run_that_options_make() -> None:
    table = {"cell": "gru", "hold": "U_n, b_h", "lr": 1, "clip": "none", "bptt": 3, "batch": 2}
    config = Config.of(**read_values(table, "run.toml"))
    assert config == Config.of(cell="gru", hold="U_n, b_h", lr=1.0, bptt=3, batch=2)


def test_a_goal_and_a_switch_are_among_them() -> None:
    table = {"epochs": 800, "until": "loss=0.3", "patience": "none", "no-carry": True, "text": "t"}
    assert read_values(table, "x") == {
        "epochs": 800, "until": "loss=0.3", "patience": None, "carry": False, "text": "t",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"hiden": 3}, "'hiden' is no option of a run; did you mean hidden?"),
        ({"base": {"lr": 3}}, "'base' is no option of a run; leave it out"),
        ({"\x1b[2J": 3}, r"'\x1b[2J' is no option of a run; leave it out"),
        ({"no-lr": True}, "'no-lr' is no option of a run; leave it out"),
        ({"hidden": 3.0}, "hidden = 3.0: must be a whole number"),
        ({"hidden": True}, "hidden = true: must be a whole number"),
        ({"hidden": "3"}, "hidden = '3': must be a whole number"),
        ({"hidden": [3]}, "hidden = a list: must be a whole number"),
        ({"hidden": {"a": 3}}, "hidden = a table: must be a whole number"),
        ({"seed": 2**70}, "seed = a very large number: must be a whole number of at most 64 bits"),
        ({"seed": 16**5000}, "seed = a very large number: must be a whole number of at most"),
        ({"lr": 16**5000}, "lr = a very large number: must be a number from"),
        ({"lr": "0.1"}, "lr = '0.1': must be a number from 1e-12 to 1e+06"),
        ({"lr": 0}, "lr = 0: must be a number from 1e-12 to 1e+06"),
        ({"clip": float("inf")}, "clip = inf: must be none, or a number above 0"),
        ({"hold": ["U"]}, "hold = a list: must be none, or names"),
        ({"valid": "some"}, "valid = 'some': must be a number"),
        ({"weight-decay": float("nan")}, "weight-decay = nan: must be a number"),
        ({"weight-decay": 1, "weight_decay": 1}, "--weight-decay is given twice; leave one out"),
        ({"carry": 1}, "carry = 1: must be true or false"),
        ({"carry": True, "no_carry": True}, "--carry is given twice; leave one out"),
        ({"separator": 5}, "separator = 5: must be a text, in quotes"),
        ({"text": ""}, "text = '': the name is empty"),
        ({"cell": "rnnn"}, "cell = 'rnnn': must be one of rnn, gru, lstm"),
        ({"task": "text"}, "task = 'text': must be one of successor"),
        ({"epochs": "none"}, "epochs = 'none': must be a whole number"),
        ({"epochs": -1}, "--epochs -1: must be a whole number, at least 0"),
        ({"until": "x"}, "--until x: must be solved, or loss=X"),
        ({"patience": 0}, "--patience 0: must be a whole number, at least 1"),
    ],
)
def test_what_is_wrong_is_one_line_with_file_and_name(table: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match="^" + re.escape(f"plan.toml: {told}")) as caught:
        read_values(table, "plan.toml")
    assert str(caught.value).isprintable()


def test_further_names_may_be_known() -> None:
    assert read_values({"save": "w"}, "x", {"save": file_name}) == {"save": "w"}


def test_a_mistake_in_the_whole_names_the_file_whose_option_it_is() -> None:
    with (
        pytest.raises(ConfigError, match=r"^run.toml: --hidden 0: must"),
        naming("run.toml", ["hidden"]),
    ):
        Config.of(hidden=0)
    with pytest.raises(ConfigError, match=r"^--hidden 0: must"), naming("run.toml", ["lr"]):
        Config.of(hidden=0)


def test_own_data_counts_from_the_folder_of_the_file_that_names_it() -> None:
    values = {"text": "a.txt", "lr": 1.0}
    assert with_own_data_beside(values, "plans") == {"text": "plans/a.txt", "lr": 1.0}
    assert with_own_data_beside({"data": "/a.csv"}, "plans") == {"data": "/a.csv"}
    assert with_own_data_beside({"text": "-"}, "plans") == {"text": "-"}
    assert with_own_data_beside({"text": "a.txt"}, "") == {"text": "a.txt"}
