"""A sequence stands still: cells of one width in every row, what matters most in few lines."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets import SequenceView
from widgets.drawing.heat_map import Palette
from widgets.drawing.panel import MUTED, Spans
from widgets.drawing.symbols import printable
from widgets.sequence.backward import logarithmic
from widgets.sequence.geometry import geometry, window
from widgets.sequence.lines import sequence_lines
from widgets.sequence.plan import plan
from widgets.sequence.styles import CURSOR, RIGHT, WRONG
from widgets.sequence.titles import sequence_subtitle, sequence_title

FILLED, SHADED, ASCII = Palette(), Palette(shaded=True), Palette(ascii=True, shaded=True)


def view(target: str, guess: str, **options: Any) -> SequenceView:
    """With an inside: three symbols, ten nodes, a gradient that halves at every step back."""
    steps = len(target)
    defaults: dict[str, Any] = {
        "likely": (("2", 0.57), ("1", 0.42), ("0", 0.01)),
        "bars": tuple((symbol, np.linspace(0, 1, steps)) for symbol in "012"),
        "nodes": tuple(range(10)),
        "hidden": 10,
        "states": np.linspace(-1, 1, steps * 10).reshape(steps, 10),
        "gradient": 0.5 ** np.arange(steps)[::-1],
        "last_gradient": np.ones(steps),
        "last": steps - 1,
    }
    return SequenceView(
        2, 10, tuple("0" * steps), tuple(target), tuple(guess), np.full(steps, 0.5),
        **defaults | options,
    )  # fmt: skip


def drawn(
    value: SequenceView, width: int = 60, height: int = 4, start: int = 0, look: Palette = FILLED
) -> list[Spans]:
    return sequence_lines(value, width, height, geometry(value, width), start, look)


def plain(line: Spans) -> str:
    return "".join(text for text, _ in line)


def text(*arguments: Any, **options: Any) -> list[str]:
    return [plain(line) for line in drawn(*arguments, **options)]


def named(lines: list[str], name: str) -> str:
    return next(line for line in lines if line.startswith(name))


def test_to_miss_what_nobody_can_know_is_no_mistake() -> None:
    known = (False, True, True, False, True)
    value = view("01201", "11211", known=known, step=3)
    assert value.mistakes() == [] and value.scores() == ("3 of 3", "3/3")
    prediction = next(line for line in drawn(value) if plain(line).startswith("prediction"))
    assert "✗" not in plain(prediction)
    dim = "".join(text for text, style in prediction if style.startswith(MUTED))
    assert dim.split() == ["prediction", "1", "1"]
    assert "t=3: target 0 (nobody can know), says" in "".join(text(value, 100, 30))


TEN = view("2021121220", "2121121220", step=3)


# The strings.


def test_a_wrong_prediction_has_a_cross_and_the_score_is_at_the_right_end() -> None:
    row = text(view("2122", "2120"))[2]
    assert "0✗" in row and row.endswith("3 of 4") and len(row) == 60


def test_right_and_wrong_differ_by_colour_too_also_in_how_sure_it_is() -> None:
    *_, prediction, sure = drawn(view("21", "20", step=1), 60, 4)
    for row in (prediction, sure):
        assert [style for _, style in row if RIGHT in style], row
        assert [style for _, style in row if WRONG in style], row


def test_symbols_stay_in_their_columns_when_right_becomes_wrong() -> None:
    right, wrong = (text(view("212", guess))[2] for guess in ("212", "012"))
    assert right[16:20] == wrong[16:20] and len(right) == len(wrong)


@pytest.mark.parametrize(
    ("height", "names"),
    [
        (0, []),
        (1, ["prediction"]),
        (2, ["target", "prediction"]),
        (3, ["input", "target", "prediction"]),
        (4, ["input", "target", "prediction", "sure"]),
        (7, ["t", "input", "target", "prediction", "sure", "a_h", "‖∂L/∂s_h‖"]),
        (11, ["t", "input", "a_h,t", "ŷ_t", "ŷ_t", "ŷ_t", "target", "prediction",
              "‖∂L/∂s_h‖", "t=3:"]),
    ],
)  # fmt: skip
def test_what_matters_most_is_the_last_to_go(height: int, names: list[str]) -> None:
    shown = [line.split()[0] for line in text(TEN, height=height) if line[:8].strip()]
    assert shown == names


def test_where_there_is_room_each_node_has_a_line_and_the_way_back_is_explained() -> None:
    lines = text(TEN, 72, 29)
    assert [line[:8].split()[1] for line in lines if line.startswith("a_h ")] == [
        *map(str, range(10))
    ]
    assert "U carries it on →" in "\n".join(lines)
    assert named(lines, "back through time").endswith("first/last 0.0020")
    assert named(lines, "from t=9").endswith("max 1.000")
    assert len(lines) <= 29


def test_what_is_not_scored_is_neither_right_nor_wrong_but_dim() -> None:
    value = view("2122", "0122")._replace(target=("", "1", "2", "2"))
    assert value.scores() == ("3 of 3", "3/3")
    lines = drawn(value)
    assert "✗" not in plain(lines[2]) and "·" in plain(lines[1])
    for row in lines[1:]:
        first = next(style for part, style in row[1:] if part.strip())
        assert MUTED in first


def test_mistakes_are_only_among_what_is_scored() -> None:
    value = view("2222", "0000")._replace(target=("", "", "2", ""))
    assert value.mistakes() == [2] and value.scores()[0] == "0 of 1"
    assert text(value)[2].count("✗") == 1


def test_a_wider_symbol_that_is_predicted_later_moves_nothing() -> None:
    narrow = view("7777", "7777", widest=2)
    wide = narrow._replace(prediction=("7", "11", "7", "7"))
    assert geometry(narrow, 60) == geometry(wide, 60)
    (one, *_), (other, *_) = (text(value, height=1) for value in (narrow, wide))
    assert len(one) == len(other) and one.index("7") == other.index("7")


# One column of cells.


@pytest.mark.parametrize(("width", "cell"), [(60, 4), (56, 3), (40, 2), (30, 2)])
def test_cells_are_as_wide_as_there_is_room_for_beside_the_score(width: int, cell: int) -> None:
    assert geometry(TEN, width).cell == cell


def test_fifty_digits_stand_side_by_side_as_the_notebook_prints_them() -> None:
    digits = "0123456789" * 5
    value = view(digits, digits.replace("4", "5", 1))
    lines = text(value, 72, 5)
    assert named(lines, "target") == f"target     {digits}"
    assert named(lines, "prediction").endswith("49 of 50")
    marks = lines[lines.index(named(lines, "prediction")) + 1]
    assert marks.index("✗") == 11 + 4 and marks.count("✗") == 1


def test_every_row_has_its_cells_at_the_same_places() -> None:
    for width in (40, 60):
        shape = geometry(TEN, width)
        column = shape.labels + 1 * shape.cell + shape.lead
        lines = text(TEN, width, 11)
        assert {named(lines, name)[column] for name in ("target", "prediction")} == {"0", "1"}
        assert named(lines, "‖")[column] in "▁▂▃▄▅▆▇█·"
        assert shape.step_at(column, 0) == 1 and shape.step_at(0, 0) is None


# The step looked at.


def test_the_step_looked_at_is_marked_by_its_number_and_a_ground() -> None:
    lines = drawn(TEN, 60, 7)
    assert "[3]" in plain(lines[0])
    for row in lines[1:5]:
        assert sum(CURSOR in style for _, style in row) == 1
    assert "▾" in text(TEN, 40, 7)[0] and "3" not in text(TEN, 40, 7)[0]


def test_without_a_row_of_numbers_the_input_of_that_step_is_reversed() -> None:
    (marked,) = [part for part, style in drawn(TEN, 60, 4)[0] if "reverse" in style]
    assert marked.strip() == "0"


def test_a_number_that_the_mark_covers_leaves_no_digit_behind() -> None:
    digits = "1" * 50
    row = text(view(digits, digits, step=11), 72, 8)[0]
    assert row[11:].split() == ["0", "▾", "20", "30", "40"] or "▾" in row
    assert "1▾" not in row and "▾0" not in row


@given(st.integers(1, 99), st.integers(0, 98), st.integers(0, 80))
def test_a_window_has_what_is_wanted(length: int, wanted: int, previous: int) -> None:
    steps, wanted = min(20, length), min(wanted, length - 1)
    start = window(length, steps, previous, wanted)
    assert 0 <= start <= length - steps
    assert start <= wanted < start + steps


def test_a_window_stays_while_what_is_wanted_is_visible() -> None:
    start = window(100, 30, 0, 60)
    assert start <= 60 < start + 30
    assert window(100, 30, start + 1, 60) == start + 1


def test_a_window_has_dots_at_its_ends_and_the_title_says_where_it_is() -> None:
    value = view("1" * 100, "1" * 60 + "2" + "1" * 39)
    shape = geometry(value, 60)
    assert text(value, start=40)[2].count("…") == 2
    title = sequence_title(value, 40, shape.steps, 60).plain
    assert f"sequence 3 of 10 · t = 40–{39 + shape.steps} of 100" in title
    assert sequence_title(value, 40, shape.steps, 20).plain == "▲ ▼ sequence 3 of 10"
    assert sequence_title(value, 40, shape.steps, 15).plain == "▲ ▼ sequence 3"


def test_the_lower_border_drops_whole_parts() -> None:
    rows = plan(TEN, geometry(TEN, 60), 7, FILLED).rows
    whole = "‖∂L/∂s_h‖: ×2 a bar step  ↑↓ sequence  < > step"
    assert sequence_subtitle(TEN, 80, rows, False) == whole
    assert sequence_subtitle(TEN, 30, rows, False) == "↑↓ sequence  < > step"
    assert sequence_subtitle(TEN, 3, rows, True) == ""
    assert sequence_subtitle(TEN._replace(note="W 4.83"), 80, rows, False) == "W 4.83"


# The inside.


def test_two_nodes_share_a_character_and_a_picture_of_part_of_them_says_so() -> None:
    lines = text(TEN, 60, 11)
    assert lines.count(named(lines, "a_h,t")) == 1
    assert "▀▀▀ ▀▀▀" in lines[2] and "▀▀▀ ▀▀▀" in lines[3]
    assert named(text(TEN, 40, 7), "a_h 2/10").count("▀") == 10


def test_without_backgrounds_a_node_has_a_character_that_tells_its_sign() -> None:
    value = view("1", "1", states=np.array([[-1.0, -0.4, 0.0, 0.4, 1.0]]), nodes=(0, 1, 2, 3, 4))
    for look, glyphs in ((SHADED, "═−·▒█"), (ASCII, "=-.+#")):
        lines = text(value._replace(hidden=5), 60, 11, look=look)
        rows = "".join(line[10:13] for line in lines[2:4]).replace(" ", "")
        assert rows == glyphs


def test_a_state_without_bound_is_scaled_to_its_largest() -> None:
    value = TEN._replace(states=np.full((10, 10), 7.5), bound=None)
    assert named(text(value, 60, 11), "a_h").endswith("0…7.50")
    assert named(text(value, 60, 11, look=ASCII), "a_h").endswith("0 to 7.50")


def test_a_bar_of_the_target_and_one_said_in_its_place_have_their_colours() -> None:
    lines = drawn(TEN, 60, 11)
    bars = [line for line in lines if plain(line).startswith("ŷ")]
    at_1 = [next(style for part, style in line if part.strip() in "▁▂▃▄▅▆▇█" and part.strip()
                 and style != MUTED) for line in bars[:2]]  # fmt: skip
    assert at_1[0] == RIGHT and at_1[1] in (WRONG, RIGHT)


def test_a_step_of_a_bar_is_a_factor_of_two_and_too_little_is_a_point() -> None:
    norms = np.array([1.0, 0.5, 0.26, 0.25, 2.0**-7, 2.0**-9, 0.0, np.nan, np.inf])
    assert "".join(logarithmic(norms, 1.0)) == "█▇▇▆▁··!!"
    assert "".join(logarithmic(norms[:2], 1.0, ascii=True)) == "@%"


def test_a_gradient_that_is_zero_everywhere_has_points() -> None:
    assert "·" in named(text(TEN._replace(gradient=np.zeros(10)), 60, 11), "‖")


def test_the_sentence_says_the_target_and_what_is_likely_as_far_as_it_fits() -> None:
    assert text(TEN, 60, 11)[-1] == "t=3: target 1, says 2 with 57 %, 1 with 42 %, 0 with 1 %"
    assert text(TEN, 40, 13)[-1] == "t=3: says 2 with 57 %, 1 with 42 %"
    unscored = TEN._replace(target=("",) * 10)
    assert text(unscored, 60, 11)[-1].startswith("t=3: not scored, says 2")


SYMBOLS = st.text(max_size=4)
STEPS = st.lists(st.tuples(SYMBOLS, SYMBOLS, SYMBOLS, st.floats()), min_size=1, max_size=40)


@st.composite
def views(draw: st.DrawFn) -> SequenceView:
    source, target, guess, confidence = zip(*draw(STEPS), strict=True)
    steps, nodes = len(source), draw(st.integers(0, 70))
    anything = np.array([*confidence])
    symbols = (*source, *target, *guess)
    return SequenceView(
        0, 1, source, target, guess, anything,
        step=draw(st.integers(0, steps - 1)),
        likely=((guess[0], 0.5), (target[0], confidence[0])),
        bars=tuple((target[0], anything) for _ in range(draw(st.integers(0, 5)))),
        of_symbols=draw(st.booleans()),
        nodes=tuple(range(nodes)),
        hidden=nodes * draw(st.integers(1, 9)),
        states=np.resize(anything, (steps, nodes)),
        bound=draw(st.sampled_from([None, 1.0])),
        memory=draw(st.sampled_from([None, np.resize(anything, (steps, nodes))])),
        gradient=np.abs(anything),
        last_gradient=draw(st.sampled_from([None, np.abs(anything)])),
        last=steps - 1,
        widest=max(1, *(cell_len(printable(symbol)) for symbol in symbols)),
    )  # fmt: skip


@given(views(), st.integers(1, 100), st.integers(0, 60), st.integers(0, 50),
       st.sampled_from([FILLED, SHADED, ASCII, Palette(colour=False, shaded=True)]))  # fmt: skip
def test_lines_fit_every_panel(
    value: SequenceView, width: int, height: int, start: int, look: Palette
) -> None:
    shape = geometry(value, width)
    start = window(value.length, shape.steps, start, value.step)
    lines = sequence_lines(value, width, height, shape, start, look)
    assert len(lines) <= height
    for line in lines:
        assert sum(cell_len(part) for part, _ in line) <= width
    if look.ascii and all(symbol.isascii() for symbol in (*value.input, *value.target)):
        assert "".join(map(plain, lines)).isascii() or not "".join(value.prediction).isascii()


@given(st.text("ab界🙂\t ", min_size=1, max_size=30), st.integers(30, 100), st.integers(3, 30))
def test_columns_are_aligned_whatever_the_alphabet(letters: str, width: int, height: int) -> None:
    value = view(letters, letters, widest=max(cell_len(printable(letter)) for letter in letters))
    shape = geometry(value, width)
    lines = [plain(line) for line in drawn(value, width, height)]
    names = ("in", "target", "goal", "pred")
    for line in (line for line in lines if line.startswith(names)):
        cells = _cells(line)[shape.labels :]
        for place in range(shape.steps):
            symbol = cells[place * shape.cell + shape.lead :][: shape.symbol]
            written = "".join(symbol).strip("\0 ")
            if not line.startswith("in"):
                assert written == printable(letters[place])


def _cells(line: str) -> list[str]:
    """A character for each cell, '\0' behind a wide one."""
    found = []
    for character in line:
        found += [character, *"\0" * (cell_len(character) - 1)]
    return found


@given(views(), st.integers(20, 90), st.integers(0, 30))
def test_rows_do_not_depend_on_what_is_predicted(
    value: SequenceView, width: int, height: int
) -> None:
    other = value._replace(prediction=value.target, confidence=np.zeros(value.length))
    shape = geometry(value, width)
    assert shape == geometry(other, width)
    assert plan(value, shape, height, FILLED) == plan(other, shape, height, FILLED)


def test_thousands_are_apart() -> None:
    value = view("1" * 2000, "1" * 1500 + "2" * 500)._replace(index=1233, count=4000)
    assert sequence_title(value, 1200, 34, 80).plain.endswith(
        "sequence 1,234 of 4,000 · t = 1,200–1,233 of 2,000"
    )
    assert value.scores() == ("1,500 of 2,000", "1500/2000")
    assert view("11", "12").scores() == ("1 of 2", "1/2")
