"""The training curves of a run that is resumed: each is read once, when it is asked for."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rnn_tui.storage.curve import losses
from rnn_tui.storage.curve.losses import Curves, Differences, differences
from rnn_tui.storage.curve.reader import HistoryReader, Span, spans_of
from rnn_tui.storage.curve.writer import HistoryWriter
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState
from tests.storage.stored import Epochs


@pytest.fixture
def path(tmp_path: Path, run: RunState, epochs: Epochs) -> Path:
    """Of a history with everything that the run has, and an epoch more."""
    path = tmp_path / "history.sqlite"
    writer = HistoryWriter(path)
    writer.write([*epochs(1, 4), *epochs(3, 4, branch=1)], run.branches)
    writer.close()
    return path


def test_a_branch_has_what_it_inherited_and_nothing_after_its_checkpoint(
    path: Path, run: RunState
) -> None:
    curves = Curves(path, run)
    assert curves.note is None
    assert [curves(number)[0].tolist() for number in (0, 1)] == [[1, 2, 3, 4], [1, 2, 3]]
    assert curves(0)[1].tolist() == [1.5, 2.5, 3.5, 4.5]


def test_the_validation_losses_are_there_where_the_run_has_a_validation_set(
    path: Path, make_run: Callable[..., RunState], epochs: Epochs
) -> None:
    run = make_run(valid=0.5)
    writer = HistoryWriter(path)
    writer.write([*epochs(1, 4, valid=0.25), *epochs(3, 4, branch=1, valid=7.5)], run.branches)
    writer.close()
    found = [Curves(path, run)(number).valid_loss for number in (0, 1)]
    assert [None if losses is None else losses.tolist() for losses in found] == [
        [1.25, 2.25, 3.25, 4.25], [1.25, 2.25, 10.5],
    ]  # fmt: skip
    assert Curves(path, make_run())(0).valid_loss is None


def test_the_branch_shown_is_read_first_and_what_others_inherit_only_once(
    path: Path, run: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Span] = []

    class Counting(HistoryReader):
        def pieces_of(self, span: Span):  # type: ignore[no-untyped-def]
            read.append(span)
            return super().pieces_of(span)

    monkeypatch.setattr(losses, "HistoryReader", Counting)
    curves = Curves(path, run)
    assert {span.branch for span in read} == {0, 1}  # it inherits from 0
    curves(1)
    curves(0)
    assert len(read) == 2


def test_comparing_reads_each_epoch_once_however_many_branches_there_are(
    path: Path, run: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = run.branches
    more = [replace(second, number=number) for number in range(2, 60)]
    writer = HistoryWriter(path)
    writer.write([EpochRecord(b.number, 3, 0.5, 0.5, 0.1) for b in more], more)
    writer.close()
    points = []

    class Counting(HistoryReader):
        def _checked(self, rows):  # type: ignore[no-untyped-def]
            points.append(len(rows))
            return super()._checked(rows)

    monkeypatch.setattr(losses, "HistoryReader", Counting)
    many = replace(run, branches=(first, second, *more))
    assert differences(path.parent, many) == Differences(lost=0, ahead=1)
    assert sum(points) == 4 + 2 + 58


@pytest.mark.parametrize("damage", ["missing", "empty", "half made", "text"])
def test_without_a_history_all_is_lost_and_told(path: Path, run: RunState, damage: str) -> None:
    path.unlink()
    if damage == "empty":
        path.touch()
    elif damage == "half made":
        import sqlite3

        database = sqlite3.connect(path)
        database.execute("PRAGMA journal_mode = WAL")
        database.close()
    elif damage == "text":
        path.write_text("x" * 5000)
    curves = Curves(path, run)
    assert curves.note is not None and curves.note.isprintable()
    assert [len(curves(number)[0]) for number in (0, 1)] == [0, 0]
    assert differences(path.parent, run) == Differences(lost=5)


def test_epochs_that_were_changed_on_disk_are_told(path: Path, run: RunState) -> None:
    writer = HistoryWriter(path)
    writer._database.execute("UPDATE epoch SET loss = 0 WHERE epoch = 2")
    writer.close()
    curves = Curves(path, run)
    assert curves.note is not None and curves.note.startswith("damaged and left out: 1 epoch in")
    assert curves(1)[0].tolist() == [1, 3]
    assert differences(path.parent, run).lost == 1


def test_a_branch_whose_curve_can_no_longer_be_read_has_none(path: Path, run: RunState) -> None:
    curves = Curves(path, run)
    path.unlink()
    os.mkfifo(path)
    assert len(curves(0)[0]) == 0 and len(curves(1)[0]) == 3


def test_what_a_checkpoint_tells_does_not_bound_what_is_allocated(
    path: Path, run: RunState
) -> None:
    first = run.branches[0]
    far = replace(first, newest=replace(first.newest, epoch=10**15))
    curves = Curves(path, replace(run, branches=(far,), current=0))
    assert len(curves(0)[0]) == 4


def test_a_past_over_several_forks_ends_at_the_earliest() -> None:
    spans = spans_of({0: (None, 0), 1: (0, 5), 2: (1, 3)}, 2)
    assert [(s.branch, s.first, s.last) for s in spans[:-1]] == [(0, 1, 3), (1, 6, 3)]
    assert spans[-1][:2] == (2, 4)


def test_branches_in_a_circle_end() -> None:
    assert [span.branch for span in spans_of({1: (2, 0), 2: (1, 0)}, 1)] == [1, 2, 1]
