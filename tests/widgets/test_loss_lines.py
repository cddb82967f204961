"""The chart keeps its size, its tick column and every spike."""

import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from textual.content import Content

from widgets.drawing.plot import Polyline, draw, envelope
from widgets.loss.curves import HINT, Curve, Level, LossCurves, Mark
from widgets.loss.frame import frame
from widgets.loss.layers import PRESENT, VALIDATION
from widgets.loss.lines import loss_lines


def curves(loss: np.ndarray, **changes: object) -> LossCurves:
    epochs = np.arange(len(loss), dtype=float)
    value = LossCurves(
        (Curve("", epochs, loss, loss),),
        (Level("guessing, ln 3", 1.0986), Level("best", 0.0)),
        (),
        max(0, len(loss) - 1),
        max(0, len(loss) - 1),
    )
    return value._replace(**changes)


def text(value: LossCurves, width: int = 60, height: int = 8, **options: bool) -> list[str]:
    return [line.plain for line in loss_lines(value, width, height, **options)]


def test_plotext_puts_every_dot_where_it_is_asked_to() -> None:
    for x, y in [(0, 0), (13, 19), (5, 7), (8, 12)]:
        cells = draw([Polyline(np.array([float(x)]), np.array([float(y)]))], 7, 5)
        bit = {(0, 3): 1, (0, 2): 2, (0, 1): 4, (1, 3): 8, (1, 2): 16, (1, 1): 32, (0, 0): 64}
        assert cells[4 - y // 4, x // 2] == bit.get((x % 2, y % 4), 128)
        assert np.count_nonzero(cells) == 1


def test_no_spike_is_lost_in_a_million_points() -> None:
    high = np.ones(1_000_000)
    high[777_777] = 9.0
    runs = envelope(np.linspace(0, 99, len(high)), np.ones(len(high)), high)
    assert max(run.y.max() for run in runs) == 9.0
    assert sum(len(run.x) for run in runs) <= 200


def test_what_is_not_a_number_splits_the_line() -> None:
    loss = np.array([1.0, np.nan, 2.0, 3.0, np.inf])
    assert [list(run.x) for run in envelope(np.arange(5.0), loss, loss)] == [[0], [2, 3]]


@pytest.mark.parametrize(
    "value", [LossCurves((), (), (), 0, 0), curves(np.zeros(0))], ids=["no curve", "empty"]
)
def test_without_an_epoch_the_chart_says_what_will_be_there(value: LossCurves) -> None:
    assert HINT in "".join(text(value))


def test_the_first_epoch_is_a_point() -> None:
    assert any("\u2800" < c <= "\u28ff" for c in "".join(text(curves(np.array([2.0])))))


def test_a_level_is_never_named_on_the_line_of_another() -> None:
    for height in range(3, 9):
        for line in text(curves(np.linspace(2.5, 0.01, 50)), 56, height):
            assert not ("guessing" in line and "best" in line)


def test_levels_are_named_and_stand_on_the_axis() -> None:
    lines = text(curves(np.linspace(2.07, 0.3, 50)))
    chance = next(line for line in lines if "guessing, ln 3" in line)
    assert chance.startswith("  1.10┤")
    assert any(line.startswith("  0.00┤") for line in lines)


def test_the_cursor_has_its_epoch_below_it() -> None:
    lines = text(curves(np.linspace(2, 1, 50), shown_epoch=20))
    column = lines[-1].index("20")
    assert any("│" in line[column - 1 : column + 3] for line in lines[:-1])


def test_a_mark_is_named_and_pointed_at() -> None:
    lines = text(curves(np.linspace(2, 1, 50), marks=(Mark(30, "lr 0.002"),)))
    assert "┊lr 0.002" in lines[0] and "▲" in lines[-1]


def test_a_mark_near_the_right_end_is_named_on_its_left() -> None:
    lines = text(curves(np.linspace(2, 1, 50), marks=(Mark(49, "lr 0.002"),)))
    assert "lr 0.002┊" in lines[0]


def test_branches_are_named() -> None:
    value = curves(np.linspace(2, 1, 50))
    branch = value.curves[0]._replace(label="branch 1")
    first = value.curves[0]._replace(label="first")
    lines = "".join(text(value._replace(curves=(first, branch))))
    assert " branch 1 " in lines and " first " in lines


def validated(training: np.ndarray, validation: np.ndarray) -> LossCurves:
    value = curves(training)
    epochs = np.arange(len(validation), dtype=float)
    return value._replace(validation=Curve("validation", epochs, validation, validation))


def plots(lines: list[Content], style: str) -> list[set[int]]:
    """The columns of the characters of a style, of each line, but for the label."""
    found = []
    for line in lines:
        plain = re.sub("validation", lambda label: " " * len(label[0]), line.plain)
        columns = {x for span in line.spans if span.style == style for x in range(*span[:2])}
        found.append({x for x in columns if plain[x] != " "})
    return found


@pytest.mark.parametrize("ascii", [False, True])
def test_the_validation_curve_is_dashed_and_named_where_it_ends(ascii: bool) -> None:
    value = validated(np.linspace(2, 0.1, 62), np.linspace(2, 0.6, 62))
    lines = loss_lines(value, 97, 10, ascii=ascii)
    row = next(line.plain for line in lines if "validation" in line.plain)
    before, _, after = row.partition(" validation ")
    assert after.strip("-⠁⠂⠄⡀ ") == "" and before[-1] in "o⠁⠂⠄⡀⠈⠐⠠⢀⣀⠤⠒⠉⠑⠊⠢"
    curve = sorted(set.union(*plots(lines, VALIDATION)))
    gaps = set(range(curve[0], curve[-1])) - set(curve)
    assert len(curve) > len(gaps) > 10
    training = set.union(*plots(lines, PRESENT))
    assert set(range(min(training), max(training) + 1)) <= training | set(curve)


def test_no_spike_of_the_validation_curve_falls_into_a_gap() -> None:
    for at in range(20, 40):
        validation = np.full(62, 0.5)
        validation[at] = 2.0
        top = plots(loss_lines(validated(np.full(62, 0.1), validation), 97, 10), VALIDATION)[0]
        assert top, at


def test_a_validation_loss_above_all_training_losses_is_on_the_chart() -> None:
    shape = frame(validated(np.ones(9), np.full(9, 7.0)), 97, 10, logarithmic=False, ascii=False)
    assert shape.row(7.0) >= 0


def test_a_validation_loss_alone_is_a_point_wherever_it_is() -> None:
    for epoch in range(9):
        validation = np.where(np.arange(9) == epoch, 2.0, np.nan)
        lines = loss_lines(validated(np.full(9, 0.1), validation), 97, 10)
        assert any(plots(lines, VALIDATION)), epoch


def test_growing_within_the_round_end_moves_no_axis() -> None:
    before, after = (text(curves(np.linspace(2, 1, n)))[-1] for n in (62, 70))
    assert before.replace("─", "") == after.replace("─", "")


@pytest.mark.parametrize("ascii", [False, True])
def test_a_column_and_its_epoch_belong_together(ascii: bool) -> None:
    shape = frame(curves(np.ones(90)), 97, 10, logarithmic=False, ascii=ascii)
    for epoch in (0, 1, 45, 89, 100):
        assert abs(shape.epoch(shape.column(epoch)) - epoch) <= 1


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float64, st.integers(0, 30), elements=st.floats()),
    st.integers(0, 70),
    st.integers(0, 12),
    st.booleans(),
    st.booleans(),
)
def test_any_curve_gives_lines_of_the_size_asked_for(
    loss: np.ndarray, width: int, height: int, logarithmic: bool, ascii: bool
) -> None:
    value = curves(loss, marks=(Mark(3, "字 lr"),), shown_epoch=2)
    value = value._replace(validation=value.curves[0]._replace(label="validation", low=loss[::-1]))
    lines = loss_lines(value, width, height, logarithmic=logarithmic, ascii=ascii)
    assert len(lines) <= height
    if len(loss) and width:
        assert {line.cell_length for line in lines} <= {width}
    if ascii:
        assert all(line.plain.replace("字", "").isascii() for line in lines)


def test_plotext_is_not_imported_before_a_curve_is_drawn() -> None:
    code = "import sys, widgets; sys.exit('plotext' in sys.modules or 'rnn_tui' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_of_two_curves_in_one_cell_both_are_drawn() -> None:
    """A validation loss just above the training loss shares its cells, and is seen."""
    training, near = np.full(62, 0.02), np.full(62, 0.09)
    alone = text(curves(training), 97, 10)
    both = text(validated(training, near), 97, 10)
    shared = [
        (a, b)
        for one, other in zip(alone, both, strict=True)
        for a, b in zip(one, other, strict=True)
        if "\u2800" < a < "\u2900" and "\u2800" < b < "\u2900"
    ]
    assert all(ord(a) & ord(b) == ord(a) for a, b in shared), "no dot of the training curve is lost"
    assert sum(a != b for a, b in shared) > 20, "the validation curve's dots are there too"
