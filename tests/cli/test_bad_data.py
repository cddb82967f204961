"""Bad data: one line with the file and the place, exit code 3, nothing else."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.data.bad_files import JSON_LINES, PAIR, TABLES, TEXTS, Bad

Outcome = tuple[int, str, str]
CASES = [(case, "--text") for case in TEXTS] + [(case, "--data") for case in TABLES + JSON_LINES]


def assert_refused(outcome: Outcome, *told: str) -> None:
    code, out, err = outcome
    assert (code, out) == (3, ""), err
    assert err.startswith("rnn-tui: ") and err.endswith("\n") and err[:-1].isprintable()
    assert len(err) < 400
    assert all(text in err for text in told), err


@pytest.mark.parametrize(("case", "option"), CASES, ids=lambda it: getattr(it, "name", it))
def test_a_bad_file_is_told_in_one_line(
    case: Bad, option: str, tmp_path: Path, run: Callable[..., Outcome]
) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    outcome = run("train", option, str(path), *case.options, "--epochs", "1", "--no-store")
    assert_refused(outcome, case.name, case.told)


@pytest.mark.parametrize("command", ["train --epochs 1 --no-store", "tasks show text"])
def test_what_is_no_file_is_refused_by_every_command(
    command: str, tmp_path: Path, run: Callable[..., Outcome]
) -> None:
    pipe, closed = tmp_path / "pipe", tmp_path / "closed.txt"
    os.mkfifo(pipe)
    closed.touch(0o000)
    for path, told in {
        tmp_path / "gone.txt": "no such file",
        tmp_path: "directory",
        Path("/dev/zero"): "a device or a pipe",
        pipe: "a device or a pipe",
        Path("nul\0.txt"): "nul",
        Path("x" * 300): "too long",
    }.items():
        assert_refused(run(*command.split(), "--text", str(path)), told)
    if os.geteuid() != 0:
        assert_refused(run(*command.split(), "--text", str(closed)), "permission denied")


def test_all_bad_lines_are_counted_and_the_first_is_told(
    tmp_path: Path, run: Callable[..., Outcome]
) -> None:
    path = tmp_path / "many.jsonl"
    path.write_bytes(PAIR + b'{"input": "ab"\n{}\n' + PAIR + b'{"input": "a", "target": "bc"}\n')
    outcome = run("train", "--data", str(path), "--no-store")
    assert_refused(outcome, "line 2: column 15", "(3 bad lines in all)")


def test_the_name_of_a_file_does_nothing_to_the_terminal(
    tmp_path: Path, run: Callable[..., Outcome]
) -> None:
    path = tmp_path / "\x1b[2J\x07\u202e.txt"
    path.write_text("aaaa")
    assert_refused(run("train", "--text", str(path)), "\\x1b[2J\\x07\\u202e.txt")


MEMORY = 500 * 2**20
LARGE: dict[str, tuple[bytes, bytes, int]] = {  # a beginning, what follows how many times
    "one-line.jsonl": (b'{"input": "', b"a", 30_000_000),
    "one-field.csv": (b'input,target\n"', b"a,b\n", 2_000_000),
    "list.jsonl": (b"[1", b",1", 1_900_000),
    "same.txt": (b"", b"a", 100_000_000),
    "late.txt": (b"\xce\xb1", b"ab\n", 40_000_000),
    "late.csv": (b"input,target\n", b"abcd,efgh\n", 500_000),
}


@pytest.mark.parametrize(
    "name", ["zeros.txt", *(pytest.param(n, marks=pytest.mark.soak) for n in LARGE)]
)
def test_a_large_bad_file_takes_little_memory(
    name: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    path = tmp_path / name
    beginning, more, times = LARGE.get(name, (b"", b"", 0))
    path.write_bytes(beginning + more * times + b"\xff" * (times > 0))
    if not times:
        os.truncate(path, 2**36)
    option = "--text" if path.suffix == ".txt" else "--data"
    peak = "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss"
    if sys.platform == "linux":  # where that is at least the peak of who began the process
        peak = "int(pathlib.Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    measure = (
        "import pathlib, resource, runpy, sys\n"
        "try: runpy.run_module('rnn_tui', run_name='__main__')\n"
        f"finally: print({peak})"
    )
    command = [sys.executable, "-c", measure, "train", option, str(path), "--no-store"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < MEMORY
    assert_refused((done.returncode, "", done.stderr), name)
