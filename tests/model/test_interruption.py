"""Leaving a loop half-way."""

import pickle

import pytest

from rnn_tui.model.interruption import Interrupted, polled


def test_a_call_before_each_piece_may_return_anything_and_raise() -> None:
    called: list[int] = []

    def at_step() -> bool:
        called.append(len(called))
        if len(called) == 3:
            raise Interrupted
        return False

    pieces = iter(polled("abcd", at_step))  # type: ignore[arg-type]
    assert [next(pieces), next(pieces)] == ["a", "b"]
    with pytest.raises(Interrupted):
        next(pieces)


def test_without_a_callable_the_pieces_are_just_there() -> None:
    assert list(polled("abcd", None)) == ["a", "b", "c", "d"]


def test_an_interruption_can_be_sent_to_another_process() -> None:
    sent = pickle.loads(pickle.dumps(Interrupted("half-way")))
    assert isinstance(sent, Interrupted) and sent.args == ("half-way",)
