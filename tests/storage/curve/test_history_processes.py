"""A history that one process writes while another reads it or kills it."""

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.curve.writer import HistoryWriter
from tests.storage.stored import killed

Process = subprocess.Popen[str]


WRITING = """
import sys
from pathlib import Path
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.timeline.recorder import EpochRecord
writer = HistoryWriter(Path(sys.argv[1]))
for start in range(0, int(sys.argv[2]) * 100, 100):
    writer.write([EpochRecord(0, start + n, 0.5, 0.5, 0.1) for n in range(1, 101)])
    if start % 1000 == 0:
        print(start + 100, flush=True)
sys.stdin.readline()
"""


def begun(start: Callable[..., Process], path: Path, batches: int = 10**9) -> Process:
    """A process that has begun to write so many batches."""
    process = start(WRITING, str(path), str(batches))
    assert process.stdout is not None and process.stdout.readline()
    return process


def test_reading_beside_a_writing_process_sees_whole_batches_only(
    path: Path, start: Callable[..., Process]
) -> None:
    process, seen = begun(start, path, batches=500), 0
    while seen < 50_000:
        assert process.poll() is None
        with HistoryReader(path) as history:
            count = len(history.epochs(0).epochs)
        assert count % 100 == 0 and count >= seen
        seen = count


@pytest.mark.parametrize("campaign", range(3))
def test_a_killed_writer_leaves_whole_batches_without_gaps(
    path: Path,
    campaign: int,
    effort: int,
    start: Callable[..., Process],
    require_whole: Callable[[Path], None],
) -> None:
    chance = random.Random(campaign + 10 * effort)
    for _ in range(effort):
        process = begun(start, path)
        told = killed(process, chance, 12)
        require_whole(path)
        with HistoryReader(path) as history:
            count = len(history.epochs(0).epochs)
        assert count % 100 == 0
        assert count >= max(told, default=100)
        HistoryWriter(path).close()
