"""The help, and the options of a run in it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from rnn_tui.cli.main import cli
from rnn_tui.model.option import flag
from rnn_tui.training.config import run_options
from tests.amounts import few

Run = Callable[..., tuple[int, str, str]]
COMMANDS: list[list[str]] = [[], ["train"]]


def descriptions(text: str) -> dict[str, str]:
    """By option, what the help says about it."""
    parts = (part.split(maxsplit=1) for part in text.split("\n  --")[1:])
    return {f"--{name}": " ".join(rest.split()) for name, rest in parts}


HEADINGS = {
    "Problem:": "--task --symbols --length --sequences --delay --valid --seed",
    "Your own data:": "--text --carry --encoding --data --target --separator",
    "Network:": "--cell --activation --hidden --init --dtype",
    "Optimizer:": "--optimizer --weight-decay --momentum --decay --eps --beta1 --beta2",
    "Training:": "--schedule --warmup --batch --lr --bptt --hold --clip-value --clip",
    "Goal:": "--until --patience --epochs",
    "Runs on disk:": "--resume --allow-nonfinite --no-store --memory --save --force --store",
}


@pytest.mark.parametrize("command", COMMANDS, ids=["screen", "train"])
@pytest.mark.parametrize("heading", HEADINGS)
def test_the_options_stand_under_headings(run: Run, command: list[str], heading: str) -> None:
    section = run(*command, "--help")[1].split(f"\n{heading}\n")[1].split("\n\n")[0]
    assert " ".join(descriptions(f"\n{section}")) == HEADINGS[heading]


def test_help_says_which_optimizer_has_an_option_and_why_a_gated_cell_remembers(run: Run) -> None:
    described = descriptions(run("train", "--help")[1])
    assert "(momentum, nesterov)" in described["--momentum"]
    assert "(adam, adamw)" in described["--beta1"]
    assert "gru and lstm carry their state on through their gates" in described["--hold"]


@pytest.mark.parametrize("line", ["--help", "-h", "--version", "train --help", "train -h"])
def test_help_and_version_are_printed(run: Run, line: str) -> None:
    code, out, err = run(*line.split())
    assert (code, err) == (0, "") and "rnn-tui" in out


@pytest.mark.parametrize("command", COMMANDS, ids=["screen", "train"])
def test_help_shows_every_option_of_a_run_with_its_default(run: Run, command: list[str]) -> None:
    shown = run(*command, "--help")[1]
    text, described_by = "".join(shown.split()), descriptions(shown)
    for known in run_options():
        described = described_by[flag(known.name)]
        default = "none" if known.default is None else known.default
        if known.metavar != "FILE" and not isinstance(known.default, bool):
            assert f"default: {default}" in described, known.name
        assert known.help.replace(" ", "") in text  # without spaces: a line may end at a hyphen
        assert all(choice in text for choice in known.choices)


def test_help_shows_the_options_of_the_contract_with_their_defaults(run: Run) -> None:
    defaults = {
        "--task": "successor", "--symbols": "3", "--length": "10", "--sequences": "10",
        "--cell": "rnn", "--hidden": "10", "--init": "normal", "--optimizer": "sgd",
        "--lr": "0.001", "--batch": "1", "--clip": "none", "--seed": "0", "--dtype": "float64",
        "--hold": "none", "--epochs": "1000",
    }  # fmt: skip
    shown = run("train", "--help")[1]
    text, described_by = " ".join(shown.split()), descriptions(shown)
    for option, default in defaults.items():
        assert f"default: {default}" in described_by[option], option
    assert "--json" in text and "--save" in text and "--force" in text


def examples(text: str) -> list[str]:
    """The commands that the help shows at its end, in one line each."""
    lines = text.split("\nExamples:\n")[1].replace("\n        ", " ").splitlines()
    return [line.strip().split("  ")[0] for line in lines]


@pytest.mark.parametrize("command", COMMANDS, ids=["screen", "train"])
def test_the_examples_at_its_end_are_commands_that_are_understood(
    run: Run, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("book.txt").write_text("round and round the rugged rock " * 20)
    Path("run.toml").write_text("hidden = 5")
    shown = examples(run(*command, "--help")[1])
    assert len(shown) >= 4 and all(line.split()[0] == "rnn-tui" for line in shown)
    for line in shown:
        words = line.split()[1:]
        if words[:1] == ["train"]:
            assert run(*words, "--epochs", "1")[0] == 0, line
        else:  # nothing but the terminal, or the file, is missed
            code, _, err = run(*words)
            missed = {3: "my_rnn.py", 4: "plan.toml"}
            assert "terminal" in err or (code in missed and missed[code] in err), line


def commands(command: click.Command, *names: str) -> Iterator[list[str]]:
    """This command and all below it."""
    yield list(names)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, *names, name)


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("command", [" ".join(names) for names in commands(cli)])
def test_help_fits_the_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = run(*command.split(), "--help")
    assert code == 0 and max(map(len, out.splitlines())) <= columns
    assert "..." not in out.split("\nCommands:")[-1].split("\n\n")[0]  # nothing is cut


@pytest.mark.parametrize("code", ["import rnn_tui.cli", "import rnn_tui"])
def test_importing_loads_nothing_heavy(code: str, environment: dict[str, str]) -> None:
    heavy = {"numpy", "textual", "rich", "plotext"}
    check_exit_code(f"{code}; import sys; sys.exit(bool({heavy} & {{*sys.modules}}))", environment)


@pytest.mark.parametrize("argument", few(["--help", "tasks", "--version", "trian"], 2))
def test_textual_is_not_loaded_for_what_needs_no_screen(
    argument: str, environment: dict[str, str]
) -> None:
    check_exit_code(
        f"import sys, rnn_tui.cli\nsys.argv = ['rnn-tui', {argument!r}]\n"
        "try: rnn_tui.cli.main()\nexcept SystemExit: pass\n"
        "sys.exit('textual' in sys.modules)",
        environment,
    )


def check_exit_code(code: str, environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr
