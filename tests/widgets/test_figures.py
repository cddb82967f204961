"""Numbers keep their width whatever they are."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.drawing.figures import NUMBER_WIDTH, number, percent, shorten


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0986, "1.099"),
        (9.99996, "10.00"),
        (12.345, "12.35"),
        (1234.4, "1234"),
        (12345.0, "1.23e4"),
        (0.213, "0.2130"),
        (0.00004, "4.00e-5"),
        (0.0, "0.000"),
        (1e300, "1.0e300"),
        (-1.5e-300, "-2e-300"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (None, "–"),
    ],
)
def test_a_number_has_four_digits_or_an_exponent(value: float | None, text: str) -> None:
    assert number(value).strip() == text


@given(st.none() | st.floats())
def test_every_number_fills_its_width(value: float | None) -> None:
    assert len(number(value)) == NUMBER_WIDTH
    assert number(value, ascii=True).isascii()


@given(st.floats(min_value=1e-300, max_value=1e300))
def test_a_number_is_never_shown_as_zero_or_far_off(value: float) -> None:
    assert float(number(value)) == pytest.approx(value, rel=0.06)


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (1.0, "100 %"),
        (0.99999, " 99 %"),
        (0.29, " 29 %"),
        (0.0, "  0 %"),
        (math.nan, "  – %"),
        (1 - 1e-15, " 99 %"),
    ],
)
def test_a_hundred_percent_means_all(fraction: float, text: str) -> None:
    assert percent(fraction) == text


@given(st.text(max_size=40), st.integers(-1, 30))
def test_shortened_text_fits(text: str, width: int) -> None:
    from rich.cells import cell_len

    assert cell_len(shorten(text, width)) <= max(width, 0)


def test_the_middle_of_a_long_text_is_left_out() -> None:
    assert shorten("successor mod 3 seed 0", 13) == "succes…seed 0"
