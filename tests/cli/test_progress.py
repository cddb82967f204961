"""How training tells how it goes: a line of a terminal, lines elsewhere."""

import errno
import json
import math
import os
import re
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import StringIO

import pyte
import pytest

from rnn_tui.cli.progress import ProgressBar, StatusLine, time_left, with_bar
from rnn_tui.cli.stage import Stage
from rnn_tui.cli.training_progress import TrainingProgress
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer

Run = Callable[..., tuple[int, str, str]]
EARLY = Stage(0, 1000, 0, 10, math.nan, math.nan, math.nan, None)
LATER = Stage(500, 1000, 3, 10, 0.341234, 0.975, math.nan, 9200.3)
STAGES = {
    "before the first epoch": EARLY,
    "half-way": LATER,
    "a long run": Stage(12_345, 800_000, 0, 640, 3.41e-5, 1, 0.34, 92_000.4),
    "a slow one": Stage(3, 40, 11, 12_000, 12.5, 0.001, math.nan, 0.25),
    "without an end": Stage(12, None, 3, 10, 3.41, 0.1, 0.34, 3.2),
}


class Terminal:
    """A pseudo-terminal as standard error, and what its screen shows."""

    def __init__(self, columns: int) -> None:
        self.master, slave = os.openpty()
        self.stream = os.fdopen(slave, "w", encoding="utf-8")
        self.screen = pyte.Screen(columns, 5)
        self.resize(columns)

    def resize(self, columns: int) -> None:
        termios.tcsetwinsize(self.stream, (5, columns))
        self.screen.resize(5, columns)

    @property
    def lines(self) -> list[str]:
        os.set_blocking(self.master, False)
        stream = pyte.ByteStream(self.screen)
        with suppress(BlockingIOError):
            while True:
                stream.feed(os.read(self.master, 1 << 16))
        return [line.rstrip() for line in self.screen.display if line.strip()]


@pytest.fixture
def open_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Terminal]]:
    """Makes a terminal standard error; called inside the test, behind pytest's own capturing."""
    made = Terminal(80)

    def replace_stderr() -> Terminal:
        monkeypatch.setattr(sys, "stderr", made.stream)
        monkeypatch.setenv("TERM", "xterm")
        return made

    yield replace_stderr
    made.stream.close()
    os.close(made.master)


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_one_line_fits_every_width_and_the_wider_has_no_less(stage: Stage) -> None:
    told = 0
    for room in range(39, 200):
        text = stage.in_one_line(room).rstrip()
        assert len(text) <= room and text.count("loss") == 1
        signs = sum(word in text for word in ("░", "updates/s", "accuracy", "valid"))
        assert signs >= told
        told = signs


def test_at_80_columns_all_of_it_has_room() -> None:
    text = LATER.in_one_line(79)
    assert re.fullmatch(
        r"epoch  500/1000 █+░+ loss 0\.341 +accuracy 97\.5 % +9200 updates/s 0:01 left *", text
    )


def test_nothing_jumps_when_numbers_grow() -> None:
    places = {
        (text.index("loss"), text.index("accuracy"), text.index(" updates/s"))
        for epoch, loss, pace in ((0, math.nan, None), (9, 2.4, 87.1), (1000, 0.00342, 12_345.6))
        for text in [LATER._replace(epoch=epoch, loss=loss, pace=pace).in_one_line(100)]
    }
    assert len(places) == 1


def test_a_line_of_a_log_has_everything_that_is_known() -> None:
    assert STAGES["a long run"].line() == (
        "epoch 12345 of 800000 · loss 3.41e-05 nats/symbol · accuracy 100 % · "
        "validation 0.34 nats/symbol · 92000 updates/s · 1:31:19 left"
    )
    assert EARLY.line() == "epoch 0 of 1000"
    assert STAGES["without an end"].line().endswith("3.2 updates/s")
    slow = STAGES["a slow one"]
    assert slow.line(inside=True) == slow.line().replace("40", "40, update 11 of 12000", 1)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(None, ""), (0.2, "0:00 left"), (65, "1:05 left"), (3600, "1:00:00 left"),
     (200_000, "2 d 7:33:20 left")],
)  # fmt: skip
def test_the_time_left_is_a_clock(seconds: float | None, told: str) -> None:
    assert time_left(seconds) == told


@pytest.mark.parametrize(("share", "bar"), [(0, "░" * 8), (0.5, "████░░░░"), (1, "█" * 8)])
def test_a_bar_takes_the_room_that_is_left(share: float, bar: str) -> None:
    assert with_bar(19, share, ["12/24", ""], "ab") == f"ab  {bar}  12/24"


