"""What the chart shows is true: of levels, of curves that share cells, of colours, of axes."""

import re
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets.drawing.axis import Axis, epoch_axis, epoch_ticks
from widgets.drawing.plot import BRAILLE_BLOCK, CHARACTER
from widgets.loss.curves import Curve, Level, LossCurves, Mark
from widgets.loss.frame import Frame, frame
from widgets.loss.layers import (
    BRANCHES_ON_DARK,
    BRANCHES_ON_LIGHT,
    DASHES,
    GHOST,
    PRESENT,
    VALIDATION,
    Cell,
    cells,
    looks,
    sample,
)
from widgets.loss.lines import loss_lines
from widgets.loss.zoom import FEWEST, follow, zoom

Row = list[float]


def curve(loss: Row, label: str = "", first: int = 1) -> Curve:
    values = np.array(loss, dtype=float)
    return Curve(label, np.arange(len(loss), dtype=float) + first, values, values)


def chart(*losses: Row, levels: tuple[float, ...] = (), **changes: object) -> LossCurves:
    curves = tuple(curve(loss, f"branch {k}" if k else "") for k, loss in enumerate(losses))
    named = tuple(Level(f"level {value}", value) for value in levels)
    newest = max(len(loss) for loss in losses)
    return LossCurves(curves, named, (), newest, newest)._replace(**changes)


def shape_of(value: LossCurves, width: int, height: int, **options: object) -> Frame:
    chosen = {"logarithmic": False, "ascii": False, **options}
    return frame(value, width, height, **chosen)  # type: ignore[arg-type]


def drawn(value: LossCurves, shape: Frame) -> list[Cell]:
    return cells(looks(value), shape, len(value.ghosts))


def dot_rows(found: list[Cell], shape: Frame) -> set[int]:
    """The rows of dots, from below, in which there is a dot of a curve."""
    if shape.dots == CHARACTER:
        return {shape.height - 1 - cell.row for cell in found}
    bits = (0b11000000, 0b00100100, 0b00010010, 0b00001001)
    return {
        (shape.height - 1 - cell.row) * 4 + k
        for cell in found
        for k, of_row in enumerate(bits)
        if (ord(cell.character) - BRAILLE_BLOCK) & of_row
    }


sizes = {"width": st.integers(20, 130), "height": st.integers(4, 26)}
axes = {"logarithmic": st.booleans(), "log_epochs": st.booleans(), "ascii": st.booleans()}
optima = st.sampled_from([0.0, 0.3, 0.693, 1.5])
beyond = st.lists(st.floats(1e-9, 3.0), min_size=1, max_size=60)


# Levels.


@settings(max_examples=150, deadline=None)
@given(optimum=optima, over=beyond, chance=st.sampled_from([0.01, 1.0986, 4.0]), **sizes, **axes)
def test_a_loss_above_the_optimum_is_never_drawn_at_its_line_or_below(
    optimum: float, over: Row, chance: float, width: int, height: int, **options: bool
) -> None:
    value = chart([optimum + more for more in over], levels=(optimum + chance, optimum))
    shape = shape_of(value, width, height, **options)
    lines = dict(shape.lines)
    if optimum == 0 and options["logarithmic"]:
        assert optimum not in lines, "a logarithmic axis has no 0"
        return
    assert min(dot_rows(drawn(value, shape), shape)) > lines[optimum]


@settings(max_examples=150, deadline=None)
@given(optimum=st.sampled_from([0.3, 0.693, 1.5]), under=beyond, **sizes, **axes)
def test_a_loss_below_the_optimum_is_never_drawn_at_its_line_or_above(
    optimum: float, under: Row, width: int, height: int, **options: bool
) -> None:
    losses = [optimum * (1 - less / 3.1) for less in under]
    value = chart(losses, levels=(1.6, optimum))
    shape = shape_of(value, width, height, **options)
    assert max(dot_rows(drawn(value, shape), shape)) < dict(shape.lines)[optimum]


