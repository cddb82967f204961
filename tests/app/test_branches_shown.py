"""What each branch changed relative to the one it left, as the tree tells it."""

from rnn_tui.app.views.branches import tree
from rnn_tui.session import commands as c
from tests.session.playing import at, do, look


def test_each_branch_is_told_by_what_it_changed_after_it_left_its_parent() -> None:
    run = do(at(8), c.GoTo(4), c.ScaleRate(4), c.SetSetting("clip", 1), c.Step(2))
    do(run, c.ZeroWeights("U"), c.Step(1), c.ScaleRate(0.5), c.Step(1))
    do(run, c.Visit(0), c.GoTo(2), c.SetSetting("lr", 0.0123), c.Step(3))
    told = tree(look(run))
    assert [branch.change for branch in told.branches] == [
        "", "4 lr ×4, clip 1", "6 U = 0; 7 lr ×0.5", "2 lr ×0.246",
    ]  # fmt: skip
    assert [branch.parent for branch in told.branches] == [None, 0, 1, 0]
    assert [(branch.fork, branch.newest) for branch in told.branches] == [
        (0, 8), (4, 6), (6, 8), (2, 5),
    ]  # fmt: skip
    assert told.current == 3


def test_a_branch_made_before_its_parents_own_fork_left_an_ancestor() -> None:
    run = do(at(40), c.GoTo(20), c.ScaleRate(2), c.Step(20), c.GoTo(30), c.ScaleRate(2), c.Step(9))
    do(run, c.GoTo(10), c.ZeroWeights("U"), c.Step(1))
    told = tree(look(run)).branches
    assert [branch.parent for branch in told] == [None, 0, 1, 0]
    assert told[3].change == "10 U = 0"
