"""rnn-tui export: a stored run as a file of another tool."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.numpy

from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.recorder import EpochRecord
from tests.amounts import few

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def name(finished: Callable[[], str]) -> str:
    """The id of a run of three epochs."""
    return finished()


def test_each_format_is_written_and_named(run: Run, name: str, tmp_path: Path) -> None:
    words = {
        "csv": "3 epochs", "jsonl": "3 epochs", "safetensors": "parameters of epoch 3",
        "svg": "a picture of 3 epochs",
    }  # fmt: skip
    for kind, what in words.items():
        output = tmp_path / f"out.{kind}"
        answer = run("export", name, "--format", kind, "--output", str(output))
        assert answer == (0, f"{what} written to {output}\n", "")
    assert (tmp_path / "out.csv").read_text().startswith("epoch,loss,accuracy,learning_rate,branch")
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2, 3]
    assert safetensors.numpy.load_file(tmp_path / "out.safetensors")["head.bias"].shape == (3,)
    assert (tmp_path / "out.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("kind", few(["csv", "safetensors", "jsonl", "svg"], 2))
def test_a_dash_is_standard_output_in_the_same_bytes(
    kind: str, run: Run, name: str, tmp_path: Path, start: Callable[..., "subprocess.Popen[bytes]"],
    environment: dict[str, str],
) -> None:  # fmt: skip
    command = ("export", name, "--format", kind, "--output")
    assert run(*command, str(tmp_path / kind))[0] == 0
    poured = start(*command, "-", text=False)
    out, err = poured.communicate(timeout=30)
    assert (poured.returncode, err) == (0, b"")
    assert out == (tmp_path / kind).read_bytes()
    assert not Path("-").exists()


def test_a_dash_that_a_full_disk_does_not_take_ends_with_4(
    name: str, start: Callable[..., "subprocess.Popen[str]"], environment: dict[str, str]
) -> None:
    with open("/dev/full", "w") as full:
        process = start("export", name, "--format", "csv", "--output", "-", stdout=full)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 4 and "not written: no space" in err


def test_tensorboard_reads_no_dash(run: Run, name: str) -> None:
    code, out, err = run("export", name, "--format", "tensorboard", "--output", "-")
    assert (code, out) == (2, "") and "not -" in err


def test_epochs_that_the_history_lost_are_told(run: Run, name: str, tmp_path: Path) -> None:
    database = sqlite3.connect(Store().folder / name / "history.sqlite")
    with database:
        database.execute("DELETE FROM epoch WHERE epoch = 2")
    database.close()
    code, out, err = run("export", name, "--format", "csv", "--output", str(tmp_path / "out"))
    assert code == 0 and out.startswith("2 epochs")
    assert err == "rnn-tui: the curve lacks epochs that were lost: 1\n"
    code, out, err = run("export", name, "--format", "safetensors", "--output", str(tmp_path / "p"))
    assert (code, err) == (0, "")


def test_epochs_after_the_checkpoint_are_told(run: Run, name: str, tmp_path: Path) -> None:
    with Store().open(name) as folder:
        recorder = folder.recorder()
        recorder.record(EpochRecord(0, 4, 0.5, 0.5, 0.001))
        assert recorder.close(20)
    command = ("export", name, "--format", "csv", "--output")
    code, out, err = run(*command, str(tmp_path / "out"))
    assert code == 0 and out.startswith("4 epochs")
    assert err == ("rnn-tui: the curve has epochs after the checkpoint, where the run goes on: 1\n")
    with Store().open(name):  # as while it trains
        assert run(*command, str(tmp_path / "live"))[2] == ""


def test_output_that_takes_only_a_part_ends_with_4(
    name: str, start: Callable[..., "subprocess.Popen[bytes]"], environment: dict[str, str]
) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    os.write(writing, b"x" * 65_536)  # full
    command = ("export", name, "--format", "csv", "--output", "-")
    process = start(*command, stdout=writing, text=False)
    _, err = process.communicate(timeout=30)
    os.close(reading)
    os.close(writing)
    assert process.returncode == 4 and b"standard output was not written" in err


def test_a_folder_is_no_file_to_export_to(run: Run, name: str, tmp_path: Path) -> None:
    code, out, err = run("export", name, "--format", "csv", "--output", str(tmp_path))
    assert (code, out) == (4, "") and "is a folder; name a file in it" in err


def test_a_file_that_is_there_stays_unless_forced(run: Run, name: str, tmp_path: Path) -> None:
    output = tmp_path / "out"
    output.write_text("mine")
    arguments = ("export", name, "--format", "csv", "--output", str(output))
    code, out, err = run(*arguments)
    assert (code, out) == (4, "")
    assert err.count("\n") == 1 and "--force" in err
    assert output.read_text() == "mine"
    assert run(*arguments, "--force")[0] == 0
    assert output.read_text() != "mine"


def test_what_is_not_there_is_one_line_and_exit_code_4(
    run: Run, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = str(tmp_path / "out")
    monkeypatch.setitem(sys.modules, "tensorboardX.record_writer", None)
    for arguments, words in (
        (("nothing", "--format", "csv", "--output", output), "there is no run nothing"),
        ((name, "--format", "csv", "--output", output, "--branch", "3"), "no branch 3"),
        ((name, "--format", "svg", "--output", f"{output}/a/b"), "cannot write"),
        ((name, "--format", "tensorboard", "--output", output), "tensorboardX is not installed"),
        ((name, "--format", "csv", "--output", output, "--store", output), "there is no run"),
    ):
        code, out, err = run("export", *arguments)
        assert (code, out) == (4, "")
        assert err.count("\n") == 1 and words in err
    assert not Path(output).exists()


@pytest.mark.parametrize("arguments", [[], ["--format", "csv"], ["--format", "xml"]])
def test_what_is_missing_is_a_usage_error(run: Run, name: str, arguments: list[str]) -> None:
    code, _, err = run("export", name, *arguments)
    assert code == 2
    assert err.count("\n") == 1


def test_several_runs_are_one_picture(
    run: Run, finished: Callable[[], str], tmp_path: Path
) -> None:
    names, output = [finished(), finished()], tmp_path / "out.svg"
    command = ("export", "--format", "svg", "--output", str(output), *names)
    assert run(*command) == (0, f"a picture of 2 curves written to {output}\n", "")
    assert all(name in output.read_text() for name in names)
    assert run(*command)[0] == 4
    options = ("--force", "--label", "<a>", "--label", "b", "--log", "--all-branches")
    assert run(*command, *options)[0] == 0
    assert "&lt;a&gt; · first" in output.read_text()


def test_one_run_with_a_label_has_a_legend(run: Run, name: str, tmp_path: Path) -> None:
    output = tmp_path / "out.svg"
    command = ("export", name, "--format", "svg", "--output", str(output))
    assert run(*command, "--label", "mine")[0] == 0
    assert ">mine<" in output.read_text()
    plain = run(*command, "--force", "--log")
    assert plain == (0, f"a picture of 3 epochs written to {output}\n", "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--format", "csv", "RUN", "RUN"], "takes one run; several go into one picture"),
        (["--format", "safetensors", "RUN", "RUN"], "takes one run"),
        (["--format", "csv", "RUN", "--all-branches"], "--all-branches is for --format svg"),
        (["--format", "jsonl", "RUN", "--label", "a"], "--label is for --format svg"),
        (["--format", "csv", "RUN", "--log"], "--log is for --format svg"),
        (["--format", "svg", "RUN", "RUN", "--label", "a"], "2 labels needed, not 1"),
        (["--format", "svg", "RUN", "--branch", "0", "--all-branches"], "not for --all-branches"),
        (["--format", "svg", "RUN", "RUN", "--branch", "0"], "not for several runs"),
    ],
)
def test_options_that_do_not_go_together_are_a_usage_error(
    run: Run, name: str, tmp_path: Path, options: list[str], words: str
) -> None:
    given = [name if option == "RUN" else option for option in options]
    code, out, err = run("export", *given, "--output", str(tmp_path / "out"))
    assert (code, out, err.count("\n")) == (2, "", 1) and words in err
    assert not (tmp_path / "out").exists()