@settings(max_examples=100, deadline=None)
@given(losses=st.lists(st.floats(0.5, 1.5), min_size=1, max_size=40), **sizes, **axes)
def test_every_loss_is_on_its_side_of_the_optimum(
    losses: Row, width: int, height: int, **options: bool
) -> None:
    value = chart(losses, levels=(2.0, 1.0))
    shape = shape_of(value, width, height, **options)
    line = dict(shape.lines)[1.0]
    for loss, row in zip(losses, shape.heights(np.array(losses)), strict=True):
        assert np.sign(row - line) == np.sign(loss - 1.0)
        assert 0 <= row < shape.dot_rows


def test_the_line_of_a_level_lies_under_the_curve() -> None:
    value = chart(list(np.linspace(2, 0.001, 80)), levels=(1.0986, 0.0))
    shape = shape_of(value, 80, 12)
    under = {(cell.row, shape.left + cell.column): cell.character for cell in drawn(value, shape)}
    lines = loss_lines(value, 80, 12)
    for (row, column), character in under.items():
        assert lines[row].plain[column] == character, "no dot of a line is added to the curve"


def test_a_level_off_the_chart_is_named_at_the_edge() -> None:
    value = chart(list(np.linspace(2, 0.001, 80)), levels=(1.0986, 0.0))
    assert "↓ level 0.0: 0" in loss_lines(value, 80, 12, logarithmic=True)[10].plain
    assert "v level 0.0: 0" in loss_lines(value, 80, 12, logarithmic=True, ascii=True)[10].plain
    zoomed = loss_lines(value, 80, 12, window=(60.0, 80.0))
    assert "↑ level 1.0986" in zoomed[0].plain


# Several curves.


def colours(found: list[Cell]) -> list[set[str]]:
    """Of each column."""
    columns: list[set[str]] = [set() for _ in range(1 + max(cell.column for cell in found))]
    for cell in found:
        columns[cell.column].add(cell.style)
    return columns


def longest_without(style: str, columns: list[set[str]]) -> int:
    longest = now = 0
    for there in columns:
        now = 0 if style in there else now + 1
        longest = max(longest, now)
    return longest


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("count", [2, 3, 6])
def test_no_branch_is_hidden_where_all_coincide_after_they_parted(count: int, ascii: bool) -> None:
    loss = list(np.linspace(2, 0.1, 100))
    value = chart(*[loss] * count)
    shape = shape_of(value, 107, 12, ascii=ascii)
    columns = colours(drawn(value, shape))
    for look in looks(value):
        assert longest_without(look.style, columns) <= 2 * count


def test_validation_beside_training_is_seen_where_both_are_one() -> None:
    loss = list(np.linspace(2, 0.1, 100))
    value = chart(loss, validation=curve(loss, "validation"))
    columns = colours(drawn(value, shape_of(value, 107, 12)))
    assert longest_without(VALIDATION, columns) <= 2
    assert longest_without(PRESENT, columns) <= 2


def test_a_single_cell_that_is_shared_has_the_colour_of_the_present_curve() -> None:
    value = chart([2.0, 0.0], [0.0, 2.0])
    shape = shape_of(value, 107, 12)
    found, present = drawn(value, shape), looks(value)[0].style
    crossing = {
        (c.row, c.column): c.style for c in drawn(value._replace(curves=value.curves[:1]), shape)
    }
    mixed = [c for c in found if (c.row, c.column) in crossing]
    assert all(c.style == present for c in mixed)


@pytest.mark.parametrize("ascii", [False, True])
def test_where_another_run_coincides_the_present_curve_is_in_front(ascii: bool) -> None:
    loss = list(np.linspace(2, 0.1, 60))
    value = chart(loss, ghosts=(curve(loss + [0.1] * 40, "before r"),))
    shape = shape_of(value, 107, 12, ascii=ascii)
    columns = colours(drawn(value, shape))
    start, end = shape.column(1), shape.column(60)
    assert columns[start : end + 1] == [{PRESENT}] * (end + 1 - start)
    assert GHOST in columns[-1], "where the present curve has ended the other is seen"


