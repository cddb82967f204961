"""--epochs, --until and --patience on the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

Run = Callable[..., tuple[int, str, str]]
Trained = Callable[..., dict[str, Any]]
ECHO = ("--task", "echo", "--delay", "1", "--length", "5", "--sequences", "3", "--hidden", "8",
        "--init", "scaled", "--valid", "2", "--lr", "0.3")  # fmt: skip


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RNN_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def test_patience_saves_and_tells_the_best_epoch(trained: Trained, run: Run) -> None:
    values = trained(*ECHO, "--patience", "5", "--save", "best.safetensors")
    assert values["stopped"] == "patience"
    assert values["newest"] == values["epoch"] + 5
    with safe_open("best.safetensors", "numpy") as saved:
        assert saved.metadata()["epoch"] == str(values["epoch"])
    assert run("export", values["run"], "--format", "jsonl", "--output", "curve")[0] == 0
    points = [json.loads(line) for line in Path("curve").read_text().splitlines()]
    best = min(points, key=lambda point: float(point["valid_loss"]))
    assert len(points) == values["newest"]
    assert (best["epoch"], best["valid_loss"]) == (values["epoch"], values["valid_loss"])
    same = trained(*ECHO, "--epochs", str(values["epoch"]), "--no-store")
    assert same["parameters_sha256"] == values["parameters_sha256"]
    line = run("train", *ECHO, "--patience", "5", "--no-store")[1]
    assert f"newest {values['newest']} ·" in line
    told = f"back at epoch {best['epoch']}: no lower validation loss for 5 epochs"
    assert f"ended: {told}\n" in line
    assert f"training loss of epoch {best['epoch']}: " in line


def test_until_solved_ends_at_the_first_epoch_without_a_mistake(trained: Trained, run: Run) -> None:
    values = trained("--lr", "0.05", "--until", "solved", "--no-store")
    assert values["stopped"] == "solved" and values["epoch"] < 1000
    assert values["epoch"] == values["first_solved_epoch"]
    out = run("train", "--lr", "0.05", "--until", "solved", "--no-store")[1]
    assert f"ended: solved: no mistake in epoch {values['epoch']}\n" in out


def test_until_a_loss_ends_at_the_first_epoch_that_has_it(trained: Trained) -> None:
    values = trained("--lr", "0.01", "--until", "loss=0.4", "--no-store")
    assert values["stopped"] == "loss" and values["training_loss"] <= 0.4
    before = trained("--lr", "0.01", "--epochs", str(values["epoch"] - 1), "--no-store")
    assert before["training_loss"] > 0.4


def test_epochs_are_the_end_where_nothing_else_is_reached(trained: Trained) -> None:
    values = trained(*ECHO, "--epochs", "3", "--until", "loss=0.001", "--patience", "3")
    assert (values["stopped"], values["epoch"], values["newest"]) == ("epochs", 3, 3)
    assert values["goal"] == {"epochs": 3, "until": "loss=0.001", "patience": 3}


def test_a_resumed_run_has_its_goal_and_may_get_another(trained: Trained, run: Run) -> None:
    first = trained("--epochs", "8", "--until", "loss=0.001")
    assert trained("--resume")["epoch"] == 8
    on = trained("--resume", "--epochs", "12")
    assert on["epoch"] == 12
    assert on["goal"] == {"epochs": 12, "until": "loss=0.001", "patience": None}
    off = trained("--resume", "--until", "none")
    assert off["goal"] == {"epochs": 12, "until": None, "patience": None}
    shown = run("runs", "show", first["run"])[1]
    assert "goal         --epochs 12\n" in shown
    assert json.loads(run("runs", "show", first["run"], "--json")[1])["goal"]["epochs"] == 12


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--patience", "3"), "--patience 3: needs a validation set"),
        (("--patience", "0", "--valid", "1"), "--patience 0: must be a whole number, at least 1"),
        (("--patience", "x", "--valid", "1"), "'x' must be a whole number, or none"),
        (("--patience", "1.5", "--valid", "1"), "'1.5' must be a whole number, or none"),
        (("--until", "solved", "--task", "xor"), "xor cannot be solved, a part of its targets"),
        (("--until", "loss=nan"), "--until loss=nan: must be solved, or loss=X"),
        (("--until", "lossless"), "--until lossless: must be solved, or loss=X"),
        (("--bptt", "0"), "'0' must be none, or a whole number, at least 1"),
    ],
)
@pytest.mark.parametrize("command", [(), ("train",)], ids=["screen", "train"])
def test_what_cannot_be_reached_is_one_line_and_exit_code_2(
    run: Run, command: tuple[str, ...], options: tuple[str, ...], told: str
) -> None:
    code, out, err = run(*command, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


@pytest.mark.parametrize(
    ("goal", "told"),
    [(("--until", "solved"), "cannot be solved"), (("--patience", "2"), "needs a validation set"),
     (("--until", "loss=-1"), "must be solved, or loss=X")],
)  # fmt: skip
def test_a_run_that_is_resumed_is_measured_by_its_own_problem(
    run: Run, trained: Trained, goal: tuple[str, ...], told: str
) -> None:
    trained("--task", "xor", "--epochs", "1")
    code, out, err = run("train", "--resume", *goal)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert trained("--resume", "--epochs", "2")["epoch"] == 2
