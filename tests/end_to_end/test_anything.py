"""Whatever is pressed and however the window is dragged, it goes on and leaves cleanly."""

import random
import signal

import pytest

from rnn_tui.app.keys import GLOBAL_KEYS
from rnn_tui.app.views.registry import switch_keys
from tests.amounts import few_rows
from tests.end_to_end.terminal import Start, Terminal

BOUND = [
    name
    for key in (*GLOBAL_KEYS, *switch_keys())
    if key.action not in ("leave", "suspend_process")
    for name in key.keys.split(",")
]


@pytest.mark.parametrize(
    ("count", "seed"),
    [(150, 1), *[pytest.param(5000, seed, marks=pytest.mark.soak) for seed in (2, 3)]],
)
def test_random_keys_and_sizes(trainer: Start, count: int, seed: int) -> None:
    chance = random.Random(seed)
    terminal = trainer("--debug", "--epochs", "40")
    pressed = 0
    while pressed < count:
        burst = chance.choices(BOUND, k=chance.randint(1, 25))
        pressed += len(burst)
        terminal.press(*burst)
        if chance.random() < 0.3:
            terminal.resize(chance.randint(20, 200), chance.randint(5, 60))
        terminal.read(chance.choice([0, 0.01, 0.1]))
        if chance.random() < 0.02:
            suspend(terminal)
    terminal.resize(100, 30)
    calm(terminal)
    terminal.press("home")
    terminal.until("epoch 0 ")
    terminal.press("right")
    terminal.until("epoch 1 ")
    terminal.press("q")
    assert terminal.leave() == 0
    assert terminal.traces == []
    assert terminal.said.startswith("epoch 1 ") and "\n" not in terminal.said


def suspend(terminal: Terminal) -> None:
    """Away to the shell and back."""
    terminal.silence()
    terminal.press("ctrl+z")
    terminal.until(lambda: terminal.stopped, 240)  # behind all the keys before
    terminal.silence()
    assert terminal.traces == []
    terminal.send(signal.SIGCONT)
    terminal.until(lambda: 1049 in terminal.on)


def calm(terminal: Terminal) -> None:
    """Close what is open with escape, pause, and wait until all keys before have acted.

    A number typed into the dialog of `g` is seen when everything typed before it has been done.
    """
    for _ in range(4):
        terminal.silence()
        terminal.press("escape")
        terminal.silence()
    terminal.press("home", "g", *"98765")
    terminal.until("98765", 120)
    terminal.press("escape")
    terminal.until(lambda: "98765" not in terminal.text)


PLAIN = {"NO_COLOR": "1", "LC_ALL": "C"}


@pytest.mark.parametrize(
    ("theme", "plain"),
    few_rows(
        [(["--theme", "textual-light"], PLAIN), ([], {}), (["--theme", "ansi-dark"], PLAIN)], 1
    ),
)
def test_a_window_too_small_says_so_and_comes_back(
    open_terminal: Start, theme: list[str], plain: dict[str, str]
) -> None:
    terminal = open_terminal(*theme, size=(20, 5), **plain)
    terminal.until("too small")
    terminal.resize(60, 15)
    terminal.until(r"epoch \d")
    terminal.press("space")
    terminal.until(r"[▸>] (\d+( epochs?)?/s|unlimited|max/s)")
    assert not plain or terminal.text.isascii()
    terminal.press("?")
    terminal.until("Reading the screen")
    terminal.resize(20, 5)
    terminal.press("escape")
    terminal.until("too small")
    terminal.press("q")
    assert terminal.leave() == 0 and terminal.traces == []