@given(st.integers(2, 7), st.integers(0, 6))
def test_a_branch_has_its_colour_and_glyph_whichever_is_the_present_one(
    count: int, shown: int
) -> None:
    branches = [curve([1.0], f"branch {k}")._replace(hue=k) for k in range(count)]
    found = {}
    for first in (0, shown % count):
        ordered = (branches[first], *(b for b in branches if b is not branches[first]))
        for look in looks(chart([1.0])._replace(curves=ordered)):
            colour = look.style.removeprefix("bold ")
            assert found.setdefault(look.curve.label, (colour, look.glyph)) == (colour, look.glyph)
            assert (look.dash == "1") == (look.curve is ordered[0])
            assert look.style.startswith("bold ") == (look.curve is ordered[0])
    assert len({*found.values()}) == count, "no two share them"


@settings(max_examples=60, deadline=None)
@given(
    one=st.lists(st.floats(0.1, 2), min_size=2, max_size=50),
    other=st.lists(st.floats(0.1, 2), min_size=2, max_size=50),
)
def test_no_dot_of_the_present_curve_is_lost_to_another(one: Row, other: Row) -> None:
    value = chart(one, other)
    shape = shape_of(value, 80, 12)
    alone = {
        (c.row, c.column): ord(c.character)
        for c in drawn(value._replace(curves=value.curves[:1]), shape)
    }
    both = {(c.row, c.column): ord(c.character) for c in drawn(value, shape)}
    assert all(both[place] & dots == dots for place, dots in alone.items())


def test_without_colour_branches_differ_by_their_dashes() -> None:
    found = set()
    for hue in range(len(DASHES)):
        value = chart([2.0] * 200, [1.0] * 200)
        value = value._replace(curves=(value.curves[0], value.curves[1]._replace(hue=hue)))
        found.add(tuple(c.column for c in drawn(value, shape_of(value, 80, 12)) if c.row > 3))
    assert len(found) == len(DASHES)


def test_every_curve_is_named_where_it_ends() -> None:
    present = curve(list(np.linspace(2, 0.5, 60)), "first")
    branch = curve(list(np.linspace(2, 1.5, 50)), "lr x4")
    value = chart([1.0])._replace(
        curves=(present, branch), newest_epoch=60, ghosts=(curve([1.0] * 40, "before r"),)
    )
    lines = [line.plain for line in loss_lines(value, 100, 14)]
    shape = shape_of(value, 100, 14)
    for ended in (present, branch, value.ghosts[0]):
        column = shape.left + shape.column(ended.epochs[-1])
        row = shape.row(ended.low[-1])
        near = " ".join(line[column - 9 : column + 12] for line in lines[row - 1 : row + 2])
        assert ended.label in near


def ten_branches() -> LossCurves:
    """Each falls twice as fast as the one it left, and ends a little later at about 0."""
    losses = [list(2.4 * np.exp(-0.03 * 2**k * np.arange(15.0 + 3 * k))) for k in range(10)]
    branches = [curve(loss, f"branch {k}")._replace(hue=k) for k, loss in enumerate(losses)]
    return chart([1.0])._replace(curves=tuple(branches[::-1]), newest_epoch=45)


@pytest.mark.parametrize(("width", "height"), [(52, 11), (90, 15), (34, 8)])
@pytest.mark.parametrize("ascii", [False, True])
def test_no_end_of_another_curve_is_nearer_to_a_name_unless_a_sample_is_before_it(
    width: int, height: int, ascii: bool
) -> None:
    value = ten_branches()
    shape = shape_of(value, width, height, ascii=ascii)
    ends = {
        each.label: (shape.row(each.low[-1]), shape.left + shape.column(each.epochs[-1]))
        for each in value.curves
    }
    before = {look.curve.label: sample(look, ascii=ascii) for look in looks(value)}
    found = 0
    for row, line in enumerate(loss_lines(value, width, height, ascii=ascii)):
        for name in re.finditer(r"branch \d", line.plain):
            found += 1
            if line.plain[: name.start() - 1].endswith(before[name[0]]):
                continue
            far = {
                label: np.hypot(
                    max(name.start() - column, 0, column - name.end() + 1), 2 * (row - end)
                )
                for label, (end, column) in ends.items()
            }
            assert far[name[0]] == min(far.values()), line.plain
    assert found >= (9 if width > 50 else 1)


