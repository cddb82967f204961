"""Naming weights, and setting them to zero while a network is trained."""

import re

import numpy as np
import pytest

from rnn_tui.model.cell import network_tensors
from rnn_tui.model.cells.gru import GRU
from rnn_tui.model.cells.lstm import LSTM
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.parameters import Parameters, Tensor, one_after_another
from rnn_tui.training.journal import ZERO, Position
from rnn_tui.training.trainer import Trainer
from rnn_tui.training.weights import Weights, format_weights, parse_weights, set_to_zero
from tests.training.trained import MakeConfig, journal_of, same, trained

TENSORS = network_tensors(Elman(), 3, 3, hidden=4)
GATED = network_tensors(GRU(), 3, 3, hidden=4)
OF_LSTM = network_tensors(LSTM(), 3, 3, hidden=4)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("U", [Weights("U")]),
        ("U[3]", [Weights("U", (3,))]),
        (" U [ 3 , 0 ] ", [Weights("U", (3, 0))]),
        ("b_h[2], W[2, 3]", [Weights("b_h", (2,)), Weights("W", (2, 3))]),
    ],
)
def test_a_tensor_a_row_or_one_number_is_named(text: str, named: list[Weights]) -> None:
    assert list(parse_weights(text, TENSORS)) == named
    assert list(parse_weights(format_weights(named), TENSORS)) == named


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("X", "there is no X; there is W, U, V, b_h, b_o"),
        ("W[3]", "W has rows 0 to 2, columns 0 to 3"),
        ("W[0, 4]", "W has rows 0 to 2, columns 0 to 3"),
        ("b_h[4]", "b_h has numbers 0 to 3"),
        ("b_h[0, 0]", "b_h has numbers 0 to 3"),
        ("U[-1]", "write a name, a row or one number: U, U[3], U[3, 4]"),
        ("", "write a name"),
        ("U V", "write a name"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(text: str, told: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(told)):
        parse_weights(text, TENSORS)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("U_n", [Weights("U_n")]),
        ("W_z[2, 3], b_hr[1]", [Weights("W_z", (2, 3)), Weights("b_hr", (1,))]),
    ],
)
def test_the_block_of_a_gate_is_named(text: str, named: list[Weights]) -> None:
    assert list(parse_weights(text, GATED)) == named
    assert list(parse_weights(format_weights(named), GATED)) == named


@pytest.mark.parametrize(
    ("tensors", "text", "told"),
    [
        (GATED, "U_g", "there is no U_g; there is W, U, V, b_h, b_o, and the blocks of the gates: "
         "W_r, W_z, W_n, U_r, U_z, U_n, b_hr, b_hz, b_hn"),
        (OF_LSTM, "X", "there is no X; there is W, U, V, b_h, b_o, and the blocks of the gates: "
         "W_i, W_f, W_o, W_g, U_i, U_f, U_o, U_g, b_hi, b_hf, b_ho, b_hg"),
        (GATED, "U_n[0, 4]", "U_n has rows 0 to 3, columns 0 to 3"),
        (GATED, "U[0, 12]", "U has rows 0 to 3, columns 0 to 11"),
        (OF_LSTM, "b_o[3]", "b_o has numbers 0 to 2"),
        (OF_LSTM, "b_ho[4]", "b_ho has numbers 0 to 3"),
    ],
)  # fmt: skip
def test_what_a_gated_cell_has_not_is_told_with_what_it_has(
    tensors: tuple[Tensor, ...], text: str, told: str
) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(told) + "$"):
        parse_weights(text, tensors)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_held_blocks_stay_zero_and_the_others_learn(small: MakeConfig, cell: str) -> None:
    config = small(cell=cell, hold="U_o, b_o" if cell == "lstm" else "U_z, b_o")
    trainer = Trainer(config)
    parameters = trainer.parameters_of(trained(config, 2)[-1])
    held, *others = (("U_o", "U_i", "U_f", "U_g", "b_ho") if cell == "lstm"
                     else ("U_z", "U_r", "U_n", "b_hz"))  # fmt: skip
    assert not parameters[held].any() and not parameters["b_o"].any()
    assert all(parameters[name].all() for name in others)


def test_weights_are_zero_at_their_epoch_and_train_on(small: MakeConfig) -> None:
    config = small()
    journal = journal_of(config, (Position(2), ZERO, "U"), (Position(2), ZERO, "W[1]"))
    states, plain = trained(config, 4, journal), trained(config, 4)
    trainer = Trainer(config)
    zeroed = trainer.parameters_of(states[2])
    assert same(states[1], plain[1])
    assert not zeroed["U"].any() and not zeroed["W"][1].any() and zeroed["W"][0].all()
    assert np.array_equal(zeroed["V"], trainer.parameters_of(plain[2])["V"])
    assert states[2].training_loss == plain[2].training_loss
    trainer.restore(states[2])
    assert same(trainer.advance(), states[3])
    assert trainer.parameters_of(states[3])["U"].any()


def test_weights_set_to_zero_at_epoch_zero_are_so_from_the_first_update_on(
    small: MakeConfig,
) -> None:
    config = small(batch=5)  # one update an epoch
    zeroed = trained(config, 1, journal_of(config, (Position(0), ZERO, "V")))
    held = trained(small(batch=5, hold="V"), 1)
    assert same(zeroed[0], held[0])
    assert zeroed[1].training_loss == held[1].training_loss
    assert Trainer(config).parameters_of(zeroed[1])["V"].any()


def test_the_block_of_a_gate_is_named_like_a_tensor() -> None:
    assert parse_weights("U_n, W_r[2], b_hz[3]", GATED) == (
        Weights("U_n"), Weights("W_r", (2,)), Weights("b_hz", (3,)),
    )  # fmt: skip
    with pytest.raises(ValueError, match=re.escape("U_n has rows 0 to 3, columns 0 to 3")):
        parse_weights("U_n[0, 4]", GATED)
    with pytest.raises(ValueError, match="there is no U_n; there is W, U, V, b_h, b_o"):
        parse_weights("U_n", TENSORS)
    parameters = Parameters.zeros(one_after_another(*GATED))
    parameters.flat[...] = 1
    set_to_zero(parameters, parse_weights("U_z, b_hn[1]", GATED))
    assert not parameters["U"][:, 4:8].any() and parameters["U"].sum() == 4 * 8
    assert list(parameters["b_h"]) == [1] * 9 + [0] + [1] * 2


def test_the_bias_of_the_outputs_is_not_that_of_an_output_gate() -> None:
    tensors = network_tensors(LSTM(), 3, 3, hidden=4)
    with pytest.raises(ValueError, match="b_o has numbers 0 to 2"):
        parse_weights("b_o[3]", tensors)
    assert parse_weights("b_ho[3]", tensors) == (Weights("b_ho", (3,)),)
