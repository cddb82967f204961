"""A history that is damaged, hostile or no history is refused in one line, and soon."""

import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.curve import connection
from rnn_tui.storage.curve.database import DamagedHistory, EmptyHistory, HistoryError
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.timeline.recorder import EpochRecord
from tests.storage.stored import Epochs, OneLine


def test_branches_in_a_circle_do_not_hang(
    path: Path, writer: HistoryWriter, epochs: Epochs
) -> None:
    writer.write(epochs(1, 3, branch=1))
    database = sqlite3.connect(path)
    with database:
        database.executemany("INSERT INTO branch VALUES (?, ?, 0, 0, '')", [(1, 2), (2, 1)])
    database.close()
    with HistoryReader(path) as history:
        assert history.epochs(1).epochs.tolist() == [1, 2, 3]


def test_reading_a_file_that_is_no_history_says_so(
    path: Path, tmp_path: Path, one_line: OneLine
) -> None:
    def other(target: Path) -> None:
        database = sqlite3.connect(target)
        with database:
            database.execute("CREATE TABLE epoch (a)")
        database.close()

    def newer(target: Path) -> None:
        HistoryWriter(target).close()
        database = sqlite3.connect(target)
        with database:
            database.execute("PRAGMA user_version = 4")
        database.close()

    cases: dict[str, tuple[Callable[[Path], Any], str]] = {
        "gone": (lambda target: None, "there is no such file"),
        "folder": (lambda target: target.mkdir(), "it is a folder"),
        "text": (lambda target: target.write_text("x" * 5000), "file is not a database"),
        "empty": (lambda target: target.write_bytes(b""), "it is still empty"),
        "other": (other, "it is not the history of a run"),
        "newer": (newer, "written by a newer rnn-tui (format 4); update"),
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
    path: Path, tmp_path: Path, seed: int, effort: int, epochs: Epochs, one_line: OneLine
) -> None:
    writer = HistoryWriter(path)
    writer.write(epochs(1, 2_000))
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
                history.epochs()
                history.last(0)
                history.branches()
        except HistoryError as error:
            one_line(error)
        try:
            HistoryWriter(copy).close()
        except HistoryError as error:
            one_line(error)
        for suffix in ("-wal", "-shm"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)


def test_text_where_a_number_should_be_is_damage(path: Path, epochs: Epochs) -> None:
    writer = HistoryWriter(path)
    writer.write(epochs(1, 5))
    writer._database.execute("UPDATE epoch SET loss = 'x' WHERE epoch = 3")
    writer.close()
    with HistoryReader(path) as history, pytest.raises(DamagedHistory, match="cannot read"):
        history.epochs(0)


@pytest.mark.parametrize("epoch", [1 << 60, -(1 << 60)])
def test_an_epoch_beyond_reason_is_damage(
    path: Path, writer: HistoryWriter, epoch: int, epochs: Epochs
) -> None:
    writer.write([EpochRecord(0, epoch, 0.5, 0.5, 0.1)])
    with HistoryReader(path) as history, pytest.raises(DamagedHistory, match="without a number"):
        history.epochs()


def tampered(path: Path, *statements: str) -> None:
    HistoryWriter(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA writable_schema = ON")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, i, i, i, i"
HOSTILE = {
    "a view": ("DROP TABLE epoch", f"CREATE VIEW epoch AS {ENDLESS}, i AS checksum FROM n"),
    "a view more": (f"CREATE VIEW more AS {ENDLESS} FROM n",),
    "a trigger": ("CREATE TRIGGER t AFTER INSERT ON epoch BEGIN DELETE FROM branch; END",),
    "a column more": ("ALTER TABLE epoch ADD COLUMN more",),
    "a column less": ("ALTER TABLE epoch DROP COLUMN accuracy",),
    "a generated column": ("ALTER TABLE branch ADD COLUMN more AS (number + 1)",),
    "another table": ("CREATE TABLE more (a)",),
    "a table less": ("DROP TABLE branch",),
    "an index": ("CREATE INDEX more ON epoch (loss)",),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_other_tables_views_triggers_and_columns_are_refused(
    path: Path, one_line: OneLine, name: str
) -> None:
    tampered(path, *HOSTILE[name])
    for use in (HistoryReader, HistoryWriter):
        with pytest.raises(DamagedHistory, match="it has not the tables of a history") as caught:
            use(path)
        one_line(caught.value)


def test_a_tree_without_an_end_is_given_up(path: Path, epochs: Epochs) -> None:
    writer = HistoryWriter(path)
    writer.write(epochs(1, 20_000))
    writer.close()
    data = bytearray(path.read_bytes())
    size = int.from_bytes(data[16:18], "big")
    pages = [data[n : n + size] for n in range(0, len(data), size)]
    roots = [page for page in pages[1:] if page[0] == 2]  # inner pages of an index
    assert roots
    for number, page in enumerate(pages):
        if number and page[0] == 2:  # every child is the page itself
            at = [int.from_bytes(page[12 + 2 * i : 14 + 2 * i], "big") for i in range(
                int.from_bytes(page[3:5], "big"))]  # fmt: skip
            for place in (8, *at):
                page[place : place + 4] = (number + 1).to_bytes(4, "big")
    path.write_bytes(b"".join(pages))
    with pytest.raises(HistoryError), HistoryReader(path) as history:
        history.epochs()


def test_a_query_that_takes_too_long_is_stopped(
    path: Path, epochs: Epochs, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = HistoryWriter(path)
    writer.write(epochs(1, 20_000))
    monkeypatch.setattr(connection, "_STEPS", 20_000)
    monkeypatch.setattr(connection, "_STEPS_PER_BYTE", 0)
    with HistoryReader(path) as history:
        assert history.last(0) is not None
        with pytest.raises(DamagedHistory, match="it takes too long to read"):
            history.epochs()
    writer.close()


def test_ctrl_c_while_sqlite_is_at_work_is_not_swallowed(
    path: Path, epochs: Epochs, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = HistoryWriter(path)
    writer.write(epochs(1, 20_000))

    def interrupted(self: connection.StepLimit) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(connection.StepLimit, "__call__", interrupted)
    with HistoryReader(path) as history, pytest.raises(KeyboardInterrupt):
        history.epochs()
    writer.close()


def test_a_history_too_large_to_be_one_is_refused_unread(path: Path) -> None:
    HistoryWriter(path).close()
    os.truncate(path, connection.MAX_BYTES + 1)
    with pytest.raises(HistoryError, match="it has more than"):
        HistoryReader(path)


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_not_a_regular_file_is_neither_read_nor_written(
    path: Path, tmp_path: Path, one_line: OneLine, suffix: str, kind: str
) -> None:
    HistoryWriter(path).close()
    file, elsewhere = Path(f"{path}{suffix}"), tmp_path / "elsewhere"
    elsewhere.write_bytes(b"mine")
    file.unlink(missing_ok=True)
    if kind == "link":
        file.symlink_to(elsewhere)
    elif kind == "pipe":
        os.mkfifo(file)
    else:
        file.mkdir()
    for use in (HistoryReader, HistoryWriter):
        with pytest.raises(HistoryError, match="it is a ") as caught:
            use(path)
        one_line(caught.value)
    assert elsewhere.read_bytes() == b"mine"


def test_one_whose_making_a_full_disk_stopped_is_empty(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
    assert path.stat().st_size > 0
    with pytest.raises(EmptyHistory, match="it is still empty"):
        HistoryReader(path)
    HistoryWriter(path).close()
    with HistoryReader(path) as history:
        assert history.branches() == []