def test_no_two_of_many_branches_look_alike_and_their_names_have_samples() -> None:
    branches = tuple(curve([1.0], f"branch {k}")._replace(hue=k) for k in range(30))
    found = looks(chart([1.0])._replace(curves=branches))
    assert len({(look.colour, look.dash) for look in found}) == len(found)
    assert len({(look.colour, sample(look, ascii=False)) for look in found}) == len(found)
    assert len({(look.glyph, sample(look, ascii=True)) for look in found}) == len(found)


def test_where_two_curves_have_one_colour_their_names_have_samples() -> None:
    flat = [curve([1.0 + k] * 40, f"branch {k}")._replace(hue=k) for k in (0, 1, 2)]
    value = chart([1.0])._replace(curves=tuple(flat), newest_epoch=60)
    plain = [line.plain for line in loss_lines(value, 90, 14)]
    assert not any("─" in line for line in plain[:-1])
    alike = value._replace(curves=(*flat[:2], flat[2]._replace(hue=7)))
    plain = [line.plain for line in loss_lines(alike, 90, 14)]
    samples = {look.curve.label: sample(look, ascii=False) for look in looks(alike)}
    assert any(f"branch 2 {samples['branch 2']}" in line for line in plain)
    assert any(f"branch 1 {samples['branch 1']}" in line for line in plain)


@settings(max_examples=60, deadline=None)
@given(
    losses=st.lists(st.lists(st.floats(0.01, 2), min_size=1, max_size=40), min_size=1, max_size=4),
    marks=st.lists(st.integers(0, 40), max_size=3),
    solved=st.integers(1, 40),
    **sizes,
    **axes,
)
def test_no_name_covers_a_curve(
    losses: list[Row], marks: list[int], solved: int, width: int, height: int, **options: bool
) -> None:
    value = chart(
        *losses,
        levels=(1.0986, 0.0),
        marks=tuple(Mark(epoch, "lr x4") for epoch in marks),
        solved_epoch=solved,
    )
    shape = shape_of(value, width, height, **options)
    lines = loss_lines(value, width, height, **options)
    for cell in drawn(value, shape):
        assert lines[cell.row].plain[shape.left + cell.column] == cell.character


# Colours.

DEUTERANOPIA = np.array(  # Machado, Oliveira and Fernandes 2009, severity 1, of linear RGB
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]
)
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def lab(colour: str, *, deuteranopia: bool) -> np.ndarray:
    """CIE L*a*b*, as it is seen."""
    rgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    if deuteranopia:
        linear = np.clip(DEUTERANOPIA @ linear, 0, 1)
    x, y, z = np.cbrt(np.maximum(TO_XYZ @ linear / (0.95047, 1, 1.08883), 1e-3))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("deuteranopia", [False, True])
@pytest.mark.parametrize(
    ("branches", "theirs"),
    [
        (BRANCHES_ON_DARK, ("#57A5E2", "#FFC473", "#5A5A5A")),
        (BRANCHES_ON_LIGHT, ("#002D4F", "#A86D1C", "#9D9D9D")),
    ],
    ids=["dark", "light"],
)
def test_six_branches_are_told_apart_by_colour_and_from_present_curve_marks_and_axis(
    branches: tuple[str, ...], theirs: tuple[str, ...], deuteranopia: bool
) -> None:
    assert len(branches) == 6
    for one, other in combinations((*branches, *theirs), 2):
        if one in branches:
            seen = [lab(colour, deuteranopia=deuteranopia) for colour in (one, other)]
            assert np.linalg.norm(seen[0] - seen[1]) > (17 if deuteranopia else 30), (one, other)


# Epochs.


@settings(max_examples=100, deadline=None)
@given(
    newest=st.integers(1, 10**6),
    part=st.none() | st.tuples(st.floats(0, 0.8), st.floats(0.1, 0.2)),
    column=st.integers(0, 200),
    **sizes,
    **axes,
)
def test_a_click_on_a_column_goes_to_an_epoch_of_that_column(
    newest: int,
    part: tuple[float, float] | None,
    column: int,
    width: int,
    height: int,
    **options: bool,
) -> None:
    value = chart([1.0])._replace(
        curves=(Curve("", np.array([1.0, newest]), np.ones(2), np.ones(2)),), newest_epoch=newest
    )
    window = None
    if part is not None:
        low = float(int(part[0] * newest))
        window = low, low + max(1.0, float(int(part[1] * newest)))
    shape = shape_of(value, width, height, window=window, **options)
    column = min(column, shape.width - 1)
    epoch = shape.epoch(column)
    neighbours = {shape.column(max(0, epoch + step)) for step in (-1, 0, 1)}
    assert min(neighbours) <= column <= max(neighbours)


