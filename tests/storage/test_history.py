"""The history: what was recorded is read back, beside a writer, after a kill, and after damage."""

import math
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.storage.curve.database import DamagedHistory, HistoryError
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.storage.disk import durable as files
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.sqlite"


@pytest.fixture
def writer(path: Path) -> Iterator[HistoryWriter]:
    writer = HistoryWriter(path)
    yield writer
    writer.close()


def epochs(branch: int, first: int, last: int, loss: float = 0.5) -> list[EpochRecord]:
    return [EpochRecord(branch, n, loss + n, 1 / n, 0.001 * n) for n in range(first, last + 1)]


def one_line(error: BaseException) -> str:
    message = str(error)
    assert message.isprintable()
    return message


def test_epochs_are_read_back_with_the_same_bits(path: Path, writer: HistoryWriter) -> None:
    wanted = epochs(0, 1, 25_000)
    writer.write(wanted)
    with HistoryReader(path) as history:
        curve = history.epochs(0)
        assert history.count(0) == 25_000
        assert history.last(0) == wanted[-1]
        assert history.problem() is None
    assert curve.epochs.dtype == curve.branch.dtype == np.int64
    assert curve.epochs.tolist() == [record.epoch for record in wanted]
    assert curve.loss.tolist() == [record.loss for record in wanted]
    assert curve.accuracy.tolist() == [record.accuracy for record in wanted]
    assert curve.learning_rate.tolist() == [record.learning_rate for record in wanted]


def test_nan_and_infinity_come_back(path: Path, writer: HistoryWriter) -> None:
    writer.write([EpochRecord(0, 1, math.nan, math.nan, 0.1), EpochRecord(0, 2, math.inf, 0, 0.1)])
    writer.write(norms=[(0, 1, {"U": math.nan, "W": 2.5})])
    with HistoryReader(path) as history:
        curve = history.epochs(0)
        norms = history.norms(0)
        last = history.last(0)
    assert math.isnan(curve.loss[0]) and math.isnan(curve.accuracy[0])
    assert curve.loss[1] == math.inf
    assert last is not None and last.loss == math.inf
    assert norms[1]["W"] == 2.5 and math.isnan(norms[1]["U"])


def test_numbers_of_numpy_are_stored_too(path: Path, writer: HistoryWriter) -> None:
    record: Any = EpochRecord(np.int64(0), np.int64(1), np.float32(0.5), np.float64(1), 0.1)  # type: ignore[arg-type]
    writer.write([record], [(0, 1, {"U": np.float32(2.5)})])  # type: ignore[dict-item]
    with HistoryReader(path) as history:
        assert history.last(0) == EpochRecord(0, 1, 0.5, 1.0, 0.1)
        assert history.norms(0) == {1: {"U": 2.5}}


def test_an_epoch_recorded_again_takes_the_place_of_the_old_one(
    path: Path, writer: HistoryWriter
) -> None:
    writer.write(epochs(0, 1, 10))
    writer.write(epochs(0, 6, 8, loss=100.0))
    with HistoryReader(path) as history:
        assert history.count(0) == 10
        assert history.epochs(0).loss[[4, 5, 7, 8]].tolist() == [5.5, 106.0, 108.0, 9.5]


def test_a_branch_has_the_past_of_its_parents(
    path: Path, writer: HistoryWriter, run: RunState
) -> None:
    writer.write([*epochs(0, 1, 4), *epochs(1, 3, 3, loss=100.0)], branches=run.branches)
    with HistoryReader(path) as history:
        curve = history.epochs(1)
        assert curve.epochs.tolist() == [1, 2, 3]
        assert curve.branch.tolist() == [0, 0, 1]
        assert curve.loss.tolist() == [1.5, 2.5, 103.0]
        assert history.epochs(0).branch.tolist() == [0, 0, 0, 0]
        assert history.epochs().branch.tolist() == [0, 0, 0, 0, 1]
        assert history.branches() == {0: "main", 1: "zweiter ✗"}
        assert len(history.epochs(7).epochs) == 0


def test_a_past_over_several_forks_ends_at_the_earliest(path: Path, writer: HistoryWriter) -> None:
    writer.write([*epochs(0, 1, 9), *epochs(1, 6, 9), *epochs(2, 4, 9)])
    database = sqlite3.connect(path)
    with database:
        database.executemany(
            "INSERT INTO branch VALUES (?, ?, ?, 0, '')", [(0, None, 0), (1, 0, 5), (2, 1, 3)]
        )
    database.close()
    with HistoryReader(path) as history:
        assert history.epochs(2).branch.tolist() == [0, 0, 0, 2, 2, 2, 2, 2, 2]


