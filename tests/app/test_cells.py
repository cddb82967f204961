"""The screen of every cell: its blocks of weights, its title, its help."""

import math
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import pytest

from rnn_tui.app.dialogs.prompt import Prompt
from rnn_tui.app.words import PAST_U, about, title
from rnn_tui.session.run import Run
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.amounts import few, few_rows
from widgets import TensorPanel

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]
CELLS = pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
CELL_AND_SIZE = pytest.mark.parametrize(
    ("cell", "size"),
    few_rows(
        [
            ("rnn", (80, 24)), ("lstm", (200, 60)), ("gru", (80, 24)),
            *((cell, size) for cell in ("rnn", "gru", "lstm") for size in ((60, 15), (100, 30))),
        ],
        2,
    ),
)  # fmt: skip
SIZES = pytest.mark.parametrize("size", few([(80, 24), (200, 60), (60, 15), (100, 30)], 1))


def snapshot_of(epoch: int = 0, **options: Any) -> Snapshot:
    run = Run(Navigator(Trainer(Config.of(**options))))
    for _ in range(epoch):
        run.navigator.trainer.advance()
    return run.look()


def titles(driver: "Driver") -> list[str]:
    """Of the maps that are on the screen."""
    panels = driver.app.view.query(TensorPanel)
    return [
        str(panel.border_title).replace("\\", "").strip("[]").split()[0].rstrip("]")
        for panel in panels
        if panel.size.area
    ]


async def open_weights(driver: "Driver") -> None:
    await driver.press("2")
    await driver.until(lambda: "W" in driver.text and driver.app.view.name_of_view == "weights")
    await driver.settled()


@CELL_AND_SIZE
async def test_the_weights_of_every_cell_fill_every_size(
    opened: Open, cell: str, size: tuple[int, int]
) -> None:
    async with opened(size=size, cell=cell, task="echo", hidden=8) as driver:
        await open_weights(driver)
        lines = driver.text.splitlines()
        assert {len(line) for line in lines} == {size[0]} and len(lines) == size[1]
        for line in lines[2:-1]:
            assert line[0] in "╭│╰" and line.rstrip()[-1] in "╮│╯", line
        await driver.until(lambda: ("largest |λ|" in driver.text) is (size[1] > 15))
        is_gated = cell != "rnn"
        assert ("gates open" in driver.text) is (is_gated and size[1] > 15)


@pytest.mark.parametrize(
    ("cell", "shown"),
    few_rows(
        [
            ("lstm", ["W_i", "U_i", "V", "b_hi", "b_o"]),
            ("gru", ["W_r", "U_r", "V", "b_hr", "b_o"]),
        ],
        1,
    ),
)
async def test_the_blocks_of_one_gate_are_shown_at_a_time(
    opened: Open, cell: str, shown: list[str]
) -> None:
    async with opened(cell=cell) as driver:
        await open_weights(driver)
        assert titles(driver) == shown


async def test_where_there_is_room_the_blocks_of_all_gates_are_shown(opened: Open) -> None:
    async with opened(cell="gru", size=(200, 60)) as driver:
        await open_weights(driver)
        assert titles(driver) == [
            "W_r", "U_r", "b_hr", "W_z", "U_z", "b_hz", "W_n", "U_n", "b_hn", "V", "b_o"
        ]  # fmt: skip
        assert "<> gate" not in driver.text
        await driver.pilot.resize_terminal(100, 30)
        await driver.until(lambda: titles(driver) == ["W_r", "U_r", "V", "b_hr", "b_o"])
        await driver.until(lambda: "<> gate" in driver.text)


