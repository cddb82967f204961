"""Mistakes of the user: one line that says what, and exit code 2."""

import os
import subprocess
from collections.abc import Callable

import pytest

Run = Callable[..., tuple[int, str, str]]
Start = Callable[..., "subprocess.Popen[str]"]

BAD = [
    "--lr nan", "--lr inf", "--lr 0", "--lr -1", "--lr 1e7", "--lr 1e-13", "--lr abc",
    "--hidden 0", "--hidden -3", "--hidden 1.5", "--hidden x", "--symbols 1", "--symbols 0",
    "--length 0", "--length -1", "--sequences 0", "--batch 0", "--batch -1",
    "--clip 0", "--clip -1", "--clip nan", "--clip inf", "--clip x",
    "--seed -1", "--seed x", "--dtype float16", "--init x", "--optimizer x", "--task x",
    "--cell x", "--epochs -1", "--epochs 1.5", "--epochs x",
    "--hidden 100000000", "--symbols 1000000000", "--length 1000000000000",
    "--sequences 99999999999999999999", "--hidden 99999999999999999999999999999999999999999",
    "--lr", "--hiden 5", "--frobnicate", "-x", "--task \x1b[31m", "--init a\nb",
]  # fmt: skip


@pytest.mark.parametrize("command", [[], ["train"]], ids=["screen", "train"])
@pytest.mark.parametrize("option", BAD)
def test_an_option_that_makes_no_sense_is_one_line_that_names_it(
    run: Run, command: list[str], option: str
) -> None:
    code, out, err = run(*command, *option.split(" "))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1 and err.endswith("\n") and err.rstrip("\n").isprintable()
    assert err.startswith("rnn-tui: ") and len(err) < 300
    name = option.split(" ")[0]
    enormous = len(option) > 18 and "memory" in err
    assert enormous or name in err, err


@pytest.mark.parametrize(
    ("theme", "hint"),
    [("nosuch", "ctrl+p"), ("textual-ligth", "did you mean textual-light?"), ("", "ctrl+p"),
     ("\x1b[31m" * 100, "ctrl+p")],
)  # fmt: skip
def test_a_theme_that_is_not_there_is_one_line(run: Run, theme: str, hint: str) -> None:
    code, out, err = run("--theme", theme)
    assert (code, out) == (2, "") and err.count("\n") == 1 and err.rstrip("\n").isprintable()
    assert err.startswith("rnn-tui: --theme: ") and hint in err and len(err) < 300


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["trian"], "train"),
        (["Train"], "train"),
        (["frobnicate"], "--help"),
        (["train", "twice"], "twice"),
        (["--lr", "0.1", "train"], "--lr"),
        (["--ascii", "train"], "--ascii"),
        (["train", "--sequence", "3"], "--sequences"),
    ],
)
def test_a_misspelt_command_or_option_is_met_with_a_hint(
    run: Run, arguments: list[str], hint: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert hint in err


@pytest.mark.parametrize("option", ["--save missing/x.safetensors", "--save ."])
def test_the_screen_too_asks_for_a_terminal_before_anything_else(run: Run, option: str) -> None:
    assert run(*option.split(" "))[0] == 2


@pytest.mark.parametrize("line", ["--help", "-h", "--version", "train --help", "train -h"])
def test_help_and_version_are_printed(run: Run, line: str) -> None:
    code, out, err = run(*line.split())
    assert (code, err) == (0, "") and "rnn-tui" in out


def test_help_shows_every_option_of_the_contract_with_its_default(run: Run) -> None:
    defaults = {
        "--task": "successor", "--symbols": "3", "--length": "10", "--sequences": "10",
        "--cell": "rnn", "--hidden": "10", "--init": "normal", "--optimizer": "sgd",
        "--lr": "0.001", "--batch": "1", "--clip": "none", "--seed": "0", "--dtype": "float64",
    }  # fmt: skip
    for command in ([], ["train"]):
        text = " ".join(run(*command, "--help")[1].split())
        for option, default in defaults.items():
            described = text.split(f" {option} ")[1].split(" --")[0]
            assert f"default: {default}" in described, option
    assert "default: 1000" in text and "--json" in text and "--save" in text


def test_without_a_terminal_the_screen_says_so_and_names_the_other_way(start: Start) -> None:
    process = start()
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.count("\n")) == (2, "", 1)
    assert "rnn-tui train" in err and "\x1b" not in err


@pytest.mark.parametrize("module", ["numpy", "textual", "rich", "plotext"])
@pytest.mark.parametrize("code", ["import rnn_tui.cli", "import rnn_tui"])
def test_importing_loads_nothing_heavy(module: str, code: str, environment: dict[str, str]) -> None:
    check_nothing_loaded(f"{code}; import sys; sys.exit({module!r} in sys.modules)", environment)


@pytest.mark.parametrize("argument", ["--help", "--version", "trian"])
def test_nothing_heavy_is_loaded_for_what_needs_nothing(
    argument: str, environment: dict[str, str]
) -> None:
    check_nothing_loaded(
        f"import sys, rnn_tui.cli\nsys.argv = ['rnn-tui', {argument!r}]\n"
        "try: rnn_tui.cli.main()\nexcept SystemExit: pass\n"
        "sys.exit(bool({'numpy', 'textual'} & set(sys.modules)))",
        environment,
    )


def check_nothing_loaded(code: str, environment: dict[str, str]) -> None:
    import sys

    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_stream_that_is_closed_from_the_start_changes_nothing(
    start: Start, closed: int, environment: dict[str, str]
) -> None:
    process = start("train", "--epochs", "1", preexec_fn=lambda: os.close(closed))
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0 and err == ""
    assert bool(out) is (closed != 1)


@pytest.mark.parametrize("options", [["--json"], [], ["--hidden", "65"]])
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
    [["train", "--epochs", "2"], ["train", "--epochs", "2", "--json"], ["runs"], ["--help"],
     ["--version"]],
)  # fmt: skip
def test_output_that_a_full_disk_does_not_take_ends_with_4_and_one_line(
    start: Start, command: list[str]
) -> None:
    with open("/dev/full", "w") as full:
        process = start(*command, stdout=full)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 4
    assert err == "rnn-tui: standard output was not written: no space left on device\n"


@pytest.mark.parametrize("command", [["--help"], ["--version"], ["export", "--help"]])
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
