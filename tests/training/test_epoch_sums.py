"""One epoch of the training curve: sums that do not depend on how they are made."""

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rnn_tui.training.epoch_sums
from rnn_tui.model.batch import Batch
from rnn_tui.model.head import count_correct, predicted, symbol_losses
from rnn_tui.training.epoch_sums import EpochSums

STEPS = 3


class Pass(NamedTuple):
    """What a forward pass left behind."""

    logits: Any
    exp_sums: Any
    shifts: Any


class Update(NamedTuple):
    outputs: Pass
    batch: Batch


def update(
    rng: np.random.Generator, size: int, symbols: int, scale: float, dtype: str, shifted: bool
) -> Update:
    tokens = rng.integers(0, symbols, (2, STEPS, size))
    logits = (scale * rng.standard_normal((symbols, STEPS, size))).astype(dtype)
    shifts = logits.max(0) if shifted else np.zeros((STEPS, size), dtype)
    exp_sums = np.exp(logits - shifts).sum(0)
    return Update(Pass(logits, exp_sums, shifts), Batch(*tokens, (symbols, symbols)))


def epoch(
    seed: int, sizes: list[int], symbols: int, shifted: list[bool], dtype: str
) -> list[Update]:
    rng = np.random.default_rng(seed)
    return [
        update(rng, size, symbols, 1e3 if shift else 1, dtype, shift)
        for size, shift in zip(sizes, shifted, strict=True)
    ]


def summed(updates: list[Update], size: int, dtype: str, together: int, left: set[int]) -> Any:
    """Interrupted before these updates, and gone on with by another one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rnn_tui.training.epoch_sums, "_SYMBOLS_TOGETHER", together)
        symbols = updates[0].batch.symbols[1]
        sums = EpochSums(STEPS, size, symbols, dtype)
        for index, (outputs, batch) in enumerate(updates):
            if index in left:
                so_far = sums.sums()
                sums = EpochSums(STEPS, size, symbols, dtype)
                sums.restart(so_far)
            sums.stage(outputs, batch)
            for array in outputs:  # the buffers of the next pass
                array += 1
            sums.commit()
        return sums.sums()


EPOCHS = st.tuples(
    st.integers(0, 2**32),
    st.integers(1, 12),
    st.integers(1, 3),
    st.sampled_from([4, 20]),
    st.lists(st.booleans(), min_size=13, max_size=13),
    st.booleans(),
    st.sampled_from(["float64", "float32"]),
)


def made(case: tuple[int, int, int, int, list[bool], bool, str]) -> tuple[list[Update], int, str]:
    """Updates of one size, and perhaps a last smaller one."""
    seed, count, size, symbols, shifted, smaller, dtype = case
    sizes = [size] * count + [size - 1] * (smaller and size > 1)
    return epoch(seed, sizes, symbols, shifted[: len(sizes)], dtype), size, dtype


@settings(deadline=None)
@given(case=EPOCHS, together=st.integers(1, 60), left=st.sets(st.integers(0, 12)))
def test_the_sums_are_the_same_bits_however_many_updates_are_kept_together(
    case: Any, together: int, left: set[int]
) -> None:
    one_by_one = summed(*made(case), together=1, left=set())
    assert summed(*made(case), together=together, left=left) == one_by_one


@settings(deadline=None)
@given(case=EPOCHS)
def test_the_sums_are_those_of_every_symbol(case: Any) -> None:
    updates, size, dtype = made(case)
    loss, right = summed(updates, size, dtype, together=40, left=set())
    losses, correct = 0.0, 0
    for outputs, batch in made(case)[0]:
        each = symbol_losses(outputs, batch)
        losses += float(each.sum(dtype=np.float64))
        correct += count_correct(predicted(outputs), batch)
    assert loss == pytest.approx(losses, rel=1e-5 if dtype == "float32" else 1e-12)
    assert right == correct


def test_a_choice_between_two_huge_logits_costs_ln_2_to_the_last_bits() -> None:
    logits = np.full((4, STEPS, 1), -1e9)
    logits[:2] = 1e9 + 1 / 3
    outputs = Pass(logits, np.full((STEPS, 1), 2.0), logits[0].copy())
    sums = EpochSums(STEPS, 1, 4, "float64")
    sums.stage(outputs, Batch(*np.zeros((2, STEPS, 1), np.intp), (4, 4)))
    sums.commit()
    assert sums.sums() == (pytest.approx(STEPS * np.log(2), rel=1e-15), STEPS)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("scale", [0.0, 0.3, 3.0, 30.0])
@pytest.mark.parametrize("symbols", [4, 20])
def test_right_is_what_is_most_probable_however_sure_the_prediction_is(
    symbols: int, scale: float, dtype: str
) -> None:
    """Equal logits too: there the first symbol counts as predicted."""
    rng = np.random.default_rng(3)
    for size in (1, 200):
        outputs, batch = update(rng, size, symbols, scale, dtype, scale > 10)
        sums = EpochSums(STEPS, size, symbols, dtype)
        sums.stage(outputs, batch)
        sums.commit()
        assert sums.sums()[1] == int((outputs.logits.argmax(0) == batch.targets).sum())


def test_equals_among_the_largest_are_no_predictions_but_for_the_first() -> None:
    """Some places have a clear winner, others none."""
    rng = np.random.default_rng(5)
    outputs, batch = update(rng, 300, 4, 1.0, "float64", False)
    outputs.logits[1:3, :, ::2] = outputs.logits.max(0)[:, ::2]
    sums = EpochSums(STEPS, 300, 4, "float64")
    sums.stage(outputs, batch)
    sums.commit()
    assert sums.sums()[1] == int((outputs.logits.argmax(0) == batch.targets).sum())


def test_what_was_staged_but_not_committed_does_not_count() -> None:
    """An update that was interrupted is looked at again when it is made."""
    for size in (1, 1000):
        first, second = epoch(0, [size] * 2, 4, [True, False], "float64")
        sums = EpochSums(STEPS, size, 4, "float64")
        sums.stage(*first)
        assert sums.sums() == (0.0, 0)
        for outputs, batch in (second, first):
            sums.stage(*second)
            sums.stage(outputs, batch)
            sums.commit()
        assert sums.sums() == summed([second, first], size, "float64", 1, set())


def test_starting_from_nothing_forgets_what_was_kept() -> None:
    first, second = epoch(0, [1, 1], 4, [True, False], "float64")
    sums = EpochSums(STEPS, 1, 4, "float64")
    sums.stage(*first)
    sums.commit()
    sums.restart(None)
    assert sums.sums() == (0.0, 0)
    sums.stage(*second)
    sums.commit()
    assert sums.sums() == summed([second], 1, "float64", 1, set())


@pytest.mark.parametrize("count", [1, 7])
def test_only_scored_symbols_count(count: int) -> None:
    rng = np.random.default_rng(count)
    sums, loss, correct = EpochSums(STEPS, 3, 4, "float64"), 0.0, 0
    for number in range(count):
        outputs, batch = update(rng, 3, 4, 1, "float64", shifted=False)
        scored = None if number == 3 else rng.random((STEPS, 3)) < 0.5
        batch = Batch(batch.inputs, batch.targets, (4, 4), scored)
        sums.stage(outputs, batch)
        sums.commit()
        loss += float(symbol_losses(outputs, batch).sum())
        correct += count_correct(predicted(outputs), batch)
    assert sums.sums() == (pytest.approx(loss, rel=1e-12), correct)
