"""The wall stands still: its columns depend on sizes alone, and what is wrong has a glyph."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.drawing.panel import MUTED, Spans
from widgets.predictions.lines import wall_lines
from widgets.predictions.places import at, layout_of, places
from widgets.predictions.titles import legend, wall_title
from widgets.predictions.wall import Wall, cross, shown, written

DIGITS = tuple("012")


def wall(
    count: int, steps: int, symbols: tuple[str, ...] = DIGITS, seed: int = 1, share: float = 0.2,
    **fields: Any,
) -> Wall:  # fmt: skip
    """Any predictions, of which about this share is wrong."""
    random = np.random.default_rng(seed)

    def any_symbols() -> np.ndarray:
        return random.integers(0, len(symbols), (count, steps)).astype(np.uint8)

    value = Wall(
        np.arange(count), count, min(2, count - 1), 0, symbols, symbols, any_symbols(),
        any_symbols(), random.random((count, steps)) < share, random.random((count, steps)) < 0.1,
    )._replace(**fields)  # fmt: skip
    if value.scored is None:
        return value
    assert value.changed is not None
    return value._replace(wrong=value.wrong & value.scored, changed=value.changed & value.scored)


def texts(lines: list[Spans]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def drawn(value: Wall, width: int, height: int, *, ascii: bool = False) -> list[str]:
    return texts(wall_lines(value, width, height, ascii=ascii))


def styles(line: Spans) -> dict[str, str]:
    """What stands in each style."""
    found: dict[str, str] = {}
    for text, style in line:
        found[style] = found.get(style, "") + text
    return found


def test_the_notebooks_ten_sequences_stand_under_each_other() -> None:
    right = wall(10, 10, share=0)
    wrong = right.wrong.copy()
    wrong[2, 4] = wrong[2, 9] = True
    value = right._replace(wrong=wrong)
    lines = drawn(value, 42, 12)
    symbols = [DIGITS[symbol] for symbol in value.predictions[2].tolist()]
    symbols[4] += "✗"
    symbols[9] += "✗"
    row = "".join(symbol.ljust(2) for symbol in symbols)
    assert lines[3].startswith(f"▸  3  {row}")
    assert lines[3].rstrip().endswith(" 8") and lines[4].rstrip().endswith(" 10")
    assert len(lines) == 11


@pytest.mark.parametrize(("ascii", "mark"), [(False, "✗"), (True, "x")])
@pytest.mark.parametrize("size", [(10, 10, 42, 12), (10, 10, 72, 24), (1, 50, 36, 10)])
def test_every_mistake_has_its_mark_and_its_colour(
    ascii: bool, mark: str, size: tuple[int, int, int, int]
) -> None:
    value = wall(*size[:2])
    lines = wall_lines(value, *size[2:], ascii=ascii)
    assert "".join(texts(lines)).count(mark) == value.wrong.sum()
    in_red = "".join(text for line in lines for text, style in line if "$text-error" in style)
    assert in_red.count(mark) == value.wrong.sum()


def test_where_symbols_stand_side_by_side_a_mark_takes_the_place_of_a_wrong_one() -> None:
    value = wall(20, 30)
    lines = drawn(value, 42, 14)
    layout = layout_of(value, 42, 14)
    for place, line in zip(places(value, layout), lines, strict=True):
        cells = line[layout.labels : layout.labels + 30]
        wrong = value.wrong[place.row]
        said = [DIGITS[symbol] for symbol in value.predictions[place.row].tolist()]
        if place.kind == "says" and place.row != value.chosen:
            expected = ["✗" if w else s for s, w in zip(said, wrong, strict=True)]
            assert cells == "".join(expected)
        elif place.kind == "says":
            assert cells == "".join(said), "what the chosen one says wrong is to be read"
        elif place.kind == "marks":
            assert place.row == value.chosen
            assert cells.ljust(30) == "".join("✗" if w else " " for w in wrong)


def test_a_mark_is_no_symbol_of_the_alphabet() -> None:
    value = wall(30, 30, ("x", "o", "#"))
    assert "!" in "".join(drawn(value, 42, 14, ascii=True))


def test_what_changed_in_the_epoch_is_underlined() -> None:
    value = wall(1, 6, share=0, changed=np.array([[False, True, True, False, False, True]]))
    line = wall_lines(value._replace(step=3), 40, 1)[0]
    said = [DIGITS[symbol] for symbol in value.predictions[0].tolist()]
    assert styles(line)["$text-success underline"] == said[1] + said[2] + said[5]
    assert styles(line)["$text-success reverse"] == said[3], "the step that is looked at"


def test_what_is_not_scored_is_a_dim_dot_and_padding_is_nothing() -> None:
    scored = np.array([[False, True, True, True], [False, True, False, False]])
    value = wall(2, 4, share=1, scored=scored, lengths=np.array([4, 2]), chosen=0)
    first, second = drawn(value, 40, 2)
    assert first.count("✗") == 3 and second.count("✗") == 1 and second.count("·") == 1
    assert second[13:15] == "· ", "in the column of its step, as in the line above"
    assert "·" in styles(wall_lines(value, 40, 2)[1])[MUTED]


def test_what_nobody_can_know_is_dim_and_counts_for_nothing() -> None:
    known = np.tile(np.arange(10) % 3 == 1, (3, 1))
    value = wall(3, 10, share=1, known=known, changed=None)
    value = value._replace(wrong=value.wrong & known)
    for row, line in enumerate(wall_lines(value, 42, 4)[1:]):
        symbols = "".join(DIGITS[symbol] for symbol in value.predictions[row].tolist())
        assert symbols in texts([line])[0].replace("✗", "").replace(" ", "")
        assert texts([line])[0].count("✗") == 3 and texts([line])[0].endswith("0")
        assert styles(line)["bold $text-error"].count("✗") == 3
    assert value.counted().tolist() == [3, 3, 3]


def test_more_sequences_than_rows_are_the_chosen_one_and_the_worst() -> None:
    value = wall(320, 10, chosen=7)
    rows = shown(value, 9)
    assert rows[0] == 7 and rows[1:] == sorted(rows[1:]) and len(set(rows)) == 9
    mistakes = value.mistakes()
    hidden = np.delete(mistakes, rows)
    assert mistakes[rows[1:]].min() >= hidden.max()
    last = drawn(value, 50, 11)[-1]
    assert last.split()[:2] == ["311", "more"] and last.endswith(" % right")
    assert "all right" in drawn(value._replace(wrong=value.wrong & False), 50, 11)[-1]


def test_a_group_with_a_mistake_never_looks_like_one_without() -> None:
    value = wall(320, 10, share=0, chosen=0)
    wrong = value.wrong.copy()
    wrong[300:] = [True] + [False] * 9
    line = wall_lines(value._replace(wrong=wrong), 60, 6)[-1]
    assert "▇" not in styles(line)["$text-error 70%"]
    assert set(styles(line)["$text-success 70%"]) == {"▇"}


@pytest.mark.parametrize(("width", "height"), [(36, 10), (42, 12), (52, 15), (72, 24)])
def test_the_notebooks_fifty_digits_are_whole_at_every_size(width: int, height: int) -> None:
    value = wall(1, 50)
    layout = layout_of(value, width, height)
    lines = drawn(value, width, height)
    said = "".join(
        line[layout.labels :].strip()
        for place, line in zip(places(value, layout), lines, strict=True)
        if place.kind == "says"
    )
    assert said == "".join(DIGITS[symbol] for symbol in value.predictions[0].tolist())


@pytest.mark.parametrize("step", [0, 7, 999, 1234, 1999])
def test_of_a_long_sequence_one_sees_the_part_around_the_step(step: int) -> None:
    value = wall(1, 2000, step=step)
    layout = layout_of(value, 52, 12)
    lines = wall_lines(value, 52, 12)
    assert sum("reverse" in style for line in lines for _, style in line) == 1
    starts = [place.start for place in places(value, layout) if place.kind == "says"]
    assert any(start <= step < start + layout.columns for start in starts)
    assert [int(text.split()[0]) for text in texts(lines)[:-1]] == starts
    dash = f"{starts[0]:,}–{min(starts[-1] + layout.columns, 2000) - 1:,}"
    assert wall_title(value, layout, 60).plain == f"predictions: t {dash} of 2,000"


def test_a_window_stands_still_while_the_step_moves_inside_it() -> None:
    value = wall(5, 200)
    starts = [layout_of(value, 42, 12).start(200, step) for step in range(200)]
    columns = layout_of(value, 42, 12).columns
    assert all(start <= step < start + columns for step, start in enumerate(starts))
    margin = columns // 4 - 1
    assert all(
        start + margin <= step < start + columns - margin
        for step, start in enumerate(starts)
        if 0 < start < 200 - columns
    ), "one sees what comes before and after it"
    assert len(set(starts)) < 2 * 200 / columns + 2 and starts == sorted(starts)


@pytest.mark.parametrize(
    ("size", "title"),
    [
        ((10, 10, 42, 12), "predictions: all ten at once"),
        ((1, 10, 42, 12), "predictions"),
        ((320, 10, 42, 12), "predictions: 3 and the worst 9 of 320"),
        ((320, 10, 42, 1), "predictions: 1 of 320"),
        ((20, 90, 42, 12), "predictions: 3 and the worst 8 of 20"),
        ((1, 50, 42, 12), "predictions: all 50 symbols"),
    ],
)
def test_the_title_says_what_is_shown(size: tuple[int, int, int, int], title: str) -> None:
    value = wall(*size[:2])
    assert wall_title(value, layout_of(value, *size[2:]), 40).plain == title


def test_the_title_says_that_it_is_a_sample() -> None:
    value = wall(320, 10, total=9000)
    title = wall_title(value, layout_of(value, 72, 12), 70).plain
    assert title == "predictions: 3 and the worst 9 of 320 sampled from 9,000"


def test_where_ten_rows_fill_the_panel_the_steps_stand_in_its_title() -> None:
    value = wall(10, 10)
    layout = layout_of(value, 36, 10)
    title, row = wall_title(value, layout, 34).plain, drawn(value, 36, 10)[0]
    assert title == "predictions 0 1 2 3 4 5 6 7 8 9" and len(drawn(value, 36, 10)) == 10
    assert row[13] == DIGITS[value.predictions[0, 0]]
    assert title.index("0") + 1 == 13, "the title begins a cell to the right of the rows"


def test_the_legend_gives_up_words_before_it_is_too_long() -> None:
    value = wall(10, 10)
    assert legend(value, 70).plain == (
        "✗ wrong  ▁ changed in this epoch  ↑↓ choose  m next mistake"
    )
    assert legend(value, 30).plain == "✗ wrong  ▁ changed just now"
    assert legend(value._replace(changed=None), 40).plain == "✗ wrong  ↑↓ choose  m next mistake"
    assert legend(value, 70, ascii=True).plain.isascii()
    assert "m next" not in legend(value._replace(wrong=value.wrong & False), 70).plain


@pytest.mark.parametrize("size", [(10, 10, 42, 12), (10, 10, 72, 24), (40, 60, 60, 9)])
def test_the_cell_under_the_mouse_is_a_sequence_and_a_step(size: tuple[int, int, int, int]) -> None:
    value = wall(*size[:2])
    layout = layout_of(value, *size[2:])
    for y, place in enumerate(places(value, layout)):
        if place.kind in ("head", "rest"):
            assert at(value, layout, layout.labels, y) is None
            continue
        for column in range(layout.columns):
            x = layout.labels + column * layout.cell
            assert at(value, layout, x, y) == (place.row, place.start + column)
        assert at(value, layout, 0, y) == (place.row, None)
    assert at(value, layout, 0, 99) is None


# Anything.

SYMBOLS = st.lists(
    st.text(max_size=3) | st.sampled_from(["日本", "\x00", "\t", "[b]", "é", "→"]),
    min_size=2, max_size=12, unique=True,
).map(tuple)  # fmt: skip


@st.composite
def walls(draw: st.DrawFn) -> Wall:
    count, steps = draw(st.integers(1, 30)), draw(st.integers(1, 80))
    symbols, random = draw(SYMBOLS), np.random.default_rng(draw(st.integers(0, 99)))
    scored = lengths = None
    if draw(st.booleans()):
        lengths = random.integers(1, steps + 1, count)
        scored = (np.arange(steps) < lengths[:, None]) & (random.random((count, steps)) < 0.9)
    value = wall(count, steps, symbols, draw(st.integers(0, 99)), scored=scored, lengths=lengths)
    chosen = draw(st.integers(0, count - 1))
    return value._replace(chosen=chosen, step=draw(st.integers(0, value.length(chosen) - 1)))


@given(walls(), st.integers(1, 100), st.integers(1, 30), st.booleans())
def test_any_wall_fits_into_any_panel(value: Wall, width: int, height: int, ascii: bool) -> None:
    lines = drawn(value, width, height, ascii=ascii)
    assert 1 <= len(lines) <= height
    assert all(cell_len(line) <= width for line in lines)
    layout = layout_of(value, width, height, ascii=ascii)
    for text in (
        wall_title(value, layout, width, ascii=ascii).plain,
        legend(value, width, ascii=ascii).plain,
    ):
        assert cell_len(text) <= width
    if ascii and all(symbol.isascii() for symbol in value.output_symbols):
        assert "".join(lines).isascii()


def cells(line: str) -> list[str]:
    """What is in each cell; the second one of a wide character is empty."""
    return [part for character in line for part in (character, "")[: cell_len(character)]]


@given(walls(), st.integers(24, 100), st.integers(1, 30), st.booleans())
def test_every_symbol_stands_in_the_cells_of_its_step(
    value: Wall, width: int, height: int, ascii: bool
) -> None:
    names = written(value.output_symbols, ascii)
    assume(all(cell_len(character) for name in names for character in name))
    layout = layout_of(value, width, height, ascii=ascii)
    dot, mark = "." if ascii else "·", cross(value.output_symbols, ascii)
    lines = drawn(value, width, height, ascii=ascii)
    for place, line in zip(places(value, layout), lines, strict=True):
        stop = min(place.start + layout.columns, value.length(place.row))
        for step in range(place.start, stop if place.kind == "says" else 0):
            first = layout.labels + (step - place.start) * layout.cell
            found = cells(line)[first : first + layout.cell]
            name = names[value.predictions[place.row, step]]
            if value.scored is not None and not value.scored[place.row, step]:
                name = dot
            elif value.wrong[place.row, step] and layout.is_dense:
                name = name if layout.marked and place.row == value.chosen else mark
            if first + layout.cell <= width and cell_len(name) <= layout.symbol:
                assert "".join(found[: layout.symbol]).strip(" ") == name.strip(" ")
                if not layout.is_dense:
                    assert (found[layout.symbol] == mark) == value.wrong[place.row, step]


@given(walls(), st.integers(1, 100), st.integers(1, 30), st.booleans(), st.integers(0, 99))
def test_the_layout_is_the_same_whatever_is_predicted(
    value: Wall, width: int, height: int, ascii: bool, seed: int
) -> None:
    other = wall(
        *value.predictions.shape, value.output_symbols, seed, share=0.7, scored=value.scored,
        lengths=value.lengths, chosen=value.chosen, step=value.step,
    )  # fmt: skip
    layout, another = (layout_of(v, width, height, ascii=ascii) for v in (value, other))
    assert layout == another
    kinds, others = ([p.kind for p in places(v, layout)] for v in (value, other))
    assert kinds == others


@given(walls(), st.integers(24, 100), st.integers(1, 30))
def test_what_is_counted_is_right(value: Wall, width: int, height: int) -> None:
    layout = layout_of(value, width, height)
    lines = drawn(value, width, height)
    counted, mistakes = value.counted(), value.mistakes()
    for place, line in zip(places(value, layout), lines, strict=True):
        if place.kind == "says" and not layout.folded and layout.digits + layout.labels < width - 3:
            total = int(counted[place.row])
            expected = str(total - int(mistakes[place.row])) if total else "–"
            assert line.rstrip().endswith(f" {expected}")


def test_labels_of_sequences_of_different_lengths_stand_under_each_other() -> None:
    lengths = np.array([20, 19, 22, 5])
    scored = np.arange(22) == lengths[:, None] - 1
    labels = ("good-evening", "bad-weather")
    value = wall(4, 22, labels, chosen=0, step=19, scored=scored, lengths=lengths)
    head, *rows = drawn(value, 42, 12)[:5]
    ends = {row.rstrip().index(label) + len(label) for row in rows for label in labels
            if label in row}  # fmt: skip
    assert len(ends) == 1 and all(any(label in row for label in labels) for row in rows)
    assert head.split() == ["t", "19", "right"], "of the sequence looked at"
    assert wall_title(value, layout_of(value, 42, 12), 60).plain == "predictions: all four at once"
    found = at(value, layout_of(value, 42, 12), ends.pop() - 1, 2)
    assert found == (1, 18)