@settings(max_examples=100)
@given(low=st.integers(0, 10**6), span=st.integers(1, 10**6), most=st.integers(1, 20))
def test_the_epochs_on_the_axis_are_in_equal_steps_of_one_two_five(
    low: int, span: int, most: int
) -> None:
    found = epoch_ticks(Axis(low, low + span), most)
    steps = set(np.diff(found).tolist())
    assert len(steps) <= 1 and len(found) <= most + 1
    assert all(str(step).rstrip("0") in ("1", "2", "5") for step in steps)


def test_a_logarithmic_epoch_axis_begins_with_epoch_0_and_has_powers_of_ten() -> None:
    axis = epoch_axis(1, 1000, logarithmic=True)
    assert axis.fraction(np.array([0.0])) == 0
    assert epoch_ticks(axis, 5) == [0, 1, 10, 100, 1000]
    value = chart([2.0] * 1000)
    below = loss_lines(value, 80, 12, log_epochs=True)[-1].plain
    assert below.startswith("      └0")
    shape = shape_of(value, 80, 12, log_epochs=True)
    assert below[shape.left + shape.column(10) :].startswith("10─")


def test_the_number_of_an_epoch_stands_in_its_column() -> None:
    value = chart([2.0] * 90)
    shape, below = shape_of(value, 97, 12), loss_lines(value, 97, 12)[-1].plain
    for epoch in (20, 40, 60):
        assert below[shape.left + shape.column(epoch) :].startswith(str(epoch))


# Zoom.


def test_zooming_in_halves_what_is_seen_with_the_newest_epoch_at_the_right() -> None:
    value = chart([1.0] * 1000)
    window = zoom(value, None, 1)
    assert window == (500, 1000)
    assert zoom(value, window, 1) == (750, 1000)


def test_zooming_in_on_another_epoch_has_it_in_the_middle() -> None:
    assert zoom(chart([1.0] * 1000, shown_epoch=400), None, 1) == (150, 650)
    assert zoom(chart([1.0] * 1000, shown_epoch=10), None, 1) == (0, 500)


def test_zooming_out_ends_with_all_and_zooming_in_with_a_few_epochs() -> None:
    value = chart([1.0] * 1000, shown_epoch=400)
    window = None
    for _ in range(30):
        window = zoom(value, window, 1)
    assert window is not None and FEWEST <= window[1] - window[0] <= 3 * FEWEST
    for _ in range(30):
        window = zoom(value, window, -1)
    assert window is None


@given(
    newest=st.integers(20, 10**6),
    shown=st.floats(0, 1),
    log_epochs=st.booleans(),
    steps=st.lists(st.sampled_from([1, 1, -1]), max_size=30),
)
def test_the_epoch_shown_is_seen_however_one_zooms(
    newest: int, shown: float, log_epochs: bool, steps: list[int]
) -> None:
    value = LossCurves((), (), (), int(shown * newest), newest)
    window = None
    for places in steps:
        window = zoom(value, window, places, log_epochs=log_epochs)
        assert window is None or window[0] <= value.shown_epoch <= window[1]
        assert window is None or 0 <= window[0] < window[1]


def test_the_window_stays_until_the_epoch_shown_leaves_it() -> None:
    value = chart([1.0] * 1000)
    assert follow(value, (500.0, 1000.0)) == (500, 1000)
    grown = value._replace(newest_epoch=1001, shown_epoch=1001)
    moved = follow(grown, (500.0, 1000.0))
    assert moved is not None and moved[0] > 550 and moved[1] - moved[0] == pytest.approx(500, abs=2)
    assert follow(grown._replace(shown_epoch=1002), moved) == moved


def test_a_window_of_a_longer_run_is_no_window_of_a_short_one() -> None:
    assert follow(chart([1.0] * 5), (500.0, 1000.0)) is None