async def test_keys_go_from_gate_to_gate_round_and_round(opened: Open) -> None:
    async with opened(cell="lstm", size=(80, 24)) as driver:
        await open_weights(driver)
        assert "U_i  gate 1 of 4" in driver.text and "<> gate" in driver.text
        for key, name, place in [
            (">", "U_f", 2),
            ("<", "U_i", 1),
            ("<", "U_g", 4),
        ]:
            await driver.press({">": "greater_than_sign", "<": "less_than_sign"}[key])
            await driver.until(
                lambda: f"{name}  gate {place} of 4" in driver.text  # noqa: B023
            )
        await driver.go(1, "right")
        assert "gate 4 of 4" in driver.text


async def test_a_cell_without_gates_has_no_key_for_them_in_the_bottom_line(opened: Open) -> None:
    async with opened(size=(120, 30)) as driver:
        await open_weights(driver)
        assert "gate" not in driver.text
        await driver.press("greater_than_sign")
        assert titles(driver) == ["W", "U", "V", "b_h", "b_o"]


@pytest.mark.parametrize("cell", few(["gru", "lstm"], 1))
async def test_ascii_leaves_no_other_character_in_the_blocks_of_gates(
    opened: Open, cell: str
) -> None:
    async with opened(ascii_only=True, cell=cell, size=(80, 24)) as driver:
        await open_weights(driver)
        assert driver.text.isascii()
        await driver.press("question_mark")
        await driver.until(lambda: "Reading the screen" in driver.text)
        assert driver.text.isascii()


# What is not scored.


@SIZES
async def test_targets_that_nobody_can_know_are_points_and_no_mistakes(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size, task="echo", delay=4, length=9) as driver:
        lines = driver.panel(1).splitlines()
        target, said = (
            next(line.split() for line in lines if line.startswith(name))
            for name in ("target", "prediction")
        )
        assert target[1:5] == ["·"] * 4 and "·" not in target[5:]
        assert not any("✗" in symbol for symbol in said[1:5])
        right = sum(a == b for a, b in zip(target[5:10], said[5:10], strict=True))
        assert "".join(said).endswith((f"{right}of5", f"{right}/5"))


async def test_symbols_of_two_digits_keep_their_columns_whatever_is_predicted(
    opened: Open,
) -> None:
    async with opened(symbols=12, length=6, hidden=4) as driver:
        assert driver.app.view.strings.value is not None
        assert driver.app.view.strings.value.widest == 2


@CELL_AND_SIZE
async def test_the_inside_of_every_cell_is_shown_at_every_size(
    opened: Open, cell: str, size: tuple[int, int]
) -> None:
    async with opened(size=size, cell=cell, task="echo", length=12) as driver:
        await driver.go(1, "right")
        lines = driver.panel(1).splitlines()
        assert {"input", "target", "prediction"} <= {
            line.split()[0] for line in lines if line.strip()
        }
        if size[1] > 15:
            assert ("‖∂L/∂s‖" if cell != "rnn" else "‖∂L/∂s_h‖") in driver.panel(1)
            assert "a_h" in driver.panel(1)
        if size[1] > 24:
            await driver.press("less_than_sign")
            assert "not scored" in driver.panel(3) and (
                " = tanh(" in driver.panel(3) or "∘" in driver.panel(3)
            )


