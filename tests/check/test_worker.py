"""Whatever a file does, the answer is about the network in it, and nothing is left running."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from rnn_tui.check.run import check_file
from rnn_tui.check.worker.wire import BadMessage, decode, encode, read_all, receive

NETWORK = """
import numpy as np

Wxh, Whh, Why = np.zeros((4, 3)), np.zeros((4, 4)), np.zeros((3, 4))
bh, by = np.zeros((4, 1)), np.zeros((3, 1))


def lossFun(inputs, targets, hprev):
    xs, hs, ps, loss = {}, {-1: np.copy(hprev)}, {}, 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((3, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1] + bh)
        ps[t] = np.exp(Why @ hs[t] + by)
        ps[t] /= ps[t].sum()
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby, dhnext = np.zeros_like(bh), np.zeros_like(by), np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dhraw = (1 - hs[t] ** 2) * (Why.T @ dy + dhnext)
        dbh += dhraw
        dWxh += dhraw @ xs[t].T
        dWhh += dhraw @ hs[t - 1].T
        dhnext = Whh.T @ dhraw
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs) - 1]

"""
AT_END = NETWORK.count("\n")


def write(folder: Path, text: str) -> str:
    file = folder / "theirs.py"
    file.write_text(text)
    return str(file)


@pytest.mark.parametrize(
    "lines",
    [
        "print('x' * 10_000_000)",
        "import os\nif os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(1000)",
        "import os\nos.fork()",
        "np.linalg.norm = lambda *a, **k: 0.0\nnp.allclose = lambda *a, **k: True",
        "import os\nos.remove(__file__)",
        "import sys\nsys.stdout = sys.stderr = None",
    ],
    ids=[
        "prints 10 MB",
        "a fork in its own session",
        "a fork",
        "patched numpy",
        "gone",
        "no stdout",
    ],
)
def test_a_right_network_is_right_whatever_else_its_file_does(tmp_path: Path, lines: str) -> None:
    assert check_file(write(tmp_path, NETWORK + lines + "\n")).verdict == "right"
    assert not running(str(os.getpid()))


@pytest.mark.parametrize(
    ("lines", "kind", "line"),
    [
        ("while True:\n    pass", "TimeLimit", AT_END + 1),
        ("import sys\nsys.exit(0)", "SystemExit", AT_END + 2),
        ("import os\nos._exit(0)", "SystemExit", AT_END + 2),
        ("import os\nos.kill(os.getpid(), 11)", "Ended", AT_END + 2),
        ("bytearray(1 << 40)", "MemoryError", AT_END + 1),
        ("1 / 0", "ZeroDivisionError", AT_END + 1),
        ("def f(:", "SyntaxError", AT_END + 1),
    ],
    ids=str,
)
def test_what_cannot_run_is_told_with_its_line(
    tmp_path: Path, lines: str, kind: str, line: int
) -> None:
    report = check_file(write(tmp_path, NETWORK + lines + "\n"), limit=2)

    assert report.verdict == "unusable"
    assert report.error is not None
    assert report.error.type == kind
    assert report.error.line in (line, line + 1)


def test_a_file_that_trains_on_import_is_told_where(tmp_path: Path) -> None:
    report = check_file(write(tmp_path, "w = 1.0\nfor _ in range(10):\n    w -= 0.1 * w\n"))

    assert report.error is not None
    assert (report.error.type, report.error.line) == ("NothingToCheck", 2)


def test_nan_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    report = check_file(write(tmp_path, NETWORK.replace("np.tanh(", "np.nan * (")))

    assert report.verdict == "unclear"
    assert "NaN" in report.forward.note


def test_messages_are_plain_values() -> None:
    with pytest.raises(TypeError):
        encode({"object": object()})
    with pytest.raises(BadMessage):
        decode(b'{"__array__": ["|O", [1], 0]}', b"\0" * 8)


def test_a_message_arrives_as_it_was_sent() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(encode({"loss": 1 + 2j, "x": [None, "a", True, 0.5]}))
        got = receive(lambda count: read_all(theirs, count))
    assert got == {"loss": 1 + 2j, "x": [None, "a", True, 0.5]}


def running(parent: str) -> list[str]:
    """Processes of a check of this process that are left."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            status = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            continue
        if b"rnn_tui.check.worker" in command and status.rpartition(")")[2].split()[1] == parent:
            found.append(pid)
    return found
