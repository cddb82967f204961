"""rnn-tui train --check-gradient: a table first, and no training where it is wrong."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rnn_tui.model.head import Softmax

Run = Callable[..., tuple[int, str, str]]
SMALL = ("--hidden", "4", "--sequences", "3", "--epochs", "2")


@pytest.fixture
def wrong_output_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    """ŷ is not reduced by the target: every gradient is wrong."""

    def output_gradient(self: Softmax, batch: object) -> None:
        self.ds_o[...] = self.y_hat

    monkeypatch.setattr(Softmax, "output_gradient", output_gradient)


def test_a_table_comes_before_the_summary(run: Run) -> None:
    code, out, err = run("train", *SMALL, "--cell", "gru", "--check-gradient")
    assert (code, err) == (0, "")
    first, headings, *lines = out.splitlines()
    assert first == (
        "gradient check, float64 against complex-step derivatives in float64, "
        "all 111 numbers: right"
    )
    assert headings.split()[0] == "tensor"
    rows = lines[:11]
    assert [row.split()[0] for row in rows] == [
        "W_r", "W_z", "W_n", "U_r", "U_z", "U_n", "V", "b_hr", "b_hz", "b_hn", "b_o"
    ]  # fmt: skip
    assert {row.index("right") for row in rows} == {rows[0].index("right")}
    assert lines[11].startswith("epoch 2 ")


def test_json_gets_a_key_and_nothing_else_is_printed(run: Run) -> None:
    code, out, err = run("train", *SMALL, "--json", "--check-gradient", "--dtype", "float32")
    assert (code, err, out.count("\n")) == (0, "", 1)
    values = json.loads(out)
    check = values["gradient_check"]
    assert check["verdict"] == "right" and check["dtype"] == "float32" and values["epoch"] == 2
    assert [tensor["name"] for tensor in check["tensors"]] == ["W", "U", "V", "b_h", "b_o"]
    assert len(check["tensors"][1]["where"]) == 2


def test_without_the_option_there_is_no_key(run: Run) -> None:
    assert "gradient_check" not in json.loads(run("train", *SMALL, "--json")[1])


def test_the_parameters_are_those_of_a_run_that_was_not_checked(run: Run) -> None:
    one, two = (
        json.loads(run("train", *SMALL, "--json", *more)[1]) for more in ((), ("--check-gradient",))
    )
    assert one["parameters_sha256"] == two["parameters_sha256"]


@pytest.mark.usefixtures("wrong_output_gradient")
def test_a_wrong_gradient_is_not_trained_with(run: Run, store: Path) -> None:
    code, out, err = run("train", *SMALL, "--cell", "lstm", "--check-gradient")
    assert code == 1
    assert "wrong" in out.splitlines()[0] and "epoch" not in out
    assert err.startswith("rnn-tui: the gradient of W_i, ") and err.count("\n") == 1
    assert not any(store.rglob("*.sqlite"))


@pytest.mark.usefixtures("wrong_output_gradient")
def test_a_wrong_gradient_is_told_in_json_too(run: Run) -> None:
    code, out, _ = run("train", *SMALL, "--cell", "lstm", "--check-gradient", "--json")
    values = json.loads(out)
    assert (code, values["epoch"], values["updates"]) == (1, 0, 0)
    assert values["gradient_check"]["verdict"] == "wrong"


def test_a_run_is_checked_where_it_goes_on(run: Run) -> None:
    run("train", *SMALL)
    code, out, err = run("train", "--resume", "--epochs", "4", "--check-gradient", "--json")
    values = json.loads(out)
    assert (code, values["epoch"]) == (0, 4), err
    assert values["gradient_check"]["verdict"] == "right"