def test_a_terminal_that_becomes_narrower_and_wider_shows_one_line(
    open_terminal: Callable[[], Terminal],
) -> None:
    terminal = open_terminal()
    line = StatusLine()
    for columns in (80, 41, 120, 40, 60):
        terminal.resize(columns)
        line.draw(LATER.in_one_line)
        (shown,) = terminal.lines
        assert shown == LATER.in_one_line(columns - 1).rstrip()
    line.end()
    print("below", file=sys.stderr, flush=True)
    assert len(terminal.lines) == 2


class Gone(StringIO):
    """A terminal that has been closed."""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        raise OSError(errno.EIO, "gone")


def test_a_terminal_that_has_gone_ends_the_line_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silenced: list[int] = []
    monkeypatch.setattr("rnn_tui.cli.output.silence", silenced.append)
    monkeypatch.setattr(sys, "stderr", Gone())
    line = StatusLine()
    line.draw(LATER.in_one_line)
    assert not line.is_shown and silenced == [2]
    line.draw(LATER.in_one_line)
    line.end()
    assert silenced == [2]


def test_a_bar_shows_how_much_is_done(open_terminal: Callable[[], Terminal]) -> None:
    terminal = open_terminal()
    with ProgressBar(4, "checking") as bar:
        bar.show(1)
        (before,) = terminal.lines
        bar.show(4)
    (after,) = terminal.lines
    assert before.startswith("checking  ") and "1/4" in before and "4/4  0:00 left" in after


def test_a_training_on_a_terminal_draws_and_ends_with_the_last_epoch(
    open_terminal: Callable[[], Terminal], until: Callable[[Callable[[], bool]], None]
) -> None:
    terminal = open_terminal()
    trainer = Trainer(Config.of(sequences=2, length=3))
    with TrainingProgress(trainer, 0, 7) as progress:
        until(lambda: terminal.lines != [])
        while trainer.epoch < 7:
            progress.show(trainer.advance().epoch)
    (line,) = terminal.lines
    assert line.startswith("epoch 7/7 ") and "░" not in line and "0:00 left" in line
    assert f"loss {trainer.state.training_loss:.3g} " in line


def test_without_a_terminal_a_line_comes_every_so_many_seconds(
    monkeypatch: pytest.MonkeyPatch, until: Callable[[Callable[[], bool]], None]
) -> None:
    trainer, stream = Trainer(Config.of(valid=0.5)), StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with TrainingProgress(trainer, 0, 100, every=0.01):
        until(lambda: "epoch 0 of 100\n" in stream.getvalue())
        state = trainer.advance()
        until(lambda: "epoch 1 of 100" in stream.getvalue())
        until(lambda: "epoch 1 of 100, update 0 of 10" in stream.getvalue())
    lines = stream.getvalue().splitlines()
    last = next(line for line in lines if line.startswith("epoch 1 of 100"))
    assert f"loss {state.training_loss:.6g} nats/symbol" in last
    assert f"validation {state.valid_loss:.6g} nats/symbol" in last
    assert re.search(r"\d updates/s . \d+:\d\d left$", lines[-1])


def test_lines_are_asked_for_on_a_terminal_too(open_terminal: Callable[[], Terminal]) -> None:
    terminal = open_terminal()
    trainer = Trainer(Config.of(sequences=2, length=3))
    with TrainingProgress(trainer, 0, 2, every=0) as progress:
        for _ in range(2):
            progress.show(trainer.advance().epoch)
    assert [line.split(" · ")[0] for line in terminal.lines if line.startswith("epoch")] == [
        "epoch 1 of 2", "epoch 2 of 2",
    ]  # fmt: skip


def test_a_run_that_has_reached_its_goal_has_no_progress(
    open_terminal: Callable[[], Terminal],
) -> None:
    terminal = open_terminal()
    with TrainingProgress(Trainer(Config()), 30, 30):
        pass
    assert terminal.lines == []


def test_a_line_after_every_epoch_leaves_standard_output_alone(run: Run) -> None:
    code, out, err = run("train", "--epochs", "3", "--log-every", "0", "--json", "--no-store")
    values, lines = json.loads(out), err.splitlines()
    assert code == 0 and out.count("\n") == 1
    assert [line.split(" · ")[0] for line in lines] == [f"epoch {n} of 3" for n in (1, 2, 3)]
    assert f"loss {values['training_loss']:.6g} nats/symbol" in lines[-1]


def test_a_short_training_without_a_terminal_says_nothing_on_its_way(run: Run) -> None:
    assert run("train", "--epochs", "3", "--no-store")[2] == ""


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "x", "", "1e300"])
def test_seconds_between_lines_are_a_number(run: Run, value: str) -> None:
    code, out, err = run("train", "--log-every", value)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "--log-every" in err and "must be a number of seconds, at least 0" in err