def test_branches_in_a_circle_do_not_hang(path: Path, writer: HistoryWriter) -> None:
    writer.write(epochs(1, 1, 3))
    database = sqlite3.connect(path)
    with database:
        database.executemany("INSERT INTO branch VALUES (?, ?, 0, 0, '')", [(1, 2), (2, 1)])
    database.close()
    with HistoryReader(path) as history:
        assert history.epochs(1).epochs.tolist() == [1, 2, 3]


def test_what_came_after_the_checkpoint_is_forgotten_the_rest_stays(
    path: Path, writer: HistoryWriter, run: RunState
) -> None:
    writer.write([*epochs(0, 1, 6), *epochs(1, 3, 3)], [(1, 3, {"U": 1.0})], branches=run.branches)
    writer.keep_branches({0: 4})
    with HistoryReader(path) as history:
        assert history.branches() == {0: "main"}
        assert (history.count(0), history.count(1)) == (4, 0)
        assert history.norms(1) == {}


def test_a_batch_is_written_whole_or_not_at_all(path: Path, writer: HistoryWriter) -> None:
    writer.write(epochs(0, 1, 3))
    bad: Any = [(0, 5, {"U": "not a number"})]
    with pytest.raises(HistoryError, match="could not convert"):
        writer.write(epochs(0, 4, 6), bad)
    with HistoryReader(path) as history:
        assert history.count(0) == 3
    writer.write(epochs(0, 4, 6))


def test_a_full_disk_is_named_and_loses_nothing(path: Path, writer: HistoryWriter) -> None:
    writer.write(epochs(0, 1, 3))
    pages = writer._database.execute("PRAGMA page_count").fetchone()[0]
    writer._database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(HistoryError, match="database or disk is full"):
        writer.write(epochs(0, 4, 5_000))
    writer._database.execute("PRAGMA max_page_count = 1000000")
    writer.write(epochs(0, 4, 5_000))
    with HistoryReader(path) as history:
        assert history.count(0) == 5_000
        assert history.problem() is None


def test_a_database_that_was_removed_or_replaced_is_noticed(
    path: Path, writer: HistoryWriter
) -> None:
    writer.write(epochs(0, 1, 3))
    aside = path.with_name("aside")
    path.rename(aside)
    with pytest.raises(HistoryError, match="No such file"):
        writer.write(epochs(0, 4, 6))
    path.write_bytes(b"")
    with pytest.raises(HistoryError, match="removed or replaced"):
        writer.write(epochs(0, 4, 6))
    aside.rename(path)
    writer.write(epochs(0, 4, 6))


def test_reading_beside_a_writing_process_sees_whole_batches_only(path: Path) -> None:
    process = writing_process(path)
    try:
        seen = 0
        for _ in range(20):
            with HistoryReader(path) as history:
                count = len(history.epochs(0).epochs)
            assert count % 100 == 0 and count >= seen
            seen = count
            assert process.poll() is None
    finally:
        process.kill()
        process.wait()
        close_pipes(process)
    assert seen


WRITING = """
import sys
from pathlib import Path
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.timeline.recorder import EpochRecord
writer = HistoryWriter(Path(sys.argv[1]))
for start in range(0, 10**9, 100):
    writer.write([EpochRecord(0, start + n, 0.5, 0.5, 0.1) for n in range(1, 101)])
    if start % 1000 == 0:
        print(start + 100, flush=True)
"""


