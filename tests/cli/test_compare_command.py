"""rnn-tui runs compare: what differs, what came of it, the curves."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from rnn_tui.runs.results import result_of
from rnn_tui.storage.disk.names import ABOUT, CHECKPOINT, HISTORY, PREVIOUS
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.recorder import EpochRecord
from widgets.loss.layers import SAMPLE

Run = Callable[..., tuple[int, str, str]]
Trained = Callable[..., dict[str, Any]]
FIGURES = (
    "epoch", "loss", "accuracy", "training_loss", "valid_loss", "first_solved_epoch",
)  # fmt: skip


@pytest.fixture
def compared(run: Run) -> Callable[..., dict[str, Any]]:
    """The JSON of a comparison of trainings."""

    def call(*trainings: dict[str, Any]) -> dict[str, Any]:
        code, out, err = run("runs", "compare", *(each["run"] for each in trainings), "--json")
        assert (code, err) == (0, "")
        values: dict[str, Any] = json.loads(out)
        assert values.keys() == {"runs", "config", "result"}
        assert values["runs"] == [each["run"] for each in trainings]
        return values

    return call


def test_the_figures_are_those_that_training_told(
    trained: Trained, compared: Callable[..., dict[str, Any]]
) -> None:
    trainings = (
        trained("--epochs", "3", "--seed", "1"),
        trained("--epochs", "40", "--lr", "0.01", "--valid", "0.5"),
        trained("--epochs", "60", "--valid", "1", "--patience", "2", "--lr", "0.2", "--seed", "3"),
    )
    best = trainings[2]
    assert best["stopped"] == "patience" and best["epoch"] < best["newest"]
    result = compared(*trainings)["result"]
    assert list(result) == [*FIGURES, "seconds"]
    for figure in FIGURES:
        assert result[figure] == [each[figure] for each in trainings], figure
    assert all(0 < s <= t["seconds"] for s, t in zip(result["seconds"], trainings, strict=True))
    for training in trainings:
        kept = result_of(Store().find(training["run"]))
        assert kept.parameters_sha256 == training["parameters_sha256"]


def test_only_what_differs_is_named(
    trained: Trained, compared: Callable[..., dict[str, Any]]
) -> None:
    one, two, three = (
        trained("--epochs", "2"),
        trained("--epochs", "3", "--lr", "0.01", "--seed", "5"),
        trained("--epochs", "2", "--cell", "gru"),
    )
    assert compared(one, two)["config"] == {"seed": [0, 5], "lr": [0.001, 0.01]}
    assert compared(one, three, one)["config"] == {
        "cell": ["rnn", "gru", "rnn"], "activation": ["tanh", None, "tanh"],
    }  # fmt: skip
    same = compared(two, two)
    assert same["config"] == {} and len(set(same["result"]["loss"])) == 1


def test_a_setting_that_was_changed_on_the_way_differs(run: Run, finished: Callable[[], str],
    trained: Trained) -> None:  # fmt: skip
    changed, plain = finished(), trained("--hidden", "3", "--length", "3", "--sequences", "2",
        "--epochs", "3")["run"]  # fmt: skip
    config = json.loads(run("runs", "compare", changed, plain, "--json")[1])["config"]
    assert config == {"lr": ["0.001, 0.002 from epoch 2", 0.001]}


def test_training_time_is_added_up_over_resumes(
    trained: Trained, compared: Callable[..., dict[str, Any]]
) -> None:
    first = trained("--epochs", "2")
    before = compared(first, first)["result"]["seconds"][0]
    resumed = trained("--resume", first["run"], "--epochs", "4")
    after = compared(first, first)["result"]["seconds"][0]
    assert before < after <= before + resumed["seconds"]


def test_own_data_differs_by_what_is_in_it(
    run: Run, tmp_path: Path, compared: Callable[..., dict[str, Any]]
) -> None:
    def training(path: Path, words: str) -> dict[str, Any]:
        path.parent.mkdir(exist_ok=True)
        path.write_text(words * 20)
        return dict(json.loads(run("train", "--text", str(path), "--epochs", "1", "--json")[1]))

    here = tmp_path / "a.txt"
    one, other = training(here, "to be or not "), training(here, "what is that ")
    elsewhere = training(tmp_path / "b" / "c.txt", "to be or not ")
    assert compared(one, elsewhere)["config"] == {}
    found = compared(one, other)["config"]
    assert found.keys() == {"sha256"} and found["sha256"][0] != found["sha256"][1]
    third = training(tmp_path / "d.txt", "something else ")
    assert compared(one, third)["config"] == {"text": [str(here), str(tmp_path / "d.txt")]}


def test_where_own_data_has_gone_the_curve_is_compared(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("to be or not to be " * 20)
    values = json.loads(run("train", "--text", str(path), "--epochs", "2", "--json")[1])
    path.unlink()
    (Store().folder / values["run"] / "data").unlink()
    code, out, err = run("runs", "compare", values["run"], values["run"], "--json")
    found = json.loads(out)["result"]
    assert code == 0 and "no loss and accuracy: the run does not keep its data" in err
    assert found["loss"] == found["accuracy"] == [None, None]
    for figure in ("epoch", "training_loss", "valid_loss"):
        assert found[figure] == [values[figure]] * 2


def test_a_run_whose_checkpoint_is_damaged_is_compared_by_its_history(
    run: Run, finished: Callable[[], str]
) -> None:
    sound, broken = finished(), finished()
    for name in (CHECKPOINT, PREVIOUS):
        (Store().folder / broken / name).write_bytes(b"x")
    code, out, err = run("runs", "compare", sound, broken, "--json")
    values = json.loads(out)
    assert code == 0 and err.count("\n") == 1 and "only its curve is known" in err
    assert values["result"]["epoch"] == [3, 3] and values["result"]["loss"][1] is None
    assert values["result"]["training_loss"][1] == 1.25
    (Store().folder / broken / HISTORY).unlink()
    assert run("runs", "compare", sound, broken)[0] == 0
    (Store().folder / broken / ABOUT).unlink()
    code, out, err = run("runs", "compare", sound, broken)
    assert (code, out, err.count("\n")) == (4, "", 1)


def test_a_run_that_is_open_is_compared(run: Run, finished: Callable[[], str]) -> None:
    name = finished()
    with Store().open(name):
        code, _, err = run("runs", "compare", name, name)
    assert (code, err) == (0, "")


def test_what_cannot_be_compared_is_one_line(run: Run, finished: Callable[[], str]) -> None:
    name = finished()
    for arguments, code in (
        ([name], 2), ([], 2), ([name, "nothing"], 4), ([name, name, "--log=x"], 2),
    ):  # fmt: skip
        found, out, err = run("runs", "compare", *arguments)
        assert (found, out, err.count("\n")) == (code, "", 1)


@pytest.mark.parametrize("count", [2, 9, 30])
@pytest.mark.parametrize("width", [80, 60])
def test_the_text_fits_the_terminal_and_tells_every_run(
    run: Run, trained: Trained, monkeypatch: pytest.MonkeyPatch, width: int, count: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    names = [trained("--epochs", "3", "--lr", lr)["run"] for lr in ("0.001", "0.0123456789012345")]
    many = (names * 15)[:count]
    code, out, err = run("runs", "compare", *many, "--log")
    assert (code, err) == (0, "")
    assert max(map(cell_len, out.splitlines())) <= width
    assert [out.count(f"  {name}\n") for name in names] == [many.count(name) for name in names]
    for word in ("lr", "epoch", "loss", "accuracy", "training loss", "seconds", "0.0123456"):
        assert word in out
    lists = re.findall(r"^result +(.*)", out, re.MULTILINE)
    assert len(" ".join(lists).split()) == count
    assert re.search("[⠁-⣿]", out) and "\x1b" not in out


def test_without_braille_the_chart_is_made_of_letters(
    run: Run, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "linux")
    name = trained("--epochs", "3")["run"]
    out = run("runs", "compare", name, name)[1]
    assert not re.search("[⠁-⣿─]", out) and f"{'*' * (SAMPLE + 1)} A" not in out and "***" in out


def test_runs_of_0_1_0_have_no_training_time(run: Run, store_of_0_1_0: Path, store: Path) -> None:
    shutil.copytree(store_of_0_1_0, store)
    names = [path.name for path in Store().folder.iterdir()]
    values = json.loads(run("runs", "compare", *names, "--json")[1])
    assert values["result"]["seconds"] == [None, None]
    assert all(loss > 0 for loss in values["result"]["loss"])


def test_a_run_that_exploded_does_not_flatten_the_others(
    run: Run, finished: Callable[[], str]
) -> None:
    exploded, name = finished(), finished()
    with Store().open(exploded) as folder:
        recorder = folder.recorder()
        recorder.record(EpochRecord(0, 2, 1e9, 0.5, 0.001))
        assert recorder.close(20)
    title, *lines = run("runs", "compare", exploded, name)[1].splitlines()
    assert title.endswith("without what is above 125")
    assert max(float(line.split("┤")[0]) for line in lines if "┤" in line) < 2
