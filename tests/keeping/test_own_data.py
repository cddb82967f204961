"""A run keeps its own data: it goes on, and is repeated, when the file has gone."""

from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.model.cells import CELLS
from rnn_tui.model.interruption import Interrupted
from rnn_tui.runs.opening import Opening
from rnn_tui.runs.replay import Replay
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.names import DATA
from rnn_tui.storage.library.own_data import with_alphabets
from rnn_tui.storage.library.store import Store
from rnn_tui.tasks.text import Text
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.keeping.kept import folder_of, leave, resumed
from tests.session.playing import do, straight
from tests.texts import PAIRS, TIDE, WORDS, text_config
from tests.training.trained import Interrupter, same

Outcome = tuple[int, str, str]
SHORT = ["--length", "5", "--hidden", "4", "--init", "scaled", "--lr", "0.05"]


def half_way(run: Run, update: int) -> Run:
    """Inside the next epoch, after so many updates."""
    run.execute(c.Step(1))
    with pytest.raises(Interrupted):
        run.work(Interrupter([update]))
    return run


@pytest.mark.parametrize("cell", CELLS)
def test_a_text_left_between_two_chunks_goes_on_with_the_same_bits(cell: str, root: Path) -> None:
    config = text_config(cell=cell, batch=2, optimizer="adam")
    run = half_way(do(Opening(Store(root)).new(config), c.GoTo(2)), 3)
    assert run.navigator.trainer.partial() is not None
    leave(run)
    again = resumed(root)
    assert again.navigator.trainer.position == (2, 3)
    do(again, c.GoTo(0), c.GoTo(4), c.GoTo(1), c.ScaleRate(2), c.Step(2), c.Visit(0), c.GoTo(5))
    assert same(again.navigator.state, straight(config, 5))
    leave(again)
    replays = [Replay(Store(root), Store(root).newest(), number) for number in (0, 1)]
    assert all(replay.train(replay.newest_epoch).same for replay in replays)


def kept_run(tmp_path: Path, run: Callable[..., Outcome], epochs: int = 2) -> Path:
    """The file of a run that was trained and is kept."""
    file = tmp_path / "tide.txt"
    file.write_text(TIDE)
    code, _, _ = run("train", "--text", str(file), *SHORT, "--epochs", str(epochs))
    assert code == 0
    return file


def test_it_goes_on_when_the_file_has_gone(
    tmp_path: Path, root: Path, run: Callable[..., Outcome]
) -> None:
    file = kept_run(tmp_path, run)
    file.unlink()
    code, out, _ = run("train", "--resume", "--epochs", "4")
    whole = straight(text_config(), 4)
    sha256 = resumed(root).navigator.trainer.parameters_of(whole).sha256()
    assert code == 0 and sha256[:12] in out
    assert run("replay")[0] == 0
    for kind in ("safetensors", "csv", "svg"):
        assert (
            run("export", folder_of(root).name, "--format", kind, "--output", f"a.{kind}")[0] == 0
        )


def test_the_same_file_elsewhere_may_be_named_and_another_is_refused(
    tmp_path: Path, root: Path, run: Callable[..., Outcome]
) -> None:
    file = kept_run(tmp_path, run)
    moved, other = file.rename(tmp_path / "moved.txt"), tmp_path / "other.txt"
    other.write_text(TIDE + "more")
    assert run("train", "--resume", "--text", str(moved), "--epochs", "3")[0] == 0
    code, out, err = run("train", "--resume", "--text", str(other), "--epochs", "4")
    assert (code, out, err.count("\n")) == (4, "", 1)
    assert "other.txt: is not the file that the run was made of" in err


def test_a_run_that_keeps_no_data_takes_its_file_from_where_it_was_or_is_told(
    tmp_path: Path, root: Path, run: Callable[..., Outcome]
) -> None:
    file = kept_run(tmp_path, run)
    (folder_of(root) / DATA).unlink()  # as it is of one beyond 64 MB
    assert run("train", "--resume", "--epochs", "3")[0] == 0
    moved = file.rename(tmp_path / "moved.txt")
    code, _, err = run("train", "--resume", "--epochs", "4")
    assert code == 4 and err.count("\n") == 1 and "name the file that the run was made of" in err
    assert run("train", "--resume", "--text", str(moved), "--epochs", "4")[0] == 0
    assert with_alphabets(folder_of(root), text_config()).task.inputs == tuple(sorted(set(TIDE)))


def test_what_came_by_standard_input_is_kept_and_else_asked_for(
    tmp_path: Path, root: Path, run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(TIDE.encode())))
    assert run("train", "--text", "-", *SHORT, "--epochs", "2")[0] == 0
    assert run("train", "--resume", "--epochs", "3")[0] == 0
    (folder_of(root) / DATA).unlink()
    code, _, err = run("train", "--resume", "--epochs", "4")
    assert code == 4 and "which came by standard input" in err


def test_a_restart_trains_on_the_same_text() -> None:
    run = do(Run(Navigator(Trainer(text_config()))), c.GoTo(2))
    shown = run.navigator.state
    do(run, c.Restart(0), c.GoTo(2))
    assert same(run.navigator.state, shown) and shown is not run.navigator.state


def test_data_that_was_changed_in_the_folder_is_refused(
    tmp_path: Path, root: Path, run: Callable[..., Outcome]
) -> None:
    kept_run(tmp_path, run)
    (folder_of(root) / DATA).write_text(TIDE.upper())
    with pytest.raises(StoreError, match="it is damaged"):
        resumed(root)
    assert run("runs")[0] == run("runs", "show", folder_of(root).name)[0] == 0


def test_a_generated_task_takes_no_file(root: Path, run: Callable[..., Outcome]) -> None:
    run("train", "--epochs", "1")
    code, _, err = run("train", "--resume", "--text", "tide.txt")
    assert code == 4 and "the run has no data of its own" in err


@pytest.mark.parametrize("config", [text_config(), Config.of(data=PAIRS)], ids=["text", "pairs"])
def test_a_configuration_without_its_data_knows_all_but_what_stands_in_it(config: Config) -> None:
    read: Any = Config.from_json(config.to_json())
    assert read == config and read.task.file.content is None
    for name in ("sequences", "updates_per_epoch", "tensors", "memory_needed"):
        assert getattr(read, name) == getattr(config, name)
    assert (read.task.title, read.task.chance) == (config.task.title, config.task.chance)


def test_a_text_is_read_with_its_own_encoding_when_it_goes_on(root: Path) -> None:
    raw = TIDE.replace("t", "ü").encode("utf-16")
    path = root.parent / "umlauts.txt"
    path.write_bytes(raw)
    file = Text(encoding="utf-16").read(str(path))
    config = Config.of(text=file, encoding="utf-16", length=5, hidden=3)
    leave(do(Opening(Store(root)).new(config), c.GoTo(1)))
    path.unlink()
    assert "ü" in resumed(root).navigator.trainer.dataset.inputs


def test_pairs_go_on_when_the_file_has_gone(
    tmp_path: Path, root: Path, run: Callable[..., Outcome]
) -> None:
    file = tmp_path / "words.csv"
    file.write_text(WORDS)
    assert run("train", "--data", str(file), "--epochs", "2")[0] == 0
    file.unlink()
    assert run("train", "--resume", "--epochs", "3")[0] == run("replay")[0] == 0