# Words.


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0"),
        ({"activation": "relu", "hidden": 32},
         "successor mod 3 · rnn relu 32 · sgd lr 0.001 · seed 0"),
        ({"task": "echo", "delay": 5, "symbols": 4, "cell": "lstm"},
         "echo 5 mod 4 · lstm 10 · sgd lr 0.001 · seed 0"),
        ({"cell": "gru", "optimizer": "adam", "lr": 0.01, "beta1": 0.8, "weight_decay": 0.01},
         "successor mod 3 · gru 10 · adam lr 0.01 weight decay 0.01 beta1 0.8 · seed 0"),
        ({"optimizer": "adagrad", "eps": 1e-10},
         "successor mod 3 · rnn 10 · adagrad lr 0.001 · seed 0"),
        ({"schedule": "cosine", "epochs": 300, "lr": 0.01},
         "successor mod 3 · rnn 10 · sgd lr 0.01 × 1.00 · cosine to 300 · seed 0"),
        ({"task": "reber", "sequences": 50},
         "Reber grammar · rnn 10 · sgd lr 0.001 · 50 sequences · seed 0"),
        ({"task": "anbn", "length": 5}, "a^n b^n · rnn 10 · sgd lr 0.001 · 10 × 5 · seed 0"),
        ({"warmup": 40}, "successor mod 3 · rnn 10 · sgd lr 0.001 × 0.03 · warmup 40 · seed 0"),
        ({"valid": 1.0, "batch": 8, "init": "scaled", "dtype": "float32", "length": 20},
         "successor mod 3 · rnn 10 · sgd lr 0.001 · 10 × 20 · scaled · batch 8 · valid 1 · "
         "float32 · seed 0"),
        ({"clip": 1, "hold": "U"},
         "successor mod 3 · rnn 10 · sgd lr 0.001 · hold U · clip 1 · seed 0"),
    ],
)  # fmt: skip
def test_the_title_names_what_differs_from_the_defaults(
    options: dict[str, Any], expected: str
) -> None:
    assert title(snapshot_of(**options)) == expected


def test_the_factor_of_the_schedule_is_that_of_the_next_update() -> None:
    shown = title(snapshot_of(2, schedule="linear", epochs=4, lr=0.01))
    assert "lr 0.01 × 0.50 · linear to 4" in shown


@CELLS
def test_the_help_says_what_the_problem_and_the_cell_are(cell: str) -> None:
    rows = about(snapshot_of(task="echo", cell=cell))
    text = " ".join(f"{name} {meaning}" for name, meaning in rows)
    for words in ("echo 3 mod 3: y_t = x_{t-d}", "needs a memory of 3 steps", f"cell {cell}, "):
        assert words in text
    assert (PAST_U in text) is (cell != "rnn")


async def test_the_help_says_how_to_read_the_screen_then_what_the_run_is(opened: Open) -> None:
    async with opened(cell="gru", size=(100, 80)) as driver:
        await driver.press("question_mark")
        await driver.until(lambda: "This run" in driver.text)
        text = driver.text
        assert text.index("Reading the screen") < text.index("successor mod 3:")
        assert "gated recurrent unit" in text and "hold U" in text


# Zeroing and holding.


@pytest.mark.parametrize(
    ("cell", "hint"),
    few_rows(
        [
            ("gru", "U, the block of a gate (U_r, U_z, U_n) or U[3, 4]"),
            ("lstm", "U, the block of a gate (U_i, U_f, U_o, U_g) or U[3, 4]"),
            ("rnn", "U or U[3, 4]: zero once"),
        ],
        1,
    ),
)
async def test_z_says_which_weights_there_are(opened: Open, cell: str, hint: str) -> None:
    async with opened(cell=cell) as driver:
        await driver.press("z")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        await driver.settled()
        shown = " ".join(driver.text.replace("│", " ").split())
        assert hint in shown and "release U" in shown


async def test_z_holds_the_block_of_a_gate_and_lists_what_there_is(opened: Open) -> None:
    async with opened(cell="gru") as driver:
        await driver.press("z", *"hold U_q", "enter")
        await driver.until(lambda: "there is no U_q" in driver.text)
        shown = " ".join(driver.text.replace("│", " ").split())
        assert "there is W, U, V, b_h, b_o" in shown and "b_hz, b_hn" in shown
        await driver.press("backspace", *"n", "enter")
        await driver.until(lambda: driver.snapshot.observation.settings["hold"] == "U_n")
        await open_weights(driver)
        await driver.press("less_than_sign")  # from the first gate to the last, n
        await driver.until(lambda: "U_n" in titles(driver))
        view = driver.app.view
        assert view.maps["U"].value.norm == 0 and math.isfinite(view.maps["W"].value.norm)
        assert "hold U_n" in driver.title
