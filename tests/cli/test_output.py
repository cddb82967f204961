"""What is printed: to readers that have gone, to full disks, with names that command terminals."""

import os
import pickle
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from rnn_tui.cli.errors import exit_code_of, one_line
from rnn_tui.cli.output import say
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.training.config import ConfigError
from tests.amounts import few, few_rows

Run = Callable[..., tuple[int, str, str]]
Start = Callable[..., "subprocess.Popen[str]"]
HOSTILE = "a\x1b[2J\rb\nc\u202ed\udcffe"


@pytest.mark.parametrize("error", [False, True])
def test_what_is_not_printable_is_escaped_and_breaks_no_line(
    capsys: pytest.CaptureFixture[str], error: bool
) -> None:
    say(f"run {HOSTILE}", "“é”", error=error)
    printed = capsys.readouterr()
    text = printed.err if error else printed.out
    assert text == "run a\\x1b[2J\\rb\\nc\\u202ed\\udcffe\n“é”\n"


@pytest.mark.parametrize("command", ["runs rm", "runs show", "replay", "train --resume"])
def test_a_run_that_there_is_not_cannot_command_the_terminal(run: Run, command: str) -> None:
    code, out, err = run(*command.split(), "\x1b[2J\n")
    assert (code, out, err.count("\n")) == (4, "", 1)
    assert err.rstrip("\n").isprintable() and "\\x1b[2J" in err


def test_a_saved_file_cannot_command_the_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "\x1b[2J\n"
    code, out, err = run("train", "--epochs", "0", "--save", str(path))
    assert (code, err) == (0, "") and path.exists()
    assert "\x1b" not in out and out.endswith("\\x1b[2J\\n\n")


def test_only_ascii_is_printed_where_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    code, _, err = run("--ascii", "--lr", "1", "train")
    assert code == 2 and err.isascii() and err.endswith("rnn-tui train --lr ...\n")


@pytest.mark.parametrize(
    ("encoding", "dot"), few_rows([("ascii", "|"), ("latin-1", "·"), ("utf-8", "·")], 2)
)
def test_an_encoding_without_a_sign_gets_a_plain_one(
    start: Start, environment: dict[str, str], encoding: str, dot: str
) -> None:
    environment["PYTHONIOENCODING"] = encoding
    process = start("train", "--epochs", "0", encoding=encoding)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "") and f"epoch 0 {dot} loss" in out


def test_each_kind_of_error_has_its_exit_code_and_one_line() -> None:
    errors = [
        (click.UsageError("no\nway"), 2, "no way"),
        (ConfigError("no"), 2, "no"),
        (StoreError("no"), 4, "no"),
        (OSError(36, "File name too long", "x\n"), 4, "x\\n: file name too long; choose another"),
        (OSError(5, "input/output error"), 1, "OSError: [Errno 5] input/output error (this is"),
        (RuntimeError("no"), 1, "RuntimeError: no (this is a fault of rnn-tui"),
    ]
    for error, code, text in errors:
        assert exit_code_of(error) == code
        assert one_line(error).startswith(text) and "\n" not in one_line(error)


def test_errors_of_ours_survive_pickling() -> None:
    error = pickle.loads(pickle.dumps(ConfigError("--lr 0: must be above 0")))
    assert (type(error), str(error)) == (ConfigError, "--lr 0: must be above 0")


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_stream_that_is_closed_from_the_start_changes_nothing(
    start: Start, closed: int, environment: dict[str, str]
) -> None:
    process = start("train", "--epochs", "1", preexec_fn=lambda: os.close(closed))
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0 and err == ""
    assert bool(out) is (closed != 1)


@pytest.mark.parametrize("options", few([[], ["--json"], ["--hidden", "65"]], 1))
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_has_gone_changes_nothing(
    start: Start, options: list[str], stream: str
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start("train", "--epochs", "2", *options, **{stream: writing})
    os.close(writing)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in (err or "") and "Error" not in (err or "")


@pytest.mark.parametrize(
    "command",
    few([["train", "--epochs", "2"], ["--help"], ["train", "--epochs", "2", "--json"], ["runs"],
         ["--version"]], 2),
)  # fmt: skip
def test_output_that_a_full_disk_does_not_take_ends_with_4_and_one_line(
    start: Start, command: list[str]
) -> None:
    with open("/dev/full", "w") as full:
        process = start(*command, stdout=full)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 4
    assert err == "rnn-tui: standard output was not written: no space left on device\n"


@pytest.mark.parametrize("command", few([["--help"], ["--version"], ["export", "--help"]], 1))
def test_help_that_nobody_reads_is_no_fault(start: Start, command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(*command, stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")


def test_a_usage_error_without_a_reader_keeps_its_code(start: Start) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start("train", "--lr", "nan", stderr=writing)
    os.close(writing)
    process.communicate(timeout=30)
    assert process.returncode == 2