def writing_process(path: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", WRITING, str(path)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[2])},
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline()
    return process


def close_pipes(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    with process.stdout as stream:
        return stream.read()


@pytest.mark.parametrize("campaign", range(3))
def test_a_killed_writer_leaves_whole_batches_without_gaps(
    path: Path, campaign: int, effort: int
) -> None:
    chance = random.Random(campaign + 10 * effort)
    for _ in range(effort):
        process = writing_process(path)
        assert process.stdout is not None
        for _ in range(chance.randrange(12)):  # a random moment
            process.stdout.readline()
        process.kill()
        process.wait()
        told = [int(line) for line in close_pipes(process).split()]
        with HistoryReader(path) as history:
            assert history.problem() is None
            count = history.count(0)
        assert count % 100 == 0
        assert count >= max(told, default=100)
        HistoryWriter(path).close()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions bind others only")
def test_a_folder_that_may_not_be_written_can_be_read(path: Path) -> None:
    writer = HistoryWriter(path)
    writer.write(epochs(0, 1, 3))
    writer.close()
    path.parent.chmod(0o500)
    try:
        with HistoryReader(path) as history:
            assert history.count(0) == 3
    finally:
        path.parent.chmod(0o700)


def test_reading_a_file_that_is_no_history_says_so(path: Path, tmp_path: Path) -> None:
    def other(target: Path) -> None:
        database = sqlite3.connect(target)
        with database:
            database.execute("CREATE TABLE epoch (a)")
        database.close()

    def newer(target: Path) -> None:
        HistoryWriter(target).close()
        database = sqlite3.connect(target)
        with database:
            database.execute("PRAGMA user_version = 2")
        database.close()

    cases: dict[str, tuple[Callable[[Path], Any], str]] = {
        "gone": (lambda target: None, "there is no such file"),
        "folder": (lambda target: target.mkdir(), "there is no such file"),
        "text": (lambda target: target.write_text("x" * 5000), "file is not a database"),
        "empty": (lambda target: target.write_bytes(b""), "it is still empty"),
        "other": (other, "it is not the history of a run"),
        "newer": (newer, "written by a newer rnn-tui (format 2); update"),
    }
    for name, (make, words) in cases.items():
        target = tmp_path / name
        make(target)
        with pytest.raises(HistoryError) as caught:
            HistoryReader(target)
        assert words in one_line(caught.value)
        if name not in ("gone", "empty"):
            with pytest.raises(HistoryError):
                HistoryWriter(target)


@pytest.mark.parametrize("seed", range(3))
def test_damage_is_reported_and_never_anything_else(
    path: Path, tmp_path: Path, seed: int, effort: int
) -> None:
    writer = HistoryWriter(path)
    writer.write(epochs(0, 1, 2_000), [(0, 1, {"U": 1.0})])
    writer.close()
    chance = random.Random(seed)
    data = path.read_bytes()
    copy = tmp_path / "copy.sqlite"
    for _ in range(15 * effort):
        content = bytearray(data)
        at = chance.randrange(len(content))
        if chance.random() < 0.3:
            del content[at:]
        else:
            size = chance.choice([1, 20, 3000])
            content[at : at + size] = chance.randbytes(len(content[at : at + size]))
        copy.write_bytes(content)
        try:
            with HistoryReader(copy) as history:
                history.problem()
                history.epochs()
                history.last(0)
                history.norms(0)
        except HistoryError as error:
            one_line(error)
        try:
            HistoryWriter(copy).close()
        except HistoryError as error:
            one_line(error)
        for suffix in ("-wal", "-shm"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)


def test_text_where_a_number_should_be_is_damage(path: Path) -> None:
    writer = HistoryWriter(path)
    writer.write(epochs(0, 1, 5))
    writer._database.execute("UPDATE epoch SET loss = 'x' WHERE epoch = 3")
    writer.close()
    with HistoryReader(path) as history, pytest.raises(DamagedHistory, match="cannot read"):
        history.epochs(0)


@pytest.mark.parametrize("epoch", [1 << 60, -(1 << 60)])
def test_an_epoch_beyond_reason_is_damage(path: Path, writer: HistoryWriter, epoch: int) -> None:
    writer.write([EpochRecord(0, epoch, 0.5, 0.5, 0.1)])
    with HistoryReader(path) as history, pytest.raises(DamagedHistory, match="without a number"):
        history.epochs()


def test_a_crash_is_outlived_by_a_write_ahead_log(writer: HistoryWriter) -> None:
    assert writer._database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert writer._database.execute("PRAGMA synchronous").fetchone() == (1,)


def test_a_gap_is_a_problem(path: Path, writer: HistoryWriter) -> None:
    writer.write([*epochs(0, 1, 3), *epochs(0, 5, 6)])
    with HistoryReader(path) as history:
        assert history.problem() == "branch 0 has 5 of the epochs 1 to 6"


def test_a_writer_that_finds_half_a_beginning_starts_over(path: Path) -> None:
    path.write_bytes(b"")
    writer = HistoryWriter(path)
    writer.write(epochs(0, 1, 3))
    shutil.copy(path, path.with_name("copy"))
    writer.sync()
    writer.close()
    assert not path.with_name(path.name + "-wal").exists()
    with HistoryReader(path) as history:
        assert history.count(0) == 3
