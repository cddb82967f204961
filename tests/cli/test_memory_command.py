"""rnn-tui memory: a kept run with its memory and without it, as numbers."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.texts import TIDE

Run = Callable[..., tuple[int, str, str]]
ECHO = (
    "--task", "echo", "--delay", "1", "--sequences", "50", "--batch", "10", "--hidden", "16",
    "--init", "scaled", "--optimizer", "adam", "--lr", "0.02", "--valid", "1", "--epochs", "25",
)  # fmt: skip


def test_it_tells_what_the_newest_run_does_with_its_memory(run: Run) -> None:
    assert run("train", *ECHO)[0] == 0
    code, out, err = run("memory")
    assert (code, err) == (0, "")
    first, heading, *rows = out.splitlines()
    assert first == "epoch 25: without its state it is at chance: it uses its memory"
    assert heading.split("  ")[-1] == "validation: loss"
    names = ("as it is", "state reset", "U = 0", "history shuffled", "right by t, trained to 9: ")
    assert all(row.startswith(name) for row, name in zip(rows, names, strict=True))


def test_the_same_as_json(run: Run) -> None:
    kept = json.loads(run("train", *ECHO, "--json")[1])
    code, out, err = run("memory", kept["run"], "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["training"]["as_is"]["loss"] == pytest.approx(kept["loss"], rel=1e-9)
    assert found["fresh"]["as_is"]["accuracy"] == kept["valid_accuracy"]
    assert found["fresh_is_validation"] and found["trained_to"] == 9
    assert [row["size"] for row in found["reached"]] == [*range(1, 100)]
    assert found["training"]["cut"] == pytest.approx(found["training"]["reset"])


def test_own_data_is_what_the_run_keeps_of_it(run: Run, tmp_path: Path) -> None:
    tide, words = tmp_path / "tide.txt", tmp_path / "words.csv"
    tide.write_text(TIDE)
    words.write_text("input,target\nabc,yes\nb,no\nca,yes\n")
    for own in (("--text", str(tide)), ("--data", str(words), "--target", "label")):
        kept = json.loads(run("train", *own, "--epochs", "1", "--json")[1])
        Path(own[1]).unlink()
        code, out, err = run("memory", kept["run"], "--json")
        assert (code, err) == (0, "")
        assert json.loads(out)["training"]["as_is"]["loss"] == pytest.approx(kept["loss"], rel=1e-9)


def test_gates_have_no_cut(run: Run) -> None:
    assert run("train", "--cell", "gru", "--hidden", "3", "--epochs", "1")[0] == 0
    found = json.loads(run("memory", "--json")[1])
    assert found["training"]["cut"] is None and "U = 0" not in run("memory")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [(["nothing"], 4, "no run"), (["--branch", "1"], 4, "no branch 1")],
)
def test_what_is_not_there_is_one_line(
    run: Run, arguments: list[str], code: int, words: str
) -> None:
    run("train", "--epochs", "1")
    left, out, err = run("memory", *arguments)
    assert (left, out, err.count("\n")) == (code, "", 1) and words in err
