"""Own data on the command line: what is told, what contradicts, what runs and shows."""

import json
import math
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

Outcome = tuple[int, str, str]
TIDE = "the tide goes out, the tide comes in,\nthe gulls go round and round.\n" * 6


@pytest.fixture
def text(tmp_path: Path) -> str:
    path = tmp_path / "tide.txt"
    path.write_text(TIDE)
    return str(path)


@pytest.fixture
def words(tmp_path: Path) -> str:
    path = tmp_path / "words.csv"
    path.write_text("input,target\nabba,yes\nabc,no\nnoon,yes\n")
    return str(path)


def test_a_text_trains_and_all_of_it_is_told(text: str, run: Callable[..., Outcome]) -> None:
    code, out, err = run("train", "--text", text, "--batch", "3", "--epochs", "2", "--json")
    values, n = json.loads(out), len(TIDE)
    held_out = math.floor(0.1 * n)
    sequences = (n - held_out - 1) // 25 // 3 * 3
    assert code == 0 and values["valid_loss"] > 0
    assert values["scored_symbols"] == 25 * sequences == 25 * values["evaluated_on"]
    config = values["config"]
    assert (config["task"], config["text"], config["valid"]) == ("text", text, 0.1)
    assert (config["length"], config["carry"], config["encoding"]) == (25, True, "utf-8")
    assert all(config[name] is None for name in ("sequences", "symbols", "data", "separator"))
    left = n - held_out - 1 - 25 * sequences
    for told in (
        f"{n} characters, {len(set(TIDE))} different ones",
        f"{sequences} sequences of 25 characters, {25 * sequences} scored; {left} left over",
        f"{held_out} held out",
        "of memory needed",
    ):
        assert told in err.replace(",", "").replace(" at the end", "") or told in err, told


def test_standard_input_is_the_same_text(
    text: str, run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = json.loads(run("train", "--text", text, "--epochs", "1", "--json")[1])
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(TIDE.encode())))
    piped = json.loads(run("train", "--text", "-", "--epochs", "1", "--json")[1])
    assert piped["parameters_sha256"] == plain["parameters_sha256"]
    assert piped["config"]["file"] == plain["config"]["file"]


def test_whether_the_state_is_carried_makes_a_difference(
    text: str, run: Callable[..., Outcome]
) -> None:
    found = [
        json.loads(run("train", "--text", text, *option, "--epochs", "1", "--json")[1])
        for option in ([], ["--carry"], ["--no-carry"])
    ]
    assert found[0]["loss"] == found[1]["loss"] != found[2]["loss"]


def test_pairs_are_shown_as_they_are_trained_on(words: str, run: Callable[..., Outcome]) -> None:
    code, out, err = run("tasks", "show", "pairs", "--data", words, "--target", "label", "--json")
    values = json.loads(out)
    assert (code, err) == (0, "")
    assert values["name"] == "pairs" and values["chance"] == math.log(2)
    assert values["optimum"] is None and values["outputs"] == ["no", "yes"]
    assert values["sequences"][1] == {
        "input": ["a", "b", "c"], "target": ["no"] * 3, "scored": [False, False, True],
    }  # fmt: skip


def test_a_text_is_shown_stream_by_stream(text: str, run: Callable[..., Outcome]) -> None:
    options = ["--text", text, "--batch", "2", "--length", "30", "--count", "4", "--json"]
    values = json.loads(run("tasks", "show", "text", *options)[1])
    shown = ["".join(sequence["input"]) for sequence in values["sequences"]]
    updates = (len(TIDE) - math.floor(0.1 * len(TIDE)) - 1) // 30 // 2
    starts = [0, 30 * updates, 30, 30 * updates + 30]
    assert shown == [TIDE[start : start + 30] for start in starts]
    assert all(sequence["scored"] == [True] * 30 for sequence in values["sequences"])


def test_symbols_are_shown_so_that_the_terminal_obeys_none(
    tmp_path: Path, run: Callable[..., Outcome]
) -> None:
    path = tmp_path / "[red]\x1b[31m.txt"
    path.write_text("a\x1b[2J\x07b\tc\u202ed e\u0301 [bold]\n" * 9)
    code, out, err = run("tasks", "show", "text", "--text", str(path))
    assert code == 0 and err == ""
    assert all(line.isprintable() for line in out.splitlines())
    assert "\\x1b" in out and "\\u202e" in out and "\u0301" not in out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--text T --task echo", "--task beside --text"),
        ("--data D --task successor", "--task beside --data"),
        ("--text T --data D", "--text and --data contradict each other"),
        ("--task text", "'text' is not one of"),
        ("--text T --symbols 4", "--symbols is no option of the task text; leave it out"),
        ("--text T --sequences 4", "--sequences is no option of the task text"),
        ("--text T --target label", "--target is no option of the task text"),
        ("--data D --length 4", "--length is no option of the task pairs"),
        ("--data D --no-carry", "--carry is no option of the task pairs"),
        ("--encoding latin-1", "--encoding is no option of the task successor"),
        ("--carry", "--carry is no option of the task successor"),
        ("--separator x", "--separator is no option of the task successor"),
        ("--text T --encoding klingon", "--encoding klingon: there is no such encoding"),
        ("--text T --encoding base64", "there is no such encoding"),
        ("--text T --valid 1", "--valid 1: is the share of your data held out, below 1"),
        ("--data D --target label --valid 2", "--valid 2: is the share of your data held out"),
        ("--data D --target lable", "'lable' is not one of"),
        ("--text T --hidden 100000", "GiB of memory (at most 8): lower --length"),
    ],
)
@pytest.mark.parametrize("command", ["train", ""])
def test_options_that_do_not_go_together_are_refused(
    command: str, options: str, told: str, text: str, words: str, run: Callable[..., Outcome]
) -> None:
    files = {"T": text, "D": words}
    code, out, err = run(*command.split(), *(files.get(part, part) for part in options.split()))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("tasks show text", "name your file by --text FILE"),
        ("tasks show pairs", "name your file by --data FILE"),
        ("tasks show echo --text T", "--text is no option of the task echo"),
        ("tasks show pairs --text T", "--text is no option of the task pairs"),
        ("--text -", "standard input is the keyboard on the screen"),
        ("--resume --text -", "standard input is the keyboard on the screen"),
        ("train --resume --text T --length 4", "--length cannot be changed with --resume"),
    ],
)
def test_a_file_goes_where_it_belongs(
    arguments: str, told: str, text: str, run: Callable[..., Outcome]
) -> None:
    code, out, err = run(*(text if part == "T" else part for part in arguments.split()))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


def test_a_run_is_listed_and_described_without_reading_its_data(
    text: str, run: Callable[..., Outcome], trained_text: dict[str, Any]
) -> None:
    assert json.loads(run("runs", "--json")[1])[0]["config"] == trained_text["config"]
    shown = run("runs", "show", trained_text["run"])[1]
    assert f"--text {text} --no-carry --seed 0" in " ".join(shown.split())


@pytest.fixture
def trained_text(text: str, run: Callable[..., Outcome]) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(
        run("train", "--text", text, "--no-carry", "--epochs", "1", "--json")[1]
    )
    return values
