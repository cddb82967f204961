"""k checks the gradient of the sequence shown, beside the screen."""

import re
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import pytest

from rnn_tui.app.dialogs import gradient
from rnn_tui.app.dialogs.gradient import GradientDialog, cells, remark
from rnn_tui.model.gradient_check import GradientCheck, TensorCheck
from rnn_tui.model.head import Softmax
from tests.amounts import few

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


def says(driver: "Driver", *texts: str) -> Callable[[], bool]:
    """Whether all of it is on the screen: the box grows a moment after its title has changed."""
    return lambda: all(text in driver.text for text in texts)


def is_open(driver: "Driver") -> bool:
    return isinstance(driver.app.screen, GradientDialog)


async def test_k_checks_the_sequence_and_the_epoch_shown(opened: Open) -> None:
    async with opened(size=(80, 24)) as driver:
        await driver.go(2, "right", "right")
        await driver.press("down", "k")
        await driver.until(says(driver, "gradient check: right", "✓  b_o"))
        assert "complex-step derivatives of sequence 2 at epoch 2, all 173 numbers" in driver.text
        assert driver.text.count("✓") == 5
        await driver.press("escape")
        await driver.until(lambda: not is_open(driver))
        assert len(driver.app.screen_stack) == 1
        await driver.go(3, "right")


@pytest.mark.parametrize("cell", few(["lstm", "gru"], 1))
async def test_each_gate_has_a_line_of_its_own_in_ascii_too(opened: Open, cell: str) -> None:
    async with opened(size=(80, 24), ascii_only=True, cell=cell, hidden=4) as driver:
        await driver.press("k")
        await driver.until(says(driver, "gradient check: right", "| ok  b_o"))
        tensors = driver.snapshot.observation.tensors
        names = [name for tensor in tensors for name in tensor.blocks or (tensor.name,)]
        assert driver.text.count("| ok  ") == len(names)
        assert driver.text.isascii()
        assert all(name in driver.text for name in names)


async def test_at_the_smallest_size_it_scrolls(opened: Open) -> None:
    async with opened(size=(60, 15), cell="lstm", hidden=4) as driver:
        await driver.press("k")
        await driver.until(says(driver, "gradient check: right", "✓  W_i"))
        assert "b_o" not in driver.text
        await driver.press(*["down"] * 12)
        await driver.until(says(driver, "✓  b_o"))


async def test_what_is_wrong_is_told(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def output_gradient(self: Softmax, batch: object) -> None:
        self.ds_o[...] = self.y_hat

    async with opened(cell="gru", hidden=4) as driver:
        monkeypatch.setattr(Softmax, "output_gradient", output_gradient)
        await driver.press("k")
        await driver.until(says(driver, "gradient check: wrong W_r", "✗  U_n"))
        assert not re.search("✓  [WUVb]", driver.text)


class Waiting:
    """In place of the check: begins, tells how far it is, and goes on until it is left."""

    def __init__(self) -> None:
        self.begun, self.left = threading.Event(), threading.Event()

    def __call__(
        self, config: Any, parameters: Any, batch: Any, progress: Any, at_step: Any, carried: Any
    ) -> GradientCheck:
        progress(12, 345)
        self.begun.set()
        try:
            while not self.left.wait(0.001):
                at_step()
        finally:
            self.left.set()
        raise AssertionError


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Waiting:
    check = Waiting()
    monkeypatch.setattr(gradient, "check_network", check)
    return check


async def test_progress_is_shown_and_escape_ends_it(opened: Open, waiting: Waiting) -> None:
    async with opened() as driver:
        await driver.press("k")
        await driver.until(says(driver, "checking sequence 1 at epoch 0: 12 of 345 numbers"))
        assert "esc cancels" in driver.text
        await driver.press("escape")
        await driver.until(lambda: not is_open(driver))
        await driver.until(waiting.left.is_set)
        await driver.go(1, "right")


async def test_leaving_the_program_ends_it(opened: Open, waiting: Waiting) -> None:
    async with opened() as driver:
        await driver.press("k")
        await driver.until(waiting.begun.is_set)
        await driver.press("q")
    assert waiting.left.is_set()


async def test_training_pauses_for_it(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("space")
        await driver.until(lambda: driver.epoch > 1)
        await driver.press("k")
        await driver.until(says(driver, "gradient check: right", "at epoch"))
        assert f"at epoch {driver.snapshot.observation.epoch}," in driver.text
        assert driver.snapshot.activity == "paused"


@pytest.mark.soak
async def test_a_burst_of_keys_is_not_lost(opened: Open) -> None:
    async with opened() as driver:
        driver.burst("right", "k", "escape", "right")
        await driver.settled()
        await driver.until(lambda: driver.epoch == 2 and not is_open(driver))


async def test_a_check_that_fails_is_not_hidden(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any) -> GradientCheck:
        raise ValueError("all weights must be finite")

    monkeypatch.setattr(gradient, "check_network", refuse)
    async with opened() as driver:
        await driver.press("k")
        await driver.until(says(driver, "not checked: all weights must be finite"))


def tensor(error: float, unclear: int = 0) -> TensorCheck:
    return TensorCheck("U_n", error, (3, 11), -1.5, -0.000123456, 4, 4, unclear, 1e-7)


@pytest.mark.parametrize(
    ("found", "glyph", "ascii"),
    [(tensor(1e-9), "✓", "ok"), (tensor(0.2), "✗", "X"), (tensor(1e-9, 4), "?", "?")],
)
def test_a_line_tells_the_verdict_by_glyph_and_colour(
    found: TensorCheck, glyph: str, ascii: str
) -> None:
    first, *others = cells(found, False)
    assert (first.plain, cells(found, True)[0].plain) == (glyph, ascii)
    assert first.style
    written = [text.plain for text in others]
    error = "-" if found.verdict == "unclear" else f"{found.error:.1e}"
    assert written == ["U_n", error, "[3, 11]", "-1.500", "-1.23e-4"]


@pytest.mark.parametrize(
    ("dtype", "unclear", "told"),
    [
        ("float64", 0, ""),
        ("float64", 3, "lost in rounding: 3 numbers"),
        ("float32", 0, "float32 gradients, numbers in float64 beside them"),
    ],
)
def test_a_remark_tells_what_else_there_is_to_know(dtype: str, unclear: int, told: str) -> None:
    check = GradientCheck((tensor(0, unclear),), "complex-step derivatives", dtype, 1e-7)
    assert remark(check) == told


@pytest.mark.soak
async def test_a_resize_while_the_check_waits_does_not_lose_what_it_needs(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(3, *["right"] * 3)
        driver.burst("left", "k")
        await driver.pilot.resize_terminal(200, 60)
        await driver.until(lambda: is_open(driver))
