"""The tree of branches: one line each, parents above their children, whatever the shape."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets import Branch, BranchTree
from widgets.branches.panel import BranchesPanel
from widgets.branches.tree import branch_tree, drawing, order


@st.composite
def trees(draw: st.DrawFn) -> BranchTree:
    """Of branches that leave earlier ones, not before these begin."""
    branches = [Branch("first", "", None, 0, draw(st.integers(0, 10**6)), 1.5, None)]
    for number in range(1, draw(st.integers(1, 40))):
        parent = draw(st.integers(0, number - 1))
        fork = draw(st.integers(branches[parent].fork, branches[parent].newest))
        newest = fork + draw(st.integers(0, 10**6))
        loss = draw(st.floats(0, 9) | st.just(math.nan))
        name, change = draw(st.text("ab漢", max_size=40)), draw(st.text("×l4 é", max_size=40))
        solved = draw(st.none() | st.integers(1, max(1, newest)))
        branches.append(Branch(name, change, parent, fork, newest, loss, solved))
    return BranchTree(tuple(branches), draw(st.integers(0, len(branches) - 1)))


@given(trees(), st.integers(1, 130), st.booleans())
def test_every_branch_has_a_line_that_fits_and_one_is_marked(
    tree: BranchTree, width: int, ascii_only: bool
) -> None:
    lines = branch_tree(tree, width, ascii=ascii_only)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert len(texts) == len(tree.branches)
    assert all(cell_len(text) <= width for text in texts)
    marked = [place for place, text in enumerate(texts) if text[:1] in (">", "▸")]
    assert [order(tree)[place] for place in marked] == [tree.current]


@given(trees())
def test_parents_stand_above_their_children(tree: BranchTree) -> None:
    shape = order(tree)
    assert sorted(shape) == list(range(len(tree.branches)))
    place = {index: at for at, index in enumerate(shape)}
    for index, branch in enumerate(tree.branches):
        assert branch.parent is None or place[branch.parent] < place[index]


@given(trees(), st.integers(8, 48))
def test_a_line_leads_up_from_every_branch_to_the_one_it_left(tree: BranchTree, width: int) -> None:
    shape = order(tree)
    lines = drawing(tree, shape, width)
    assert {len(line) for line in lines} == {width}
    place = {index: at for at, index in enumerate(shape)}
    for index, branch in enumerate(tree.branches):
        at = place[index]
        assert "●" in lines[at]
        if branch.parent is None:
            continue
        start = min(lines[at].find(glyph) for glyph in "└├" if glyph in lines[at])
        for between in range(place[branch.parent] + 1, at):
            assert lines[between][start] in "│├└┬─●", (lines, index)
        assert lines[place[branch.parent]][start] != " "


def test_a_small_tree_reads_as_drawn() -> None:
    tree = BranchTree(
        (
            Branch("first", "", None, 0, 80, 0.235, None),
            Branch("branch 1", "20 lr ×4", 0, 20, 80, 0.037, 71),
            Branch("branch 2", "60 U = 0", 1, 60, 70, 0.5, None),
            Branch("branch 3", "40 clip 1", 0, 40, 60, 0.1, None),
        ),
        1,
    )
    texts = ["".join(text for text, _ in line).rstrip() for line in branch_tree(tree, 56)]
    assert texts == [
        "  first              ●───┬────┬─────────● 80  0.2350",
        "  branch 3 40 clip 1     │    └─────●     60  0.1000",
        "▸ branch 1 20 lr ×4      └─────────┬────● 80 0.03700 ✓71",
        "  branch 2 60 U = 0                └──●   70  0.5000",
    ]


@pytest.mark.parametrize("height", [1, 2, 5, 200])
def test_a_tree_too_high_for_its_panel_shows_what_is_around_the_present_branch(height: int) -> None:
    branches = [Branch("first", "", None, 0, 99, 1.0, None)]
    branches += [Branch(f"branch {i}", f"{i} lr ×2", 0, i, 99, 1.0, None) for i in range(1, 90)]
    lines = BranchesPanel().draw(BranchTree(tuple(branches), 45), 42, height)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert len(texts) == min(height, 90)
    if 1 < height < 90:
        assert any(text.startswith("▸") for text in texts) and "90 branches in all" in texts[-1]
