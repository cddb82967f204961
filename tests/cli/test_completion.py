"""rnn-tui completion: what a shell is told, by click's own protocol and in a real bash."""

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from rnn_tui.cli.main import cli
from rnn_tui.tasks.registry import TASKS

Run = Callable[..., tuple[int, str, str]]
Until = Callable[[Callable[[], bool]], None]
BASH = shutil.which("bash")


def completed(line: str, **values: Path) -> list[str]:
    """What is offered for the last word of a line; a file or a folder is ``<file>``, ``<dir>``."""
    *words, last = (word.format(**values) for word in line.split(" "))
    shell = ShellComplete(cli, {}, "rnn-tui", "_RNN_TUI_COMPLETE")
    found = shell.get_completions(words, last)
    return [item.value if item.type == "plain" else f"<{item.type}>" for item in found]


@pytest.fixture
def kept(store: Path) -> Path:
    """A store with three runs, one of them with a name that no shell takes."""
    for name in ("echo-seed0", "xor-seed0", "xor seed 1", "\x1b[2J\n"):
        (store / "runs" / name).mkdir(parents=True)
    return store


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("", {"train", "runs", "completion"}),
        ("tr", {"train"}),
        ("--hid", {"--hidden"}),
        ("train --log", {"--log-every"}),
        ("runs ", {"show", "rm", "prune"}),
        ("--cell ", {"rnn", "gru", "lstm"}),
        ("train --task ", set(TASKS)),
        ("train --lr x --optimizer ada", {"adagrad", "adam", "adamw"}),
        ("train --until ", {"solved", "loss="}),
        ("export --format ", {"csv", "svg"}),
        ("tasks show r", {"reber", "running-sum"}),
        ("completion ", {"bash", "zsh", "fish"}),
        ("--theme textual-", {"textual-dark", "textual-light"}),
        ("check --style ", {"notebook"}),
        ("train --text ", {"<file>"}),
        ("--config ", {"<file>"}),
        ("train --save ", {"<file>"}),
        ("check ", {"<file>"}),
        ("train --store ", {"<dir>"}),
        ("nosuch ", {"train"}),
        ("tasks xor ", set()),
    ],
)
def test_commands_options_choices_and_files_are_offered(line: str, offered: set[str]) -> None:
    found = completed(line)
    assert offered <= set(found) or (not offered and not found)
    last = line.split(" ")[-1]
    assert all(value.startswith(last) for value in found)


RUNS = [
    "--resume ", "train --resume ", "export ", "replay ", "memory ", "runs show ", "runs rm ",
    "runs rm echo-seed0 ",
]  # fmt: skip


@pytest.mark.parametrize("line", RUNS)
def test_runs_are_offered(kept: Path, line: str) -> None:
    assert set(completed(line)) == {"echo-seed0", "xor-seed0"}
    assert completed(f"{line}x") == ["xor-seed0"]


def test_the_store_that_is_named_is_looked_into(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_TUI_HOME", "/nosuch")
    assert completed("runs show ") == []
    for line in ("runs show --store {kept} x", "runs --store {kept} show x"):
        assert completed(line, kept=kept) == ["xor-seed0"]


def test_a_run_or_a_file_is_sampled(kept: Path) -> None:
    assert set(completed("sample ")) == {"<file>", "echo-seed0", "xor-seed0"}


def test_a_broken_store_offers_nothing_and_says_nothing(
    store: Path, environment: dict[str, str]
) -> None:
    store.parent.mkdir(parents=True, exist_ok=True)
    store.write_text("a file")
    words = {"COMP_WORDS": "rnn-tui runs show ", "COMP_CWORD": "3"}
    done = subprocess.run(
        [sys.executable, "-m", "rnn_tui"], capture_output=True, text=True,
        env=environment | words | {"_RNN_TUI_COMPLETE": "bash_complete"},
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("shell", "part"),
    [
        ("bash", "complete -o nosort -F"),
        ("zsh", "#compdef rnn-tui"),
        ("fish", "complete --no-files"),
    ],
)
def test_a_script_is_printed_for_each_shell(run: Run, shell: str, part: str) -> None:
    code, out, err = run("completion", shell)
    assert (code, err) == (0, "") and part in out and f"_RNN_TUI_COMPLETE={shell}_complete" in out


@pytest.mark.parametrize("shell", ["", "tcsh"])
def test_another_shell_is_refused(run: Run, shell: str) -> None:
    code, out, err = run("completion", *shell.split())
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "bash" in err and "fish" in err


@pytest.mark.skipif(BASH is None, reason="there is no bash")
def test_the_tabulator_completes_a_run_in_a_real_bash(
    store: Path, environment: dict[str, str], tmp_path: Path, until: Until
) -> None:
    (store / "runs" / "xor-seed7-20260101").mkdir(parents=True)
    program = tmp_path / "rnn-tui"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m rnn_tui "$@"\n')
    program.chmod(0o755)
    master, slave = pty.openpty()
    search = f"{tmp_path}:{environment['PATH']}"
    with subprocess.Popen(
        [str(BASH), "--norc", "--noprofile", "-i"], stdin=slave, stdout=slave, stderr=slave,
        env=environment | {"PATH": search, "TERM": "dumb", "PS1": "> "}, start_new_session=True,
    ) as bash:  # fmt: skip
        seen = bytearray()

        def shows(text: bytes) -> Callable[[], bool]:
            def look() -> bool:
                with suppress(BlockingIOError):
                    seen.extend(os.read(master, 4096))
                return text in seen

            return look

        os.set_blocking(master, False)
        os.write(master, b'eval "$(rnn-tui completion bash)"; echo re""ady\n')
        until(shows(b"ready"))
        os.write(master, b"rnn-tui train --resume xo\t")
        until(shows(b"--resume xor-seed7-20260101"))
        bash.kill()
    os.close(master)
    os.close(slave)
