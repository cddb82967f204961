"""The journal: the settings of every update, and what was done to the weights."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.training.journal import ZERO, Change, Journal, Position

INITIAL = {"lr": 1.0, "hold": None, "clip": None}
POSITIONS = st.builds(Position, st.integers(0, 6), st.integers(0, 2))
EVERY = [Position(epoch, update) for epoch in range(8) for update in range(3)]
VALUES = {"lr": [0.5, 1.0, 2.0], "hold": [None, "U", "U, b_h"], "clip": [None, 0.5]}
SETTINGS = st.fixed_dictionaries({name: st.sampled_from(v) for name, v in VALUES.items()})
EDITS = st.lists(st.tuples(POSITIONS, SETTINGS), max_size=12)


def rates(*changes: tuple[Position, float]) -> Journal:
    return Journal(INITIAL, tuple(Change(position, "lr", rate) for position, rate in changes))


def test_without_changes_the_first_settings_are_used_for_ever() -> None:
    journal = Journal(INITIAL)
    assert journal.at(Position(0)) == journal.at(Position(10**9, 3)) == INITIAL
    assert journal.next_change(Position(0)) is None


@pytest.mark.parametrize(
    ("position", "rate", "following"),
    [
        (Position(0), 1, Position(2, 1)),
        (Position(2, 0), 1, Position(2, 1)),
        (Position(2, 1), 2, Position(5, 0)),
        (Position(4, 9), 2, Position(5, 0)),
        (Position(5, 0), 3, None),
        (Position(9), 3, None),
    ],
)
def test_a_change_counts_from_its_position_on(
    position: Position, rate: float, following: Position | None
) -> None:
    journal = rates((Position(2, 1), 2), (Position(5), 3))
    assert journal.at(position) == {**INITIAL, "lr": rate}
    assert journal.next_change(position) == following


@given(edits=EDITS)
def test_new_settings_replace_all_later_ones_and_leave_no_entry_that_changes_nothing(
    edits: list[tuple[Position, dict[str, Any]]],
) -> None:
    journal, plain = Journal(INITIAL), dict.fromkeys(EVERY, INITIAL)
    for position, settings in edits:
        journal = journal.with_settings(position, settings)
        for later in EVERY[EVERY.index(position) :]:
            plain[later] = settings
        assert [journal.at(p) for p in EVERY] == list(plain.values())
        positions = [change.position for change in journal.changes]
        assert positions == sorted(positions)
        for name in INITIAL:
            values = [INITIAL[name], *(c.value for c in journal.changes if c.name == name)]
            assert all(one != other for one, other in pairwise(values))


@pytest.mark.parametrize(
    ("position", "settings", "remains"),
    [
        (Position(3), INITIAL, [("zero", "U")]),
        (Position(3), {**INITIAL, "hold": "V"}, [("zero", "U"), ("hold", "V")]),
        (Position(3), {**INITIAL, "hold": "U", "lr": 2}, [("lr", 2), ("hold", "U")]),
        (Position(3, 1), INITIAL, []),
    ],
)
def test_weights_held_from_an_epoch_on_are_zero_there_even_if_they_are_released(
    position: Position, settings: dict[str, Any], remains: list[tuple[str, Any]]
) -> None:
    held = Journal(INITIAL, (Change(position, "hold", "U"),))
    again = held.with_settings(position, settings)
    assert [change[1:] for change in again.changes] == remains


@given(edits=EDITS, end=POSITIONS)
def test_the_past_through_a_position_has_the_changes_made_there_too(
    edits: list[tuple[Position, dict[str, Any]]], end: Position
) -> None:
    journal = Journal(INITIAL)
    for position, settings in sorted(edits, key=lambda edit: edit[0]):
        journal = journal.with_settings(position, settings)
    past = journal.through(end)
    assert past.changes == tuple(c for c in journal.changes if c.position <= end)
    assert past.made_at(end) == journal.made_at(end)
    assert all(past.at(p) == journal.at(min(p, end)) for p in EVERY)


def test_setting_a_value_back_at_its_position_leaves_no_entry() -> None:
    journal = rates((Position(3), 2)).with_settings(Position(3), INITIAL)
    assert journal.changes == ()


def test_what_was_set_to_zero_is_kept_whatever_is_set_at_the_same_position() -> None:
    changes = (
        Change(Position(2), ZERO, "U"),
        Change(Position(2), "lr", 2.0),
        Change(Position(2), ZERO, "W[1]"),
        Change(Position(4), ZERO, "V[0, 1]"),
    )
    journal = Journal(INITIAL, changes)
    assert journal.made_at(Position(2)) == changes[:3]
    assert journal.made_at(Position(2, 1)) == journal.made_at(Position(3)) == ()
    again = journal.with_settings(Position(2), {**INITIAL, "lr": 4.0})
    assert again.changes == (changes[0], changes[2], Change(Position(2), "lr", 4.0))
    assert journal.with_settings(Position(1), INITIAL).changes == ()


def test_one_more_change_is_made_after_the_others() -> None:
    journal = rates((Position(2), 2.0)).plus(Change(Position(2), ZERO, "U"))
    assert journal.at(Position(2))["lr"] == 2
    assert journal.made_at(Position(2))[-1] == (Position(2), ZERO, "U")