def test_what_is_seen_fills_the_height_and_a_line_says_where_it_is() -> None:
    value = chart([2.0] * 500 + list(np.linspace(0.02, 0.01, 500)))
    shape = shape_of(value, 100, 14, window=(600.0, 1000.0))
    assert shape.losses.high < 0.1
    strip = loss_lines(value, 100, 14, window=(600.0, 1000.0))[shape.strip].plain
    assert strip.startswith("   all ┄") and strip.endswith("━")


def test_the_part_that_is_seen_reaches_its_edges() -> None:
    value = chart(list(np.linspace(2, 1, 100)))
    shape = shape_of(value, 107, 12, window=(33.0, 35.0))
    columns = {cell.column for cell in drawn(value, shape)}
    assert columns == set(range(100))


# Ghosts, accuracy, the first solved epoch, the untrained network.


def test_a_ghost_that_diverged_does_not_press_the_present_curve_flat() -> None:
    value = chart([2.0, 1.0, 0.5], ghosts=(curve([1.2, 900.0, 1e6], "before r"),))
    shape = shape_of(value, 80, 12)
    assert shape.losses.high <= 4
    assert GHOST in {cell.style for cell in drawn(value, shape)}


def test_a_strip_of_the_accuracy_ends_with_a_full_block_only_where_all_was_right() -> None:
    for last, block in ((0.99, "▇"), (1.0, "█")):
        value = chart([1.0] * 52, accuracy=np.r_[np.linspace(0.35, 0.9, 51), last])
        row = loss_lines(value, 107, 16)[-1].plain
        bars = row[7:].split()[0]
        assert bars[-1] == block and row.startswith(" right ")
        assert f"35 → {100 * last:.0f} %" in row


def test_without_room_there_is_no_strip_of_the_accuracy() -> None:
    value = chart([1.0] * 60, accuracy=np.ones(60))
    assert "right" not in "".join(line.plain for line in loss_lines(value, 80, 15))


@given(st.integers(1, 59), st.integers(16, 24), st.booleans())
def test_the_accuracy_of_an_epoch_stands_under_its_loss(
    wrong: int, height: int, ascii: bool
) -> None:
    accuracy = np.where(np.arange(1, 61) <= wrong, 0.0, 1.0)
    value = chart([1.0] * 60, accuracy=accuracy)
    shape = shape_of(value, 107, height, ascii=ascii)
    row = loss_lines(value, 107, height, ascii=ascii)[-1].plain
    full = {row[shape.left + shape.column(epoch)] for epoch in range(wrong + 1, 61)}
    empty = {row[shape.left + shape.column(epoch)] for epoch in range(1, wrong + 1)}
    assert len(full) == 1 and len(empty) == 1 and full != empty


@pytest.mark.parametrize(
    ("width", "ascii", "words"),
    [(100, False, "✓ solved 40"), (100, True, "solved 40")],
)
def test_the_first_solved_epoch_is_marked_on_the_axis(width: int, ascii: bool, words: str) -> None:
    value = chart([1.0] * 90, solved_epoch=40)
    below = loss_lines(value, width, 12, ascii=ascii)[-1].plain
    shape = shape_of(value, width, 12, ascii=ascii)
    assert below[shape.left + shape.column(40) :].startswith(words)


def test_where_there_is_no_room_the_mark_of_the_solved_epoch_is_shorter() -> None:
    value = chart([1.0] * 98, solved_epoch=98)
    below = loss_lines(value, 50, 12)[-1].plain
    assert "✓" in below and "solved" not in below


@pytest.mark.parametrize("ascii", [False, True])
def test_before_the_first_epoch_there_are_the_axes_and_the_untrained_loss(ascii: bool) -> None:
    value = LossCurves((curve([]),), (Level("guessing", 1.1), Level("best", 0.0)), (), 0, 0)
    lines = [line.plain for line in loss_lines(value._replace(untrained=2.07), 80, 12, ascii=ascii)]
    assert any("untrained 2.07" in line for line in lines)
    assert any(" guessing " in line for line in lines) and any(" best " in line for line in lines)
    assert "press space" in "".join(lines) and "0" in lines[-1]
