"""Temporary files that a killed process left behind are swept, others are not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rnn_tui.storage.disk import temporaries
from rnn_tui.storage.disk.temporaries import PREFIX, sweep_temporaries

OLD = b"old" * 1000


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_only_temporaries_of_dead_processes_are_swept(tmp_path: Path) -> None:
    own, dead = os.getpid(), dead_process()
    stale = [
        f"{PREFIX}{dead}-0123abcd-00.tmp",
        f"{PREFIX}{own}-{'0' * 8}-00.tmp",  # an earlier process that had our pid
        f"{PREFIX}9999999999-0123abcd-00.tmp",
    ]
    kept = [
        f"{PREFIX}{own}-{temporaries._PROCESS}-00.tmp",
        f"{PREFIX}{os.getppid()}-0123abcd-00.tmp",
        f"{PREFIX}{dead}-0123abcd-00.tmp.txt",
        f"{PREFIX}notes.tmp",
        "run",
    ]
    for name in stale + kept:
        (tmp_path / name).write_bytes(OLD)
    folder = f"{PREFIX}{dead}-0123abcd-01.tmp"
    (tmp_path / folder).mkdir()
    sweep_temporaries(tmp_path)
    assert names(tmp_path) == sorted([*kept, folder])


def test_a_process_of_another_user_is_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    (tmp_path / f"{PREFIX}1-0123abcd-00.tmp").write_bytes(OLD)
    sweep_temporaries(tmp_path)
    assert len(names(tmp_path)) == 1


def test_sweeping_where_nothing_can_be_swept_is_silent(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    sweep_temporaries(tmp_path / "gone")
    sweep_temporaries(tmp_path / "file")
    assert names(tmp_path) == ["file"]
