"""The setting of min-char-rnn agrees with plain loops, the carried state included."""

import pytest

from tests.training.char_model import compare


# At its own rate rounding grows: Adagrad's first steps are as large for the smallest gradients.
@pytest.mark.parametrize(("rate", "updates", "within"), [(0.01, 200, 1e-9), (0.1, 15, 1e-6)])
def test_a_text_is_trained_as_plain_loops_train_it(
    rate: float, updates: int, within: float
) -> None:
    assert compare(rate, seed=1, updates=updates)["difference"] < within


@pytest.mark.soak
def test_after_two_thousand_updates_the_losses_still_agree() -> None:
    assert compare(0.01, seed=0, updates=2_000)["difference"] < 1e-3
