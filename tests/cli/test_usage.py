"""Mistakes of the user: one line that says what, where and what to do, and exit code 2."""

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
    "--hold X", "--hold U,X", "--hold U[10]", "--hold U[0,10]", "--hold U[x]", "--hold ,",
    "--seed -1", "--seed x", "--dtype float16", "--init x", "--optimizer x", "--task x",
    "--cell x", "--epochs -1", "--epochs 1.5", "--epochs x", "--save ", "--store ", "--resume=",
    "--hidden 100000000", "--symbols 1000000000", "--length 1000000000000",
    "--sequences 99999999999999999999", "--hidden 99999999999999999999999999999999999999999",
    "--lr", "--hiden 5", "--frobnicate", "-x", "--task \x1b[31m", "--init a\nb", "--hold \x1b[2J",
]  # fmt: skip


@pytest.mark.parametrize("command", [[], ["train"]], ids=["screen", "train"])
@pytest.mark.parametrize("option", BAD)
def test_an_invalid_option_is_one_line_that_names_it(
    run: Run, command: list[str], option: str
) -> None:
    code, out, err = run(*command, *option.split(" "))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1 and err.endswith("\n") and err.rstrip("\n").isprintable()
    assert err.startswith("rnn-tui: ") and len(err) < 300
    name = option.split(" ")[0].split("=")[0]
    enormous = len(option) > 18 and "memory" in err
    assert enormous or name in err, err


@pytest.mark.parametrize("option", ["--lr 0", "--batch 0", "--hold X", "--frobnicate"])
def test_a_mistake_of_usage_is_one_line_with_debug_too(run: Run, option: str) -> None:
    code, _, err = run("train", "--debug", *option.split(" "))
    assert (code, err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    ("theme", "hint"),
    [("nosuch", "ctrl+p"), ("textual-ligth", "did you mean textual-light?"), ("", "ctrl+p"),
     ("\x1b[31m" * 100, "ctrl+p")],
)  # fmt: skip
def test_an_unknown_theme_is_one_line(run: Run, theme: str, hint: str) -> None:
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
        (["--lr", "0.1", "train"], "rnn-tui train --lr"),
        (["--hold", "U", "train"], "rnn-tui train --hold"),
        (["--ascii", "train"], "--ascii before a command is for the screen; leave it out"),
        (["train", "--sequence", "3"], "--sequences"),
    ],
)
def test_a_misspelt_command_or_option_is_met_with_a_hint(
    run: Run, arguments: list[str], hint: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert hint in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--resume --no-store", "leave out --no-store"),
        ("--resume x --lr 0.1", "--lr cannot be changed"),
        ("--resume --hold U", "--hold cannot be changed"),
        ("--store x --no-store", "leave one out"),
    ],
)
def test_options_that_contradict_each_other_are_named(run: Run, arguments: str, words: str) -> None:
    code, out, err = run("train", *arguments.split())
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err


@pytest.mark.parametrize("option", ["--save missing/x.safetensors", "--save ."])
def test_the_screen_too_asks_for_a_terminal_before_anything_else(run: Run, option: str) -> None:
    assert run(*option.split(" "))[0] == 2


def test_without_a_terminal_the_screen_says_so_and_names_the_other_way(start: Start) -> None:
    process = start()
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.count("\n")) == (2, "", 1)
    assert "rnn-tui train" in err and "\x1b" not in err
