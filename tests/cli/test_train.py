"""rnn-tui train: what it prints, and that it repeats itself."""

import json
import math
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

from rnn_tui.cli.train import finite
from rnn_tui.runs import headless
from rnn_tui.training.config import Config

Run = Callable[..., tuple[int, str, str]]
Trained = Callable[..., dict[str, Any]]

KEYS = {
    "epoch", "updates", "loss", "total_loss", "accuracy", "training_loss", "first_solved_epoch",
    "seconds", "updates_per_second", "evaluated_on", "seed", "config", "parameters_sha256",
    "valid_loss", "valid_accuracy", "scored_symbols", "stopped",
}  # fmt: skip
OPTIONS = {
    "task": "successor", "symbols": 3, "length": 10, "sequences": 10, "cell": "rnn", "hidden": 10,
    "init": "normal", "optimizer": "sgd", "lr": 0.001, "batch": 1, "clip": None, "seed": 0,
    "dtype": "float64", "hold": None,
}  # fmt: skip
DIVERGING = (
    "--init", "normal", "--hidden", "512", "--length", "100", "--dtype", "float32",
    "--sequences", "1", "--epochs", "30",
)  # fmt: skip


def test_the_json_is_one_object_with_everything_that_is_promised(run: Run) -> None:
    code, out, err = run("train", "--json", "--epochs", "3")
    assert code == 0 and err == "" and out.count("\n") == 1
    values = json.loads(out)
    assert values.keys() >= KEYS
    assert values["config"].items() >= OPTIONS.items()
    assert values["epoch"] == 3 and values["updates"] == 30 and values["seed"] == 0
    assert values["total_loss"] == pytest.approx(100 * values["loss"])
    assert 0 <= values["accuracy"] <= 1 and values["training_loss"] > values["loss"]
    assert values["seconds"] > 0 and values["updates_per_second"] > 0
    assert re.fullmatch("[0-9a-f]{64}", values["parameters_sha256"])


def test_the_default_problem_is_solved(trained: Trained) -> None:
    values = trained()
    assert values["epoch"] == 1000 and values["accuracy"] == 1 and values["loss"] < 0.05
    solved = values["first_solved_epoch"]
    assert 1 <= solved < 1000
    assert trained("--epochs", str(solved - 1))["first_solved_epoch"] is None
    assert trained("--epochs", str(solved))["first_solved_epoch"] == solved


@pytest.mark.parametrize("options", [(), ("--batch", "4", "--dtype", "float32", "--clip", "1")])
def test_the_same_options_give_the_same_bits(trained: Trained, options: tuple[str, ...]) -> None:
    one, two = (trained("--epochs", "20", "--seed", "7", *options) for _ in range(2))
    for values in (one, two):
        del values["seconds"], values["updates_per_second"], values["run"]
    assert one == two


def test_what_matters_changes_the_bits(trained: Trained) -> None:
    options = [
        "--epochs 3", *(f"--epochs 2 {option}" for option in (
            "", "--seed 1", "--batch 2", "--clip 0.5", "--lr 0.002", "--init scaled",
            "--dtype float32", "--hold U", "--hold U,b_h",
        )),
    ]  # fmt: skip
    assert len({trained(*line.split())["parameters_sha256"] for line in options}) == len(options)


def test_no_epoch_at_all_is_the_untrained_network(trained: Trained) -> None:
    values = trained("--epochs", "0")
    assert values["epoch"] == values["updates"] == values["updates_per_second"] == 0
    assert values["training_loss"] is None and values["first_solved_epoch"] is None
    assert values["total_loss"] > 0


def test_the_summary_has_the_line_of_the_screen(run: Run, trained: Trained) -> None:
    code, out, err = run("train", "--epochs", "7", "--seed", "3")
    values = trained("--epochs", "7", "--seed", "3")
    line = out.splitlines()[0]
    assert code == 0 and err == ""
    assert "epoch 7 " in line and f"loss {values['loss']:.6g} " in line and "seed 3" in line
    assert f"accuracy {100 * values['accuracy']:g} %" in line
    assert values["parameters_sha256"][:12] in line


def test_a_validation_set_is_in_the_json_the_summary_and_the_curve_that_is_kept(
    run: Run, trained: Trained, tmp_path: Path
) -> None:
    options = ("--epochs", "4", "--valid", "0.5")
    values = trained(*options)
    assert values["valid_loss"] > 0 and 0 <= values["valid_accuracy"] <= 1
    assert values["parameters_sha256"] == trained("--epochs", "4")["parameters_sha256"]
    assert f"validation {values['valid_loss']:.6g} nats/symbol, " in run("train", *options)[1]
    resumed = trained("--resume", values["run"], "--epochs", "6")
    assert resumed["valid_loss"] == trained("--epochs", "6", "--valid", "0.5")["valid_loss"]
    output = tmp_path / "curve.csv"
    assert run("export", values["run"], "--format", "csv", "--output", str(output))[0] == 0
    header, *rows = output.read_text().splitlines()
    assert header.split(",")[5] == "valid_loss" and len(rows) == 6
    assert [float(rows[n].split(",")[5]) for n in (3, 5)] == [
        values["valid_loss"], resumed["valid_loss"],
    ]  # fmt: skip


def test_a_loss_of_a_sample_says_of_how_many_sequences(run: Run) -> None:
    sample = ("--sequences", "1100", "--length", "100", "--hidden", "2", "--epochs", "0")
    _, out, _ = run("train", *sample)
    assert "evaluated on 1000 of 1100 sequences" in out.splitlines()[0]
    _, out, _ = run("train", "--epochs", "0")
    assert "evaluated on" not in out


def test_a_large_network_with_normal_weights_is_advised(run: Run) -> None:
    code, out, err = run("train", "--hidden", "65", "--epochs", "0", "--json")
    assert code == 0 and json.loads(out)
    assert err.count("\n") == 1 and "--init scaled" in err
    assert run("train", "--hidden", "65", "--epochs", "0", "--init", "scaled")[2] == ""


def test_a_run_that_is_beyond_the_epochs_asked_for_says_that_nothing_is_trained(run: Run) -> None:
    code, _, err = run("train", "--epochs", "30")
    assert (code, err) == (0, "")
    code, out, err = run("train", "--resume", "--epochs", "10")
    assert code == 0 and out.startswith("epoch 30 ")
    assert err == "rnn-tui: the run is at epoch 30; --epochs counts from 0, nothing is trained\n"
    code, out, err = run("train", "--resume", "--epochs", "30")
    assert (code, err) == (0, "")


def test_a_run_that_diverges_says_when_and_exits_with_5(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "last.safetensors"
    code, out, err = run("train", "--json", "--save", str(path), *DIVERGING)
    values = json.loads(out, parse_constant=lambda name: pytest.fail(name))
    assert code == 5 and out.count("\n") == 1
    assert values["diverged_at"] == values["epoch"] < 30
    lines = err.splitlines()
    assert len(lines) == 2 and "--init scaled" in lines[0] and "diverged" in lines[1]
    last = [*DIVERGING[:-1], str(values["epoch"])]
    same = json.loads(run("train", "--json", *last)[1])
    assert same["parameters_sha256"] == values["parameters_sha256"]
    with safe_open(path, "numpy") as file:
        assert file.metadata()["epoch"] == str(values["epoch"])


def test_a_run_that_diverges_exits_with_5_where_nothing_can_be_printed(
    start: Callable[..., "subprocess.Popen[str]"],
) -> None:
    with open("/dev/full", "w") as full:
        process = start("train", *DIVERGING, stdout=full)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 5
    assert "standard output was not written: no space" in err


def test_the_command_line_is_a_function_of_the_configuration(trained: Trained) -> None:
    values = trained("--epochs", "9", "--hidden", "6", "--clip", "1", "--no-store")
    same = headless.train(Config.from_json(values["config"]), 9)
    assert same.moment.parameters_sha256 == values["parameters_sha256"]


@pytest.mark.parametrize("names", ["U,b_h", " U , b_h ", "b_h,U"])
def test_held_weights_are_zero_from_epoch_0_and_part_of_the_configuration(
    trained: Trained, tmp_path: Path, names: str
) -> None:
    for epochs in ("0", "5"):
        path = tmp_path / f"{epochs}.safetensors"
        values = trained("--hold", names, "--epochs", epochs, "--save", str(path))
        assert sorted(values["config"]["hold"].split(", ")) == ["U", "b_h"]
        with safe_open(path, "numpy") as file:
            assert not file.get_tensor("rnn.weight_hh_l0").any()
            assert not file.get_tensor("rnn.bias_ih_l0").any()
            assert file.get_tensor("rnn.weight_ih_l0").all()
    assert trained("--hold", "none", "--epochs", "1")["config"]["hold"] is None


def test_a_held_row_leaves_the_others_alone(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "out.safetensors"
    trained("--hold", "U[3]", "--epochs", "5", "--save", str(path))
    with safe_open(path, "numpy") as file:
        u = file.get_tensor("rnn.weight_hh_l0").T
    assert not u[3].any() and u[:3].all() and u[4:].all()


def test_a_number_that_is_not_finite_is_null_in_json() -> None:
    assert finite({"a": math.nan, "b": {"c": -math.inf, "d": 1.5}, "e": "nan", "f": 3}) == {
        "a": None, "b": {"c": None, "d": 1.5}, "e": "nan", "f": 3,
    }  # fmt: skip


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_of_ours_is_one_line_and_a_traceback_only_on_demand(
    run: Run, monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    from rnn_tui.training.trainer import Trainer

    def fail(*_: object) -> None:
        raise RuntimeError("out of\nluck")

    monkeypatch.setattr(Trainer, "advance", fail)
    code, out, err = run("train", *["--debug"] * debug)
    assert code == 1 and out == ""
    assert err.splitlines()[-1].startswith("rnn-tui: RuntimeError: out of luck")
    assert ("Traceback" in err) is debug
    assert debug or err.count("\n") == 1


def test_a_resumed_run_goes_on_to_the_end_of_its_schedule(run: Run, trained: Trained) -> None:
    options = ("--schedule", "cosine", "--epochs", "7")
    whole = trained(*options)
    again = trained("--resume", whole["run"])
    assert (again["epoch"], again["parameters_sha256"]) == (7, whole["parameters_sha256"])
    code, _, err = run("train", "--schedule", "linear")
    assert (code, err) == (2, "rnn-tui: --schedule linear: needs --epochs, where it ends\n")
