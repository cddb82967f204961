"""What a person does: watch it learn, step on and back, leave; the last line is the truth."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

from tests.amounts import few
from tests.end_to_end.terminal import Start, Terminal

Train = Callable[..., dict[str, Any]]
SIZES = [(100, 30), (80, 24)]


def arrived(terminal: Terminal, epoch: int) -> None:
    terminal.until(rf"epoch {epoch} ")


@pytest.mark.soak
@pytest.mark.parametrize("size", SIZES)
def test_it_starts_paused_at_epoch_0_with_the_untrained_predictions(
    trainer: Start, size: tuple[int, int]
) -> None:
    terminal = trainer(size=size)
    terminal.until(r"prediction .* \d( of |/)10")
    terminal.until("space run")
    terminal.until(r"\d✗")
    terminal.until(r"right .* \d+ of 100")
    assert "paused" in terminal.text.splitlines()[0]
    terminal.press("q")
    assert terminal.leave() == 0
    assert terminal.traces == []
    assert terminal.said.startswith("epoch 0 ")


@pytest.mark.parametrize("size", few(reversed(SIZES), 1))
def test_it_learns_and_steps_and_says_where_it_was(
    trainer: Start, train: Train, size: tuple[int, int]
) -> None:
    terminal = trainer(size=size)
    terminal.press(*["plus"] * 8, "space")
    terminal.until(r"[▸>] (\d+( epochs?)?/s|unlimited|max/s)")
    terminal.until(r"100 of 100|100 %")
    terminal.press("space")
    terminal.until("paused")
    for number in range(2, 5):
        terminal.until(r"10( of |/)10")
        terminal.until(lambda: not re.search(r"\d✗", terminal.text))
        terminal.press("down")
        terminal.until(rf"sequence {number} of 10")
    epoch = terminal.epoch
    for key, step in [("right", 1), ("right", 1), ("left", -1), ("left", -1), ("left", -1)]:
        epoch += step
        terminal.press(key)
        arrived(terminal, epoch)
    newest = epoch + 3
    terminal.until(f"epoch {epoch} of {newest}")
    terminal.press("q")
    assert terminal.leave() == 0 and terminal.traces == []
    check_line(terminal.said, epoch, newest, train("--epochs", str(epoch)))


def check_line(said: str, epoch: int, newest: int, same: dict[str, Any]) -> None:
    """The line names the epoch, and its figures are those of a run without a screen."""
    assert "\n" not in said
    assert said.startswith(f"epoch {epoch} ")
    assert (f"newest {newest}" in said) is (newest > epoch)
    assert same["parameters_sha256"][:12] in said
    assert f"loss {same['loss']:.6g} nats/symbol" in said
    assert f"accuracy {100 * same['accuracy']:g} %" in said
    assert f"seed {same['seed']}" in said


@pytest.mark.soak
def test_leaving_in_the_middle_of_an_early_epoch(trainer: Start, train: Train) -> None:
    options = ("--seed", "4", "--hidden", "7", "--symbols", "5", "--batch", "3", "--lr", "0.01")
    terminal = trainer(*options)
    terminal.press(*["right"] * 5)
    arrived(terminal, 5)
    shown = re.search(r"loss +([\d.]+)", terminal.text)
    terminal.press("q")
    assert terminal.leave() == 0
    same = train("--epochs", "5", *options)
    check_line(terminal.said, 5, 5, same)
    assert shown and float(shown[1]) == pytest.approx(same["loss"], rel=1e-3)


@pytest.mark.soak
def test_a_run_pauses_once_at_its_goal(trainer: Start) -> None:
    terminal = trainer("--epochs", "30")
    terminal.press(*["plus"] * 3, "space")
    terminal.until(lambda: terminal.epoch == 30)
    terminal.until("paused")
    assert terminal.epoch == 30
    terminal.press("space")
    terminal.until(lambda: terminal.epoch > 40)
    terminal.press("q")
    assert terminal.leave() == 0


def test_an_intervention_is_in_the_line_and_the_file(trainer: Start, tmp_path: Path) -> None:
    path = tmp_path / "kept.safetensors"
    terminal = trainer("--save", str(path))
    terminal.press("right", "right")
    arrived(terminal, 2)
    terminal.press("right_square_bracket", "right")
    arrived(terminal, 3)
    terminal.press("left")
    terminal.until("epoch 2 of 3")
    terminal.press("q")
    assert terminal.leave() == 0
    line = terminal.said
    assert line.startswith("epoch 2 · newest 3 ") and "changed at epoch 2" in line
    with safe_open(path, "numpy") as file:
        metadata = file.metadata()
    assert metadata["epoch"] == "2"
    assert line.rpartition(" ")[2] in " ".join(metadata.values())


@pytest.mark.soak
def test_a_change_whose_update_was_never_made_is_not_in_the_line(trainer: Start) -> None:
    terminal = trainer()
    terminal.press("right", "right", "right")
    arrived(terminal, 3)
    terminal.press("left", "left")
    terminal.until("epoch 1 of 3")
    terminal.press("right_square_bracket")
    terminal.until("0.002")
    terminal.press("end")
    terminal.until("epoch 3 ")
    terminal.press("q")
    assert terminal.leave() == 0
    assert terminal.said.startswith("epoch 3 ") and "changed" not in terminal.said


@pytest.mark.soak
def test_a_save_by_key_is_named_and_never_over_a_file(trainer: Start, tmp_path: Path) -> None:
    terminal = trainer()
    names = ["rnn-tui-successor-seed0-epoch0.safetensors"]
    names.append(names[0].replace("epoch0", "epoch0-2"))
    for name in names:
        terminal.press("ctrl+s")
        terminal.until(re.escape(name))
    terminal.press("q")
    assert terminal.leave() == 0
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == sorted(names)


@pytest.mark.soak
def test_a_run_that_diverges_stays_at_the_last_finite_epoch(trainer: Start) -> None:
    terminal = trainer(
        "--hidden", "512", "--length", "100", "--dtype", "float32", "--sequences", "1"
    )
    terminal.press("space")
    terminal.until("diverged after epoch")
    terminal.press("q")
    assert terminal.leave() == 0
    assert terminal.said.startswith("epoch ") and "\n" not in terminal.said


@pytest.mark.soak
def test_digits_typed_with_the_key_that_asks_for_them_arrive(trainer: Start) -> None:
    terminal = trainer()
    terminal.press("g", "4", "2", "enter")
    arrived(terminal, 42)
    terminal.until("paused")
    terminal.press("g", "7")
    terminal.until(r"│ 7 ")
    terminal.press("enter")
    terminal.until("epoch 7 of 42")
    terminal.press("g")
    terminal.until("go to an epoch")
    terminal.press("ctrl+c")
    assert terminal.leave() == 0


@pytest.mark.soak
def test_what_is_typed_with_the_key_that_asks_for_it_arrives(trainer: Start) -> None:
    terminal = trainer()
    for burst, told in (
        ("nmine", "branch 0 is now “mine”"),
        ("c0.5", "clip 0.5 from epoch 0 on"),
        ("zU[3]", r"U\[3\] is zero at epoch 0, on a new branch"),
        ("zQ[99]", "there is no Q"),
    ):
        terminal.press(*burst, "enter")
        terminal.until(told)
    terminal.press("ctrl+c")
    assert terminal.leave() == 0


def test_it_says_on_leaving_that_the_run_could_not_be_stored(
    trainer: Start, tmp_path: Path
) -> None:
    terminal = trainer(size=(200, 40))
    runs = tmp_path / "store" / "runs"
    terminal.press("right")
    terminal.until(lambda: list(runs.glob("*/*.safetensors")))
    shutil.rmtree(runs)
    terminal.press("right")
    arrived(terminal, 2)
    terminal.press("q")
    assert terminal.leave() == 4 and terminal.traces == []
    assert "not stored to its end" in terminal.said
    assert "not all of this run could be stored; " in terminal.said
