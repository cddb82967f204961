"""Names and files in a store that somebody else wrote: shown escaped, never waited for."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.cli.output import say

EVIL = "evil\x1b[2J\nrun"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """The folder of the runs: one named so that it clears the screen, and a sound one."""
    home = tmp_path / "home\x1b[3J"
    monkeypatch.setenv("RNN_TUI_HOME", str(home))
    assert run("train", "--epochs", "2", "--hidden", "3")[0] == 0
    folder = home / "runs"
    (sound,) = folder.iterdir()
    shutil.copytree(sound, folder / EVIL)
    return folder


def require_escaped(answer: tuple[int, str, str]) -> str:
    code, out, err = answer
    text = out + err
    assert all(line.isprintable() for line in text.split("\n"))
    assert code in (0, 4)
    return text


def test_names_and_paths_are_shown_escaped_by_every_command(
    run: Run, store: Path, tmp_path: Path
) -> None:
    shown = r"evil\x1b[2J\nrun"
    output = str(tmp_path / "out\x1b[4J.csv")
    assert shown in require_escaped(run("runs"))
    assert shown in require_escaped(run("runs", "show", EVIL))
    assert shown in require_escaped(run("runs", "prune", "--keep", "0"))
    assert r"out\x1b[4J" in require_escaped(
        run("export", EVIL, "--format", "csv", "--output", output)
    )
    assert r"out\x1b[4J" in require_escaped(
        run("export", EVIL, "--format", "csv", "--output", output)  # it is already there
    )
    require_escaped(run("export", EVIL, "--format", "csv", "--output", f"{output}/a\x1b[5J"))
    assert r"no\x1b[6J" in require_escaped(run("runs", "show", "no\x1b[6J"))
    saved = require_escaped(run("train", "--epochs", "0", "--save", str(tmp_path / "s\x1b[7J")))
    assert r"s\x1b[7J" in saved
    assert shown in require_escaped(run("train", "--resume", EVIL, "--epochs", "3"))
    assert shown in require_escaped(run("runs", "rm", EVIL))


def test_whatever_is_said_has_no_escape_codes(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[2J", "b\x07\nc", error=True)
    assert capsys.readouterr().err == "a\\x1b[2J\nb\\x07\\nc\n"


def pipes(folder: Path) -> None:
    for path in list(folder.iterdir()):
        path.unlink()
        os.mkfifo(path)


def endless(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "history.sqlite")) as database:
        database.executescript(
            "DROP TABLE epoch; CREATE VIEW epoch AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
            " SELECT i + 1 FROM n) SELECT i AS branch, i AS epoch, i AS loss, i AS accuracy,"
            " i AS learning_rate, i AS checksum FROM n"
        )


def one_more(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "history.sqlite")) as database:
        database.execute("ALTER TABLE epoch ADD COLUMN more")


@pytest.mark.parametrize("damage", [pipes, endless, one_more])
def test_a_broken_run_is_a_line_of_the_list_and_never_waited_for(
    run: Run, store: Path, damage: Callable[[Path], Any]
) -> None:
    damage(store / EVIL)
    code, out, err = run("runs")
    assert (code, err) == (0, "")
    assert len([line for line in out.splitlines() if line[0] != " "]) == 3  # long ones go on
    require_escaped(run("runs", "show", EVIL))
    require_escaped(run("export", EVIL, "--format", "csv", "--output", "-"))
    code, out, _ = run("train", "--resume", EVIL, "--epochs", "3")
    assert code == (4 if damage is pipes else 0)
