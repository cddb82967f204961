"""The tree of branches: one line each, parents above their children, whatever the shape."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets import Branch, BranchTree, Curve, LossCurves
from widgets.branches.panel import tree_around
from widgets.branches.tree import branch_tree, drawing, order
from widgets.loss.layers import looks, sample


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


def read_parents(lines: list[str]) -> list[int | None]:
    """Of each line the one that its corner leads up to, as a reader follows it."""
    found: list[int | None] = []
    for at, line in enumerate(lines):
        start = next((x for x, cell in enumerate(line) if cell in "└├"), None)
        above = at - 1
        while start is not None and lines[above][start] in "│├":
            above -= 1
        found.append(None if start is None else above)
    return found


@given(trees(), st.integers(8, 48))
def test_a_line_leads_up_from_every_branch_to_the_one_it_left_or_its_number_is_said(
    tree: BranchTree, width: int
) -> None:
    shape = order(tree)
    lines = drawing(tree, shape, width)
    assert {cell_len(line) for line in lines} == {width}
    place = {index: at for at, index in enumerate(shape)}
    parents = [tree.branches[index].parent for index in shape]
    if "●" in lines[0]:
        told = [None if parent is None else place[parent] for parent in parents]
        assert read_parents(lines) == told, lines
    else:
        for line, parent in zip(lines, parents, strict=True):
            assert ("from" in line) == (parent is not None)


def chain(count: int) -> BranchTree:
    """Each left the one before, three epochs later."""
    branches = [Branch("first", "", None, 0, 40, 0.2, None)]
    for k in range(1, count):
        newest = 3 * k + 18
        branches.append(Branch(f"branch {k}", f"{3 * k} lr ×2", k - 1, 3 * k, newest, 0.01, 18))
    return BranchTree(tuple(branches), count - 1)


@pytest.mark.parametrize(("count", "width"), [(10, 11), (10, 14), (4, 7), (7, 8)])
def test_in_a_squeezed_tree_each_branch_still_hangs_off_its_parent(count: int, width: int) -> None:
    tree = chain(count)
    lines = drawing(tree, order(tree), width)
    assert read_parents(lines) == [None, *range(count - 1)], "\n".join(lines)


def test_where_there_is_no_room_to_draw_it_a_branch_names_the_one_it_left() -> None:
    tree = chain(12)
    lines = drawing(tree, order(tree), 8)
    assert [line.strip() for line in lines] == ["", *(f"from {k}" for k in range(11))]
    assert drawing(chain(20), order(chain(20)), 20)[19].strip() == "from branch 18 at 57"


@pytest.mark.parametrize("width", [29, 54])
def test_a_long_name_is_shortened_and_takes_none_from_the_others(width: int) -> None:
    tree = chain(10)
    renamed = tree.branches[4]._replace(name="a very long name for a branch of mine")
    tree = tree._replace(branches=(*tree.branches[:4], renamed, *tree.branches[5:]))
    texts = ["".join(text for text, _ in line) for line in branch_tree(tree, width)]
    assert texts[0].startswith("  first ") and texts[9].startswith("▸ branch 9 ")
    assert texts[4].startswith("  a ") and "…" in texts[4]


@pytest.mark.parametrize("dark", [False, True])
def test_a_branch_has_the_colour_and_where_there_is_room_the_dashes_of_its_curve(
    dark: bool,
) -> None:
    tree = chain(12)
    epochs = np.arange(3.0)
    curves = [Curve(f"branch {k}", epochs, epochs, epochs, k) for k in range(12)]
    there = {
        look.curve.hue: (look.style, sample(look, ascii=False))
        for look in looks(LossCurves((curves[11], *curves[:11]), (), (), 3, 3), dark=dark)
    }
    for width in (29, 54, 104):
        for number, line in enumerate(branch_tree(tree, width, dark=dark)):
            style, dashes = there[number]
            assert style in [style for _, style in line]
            told = [text.strip() for text, of_text in line if of_text == style]
            assert width < 104 or dashes in told


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
    lines = tree_around(BranchTree(tuple(branches), 45), 42, height)
    texts = ["".join(text for text, _ in line) for line in lines]
    assert len(texts) == min(height, 90)
    if 1 < height < 90:
        assert any(text.startswith("▸") for text in texts) and "90 branches in all" in texts[-1]
