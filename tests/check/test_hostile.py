"""Whatever a file does, it gets the verdict of what it is, and nothing of it is left running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from rnn_tui.check.run import check_file
from tests.amounts import few, few_rows
from tests.check.hostile import ALL, MARK, NETWORK, Case

_QUICK = (
    "starts a program that hides", "kills its parent", "forges an answer",
    "trains for ever at import", "random numbers that cannot be seeded", "NaN in one gradient",
)  # fmt: skip
CASES = [
    pytest.param(case, id=case.name, marks=() if case.name in _QUICK else pytest.mark.soak)
    for case in ALL
]


@pytest.mark.parametrize("case", CASES)
def test_a_file_gets_the_verdict_of_what_it_is(tmp_path: Path, case: Case) -> None:
    mark = uuid.uuid4().hex
    report = check_file(write(tmp_path, case.text, mark), limit=2)

    assert (report.verdict, running(mark)) == (case.verdict, [])
    if case.kind:
        assert report.error is not None
        assert report.error.type == case.kind
        assert case.line is None or report.error.line == case.line


def test_a_file_that_trains_for_ever_at_import_is_told_what_to_do(tmp_path: Path) -> None:
    loop = "for epoch in range(10 ** 12):\n    lossFun([0], [1], np.zeros((4, 1)))\n"
    report = check_file(write(tmp_path, NETWORK + loop), limit=2)

    assert report.error is not None
    assert f"line {NETWORK.count(chr(10)) + 2}" in report.error.message
    assert 'if __name__ == "__main__":' in report.error.message
    assert "--time-limit" in report.error.message


@pytest.mark.parametrize(
    ("name", "text", "code"),
    few_rows([
        ("theirs.ipynb", notebook := json.dumps({"cells": [
            {"cell_type": "code", "source": ["%matplotlib inline\n", "!ls\n"]},
            {"cell_type": "markdown", "source": "RNN"}, {"cell_type": "code", "source": NETWORK},
        ]}), 0),
        ("theirs.ipynb", notebook[:-5], 3),
        ("a\x1b[31mb\n\N{SNOWMAN}.py", "def f(:\n", 3),
        ("-x.py", NETWORK, 0),
        ("a b:c.py", NETWORK, 0),
    ], 3),
    ids=["a notebook", "half a notebook", "escape sequences", "a dash", "a colon"],
)  # fmt: skip
def test_odd_names_are_files_as_others(tmp_path: Path, name: str, text: str, code: int) -> None:
    (tmp_path / name).write_text(text)
    done = command(str(tmp_path / name))

    assert done.returncode == code
    assert len(done.stderr.splitlines()) == (code == 3)
    assert "\x1b" not in done.stdout + done.stderr


def test_what_is_no_file_is_one_line_and_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "ring.py").symlink_to("ring.py")
    for name in ("folder.py", "ring.py", "nowhere.py", "no.such.module", "folder.py/"):
        done = command(str(tmp_path / name) if "module" not in name else name)

        assert (done.returncode, done.stdout) == (3, ""), name
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "fault of rnn-tui" not in done.stderr


def test_a_link_is_the_file_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text(NETWORK)
    (tmp_path / "link.py").symlink_to(tmp_path / "theirs.py")
    assert check_file(str(tmp_path / "link.py")).verdict == "right"


@pytest.mark.parametrize("watch", [[], ["--watch"]], ids=["once", "watching"])
@pytest.mark.parametrize("number", few([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], 1))
def test_a_signal_ends_it_and_their_code(
    tmp_path: Path, number: signal.Signals, watch: list[str]
) -> None:
    started = tmp_path / "started"
    waits = f"import time\nopen({str(started)!r}, 'w').close()\ntime.sleep(600)\n"
    mark = uuid.uuid4().hex
    (tmp_path / f"{mark}.py").write_text(f"import subprocess, sys\n{child(mark)}\n{waits}")
    process = subprocess.Popen(
        [sys.executable, "-m", "rnn_tui", "check", f"{tmp_path / mark}.py", *watch],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until(started.exists)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)

    assert (process.returncode, out, err) == (128 + number, "", "")
    assert running(mark) == []


def test_a_signal_ends_the_watching_for_a_change(tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text("x = (\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "rnn_tui", "check", str(tmp_path / "theirs.py"), "--watch"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stderr is not None
        process.stderr.readline()  # told: now it watches
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 128 + signal.SIGTERM


def write(folder: Path, text: str | bytes, mark: str = "") -> str:
    path = folder / "theirs" / "theirs.py"
    path.parent.mkdir()
    path.write_bytes(text if isinstance(text, bytes) else text.replace(MARK, mark).encode())
    return str(path)


def child(mark: str) -> str:
    """A line that starts a program which stays."""
    return f"subprocess.Popen([sys.executable, '-c', 'input()  # {mark}'], stdin=subprocess.PIPE)"


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rnn_tui", "check", "--", *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def running(mark: str) -> list[str]:
    """Processes whose command line has the mark, and workers of this process."""
    found, own = [], str(os.getpid())
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
            parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if mark.encode() in line or (b"rnn_tui.check.worker" in line and parent == own):
            found.append(pid)
    return found


def until(is_so: object) -> None:
    """Wait for a condition, at most a minute."""
    end = time.monotonic() + 60
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < end
        os.sched_yield()
