"""The picture of the screen: whole, in any renderer, and of this run."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from textual.geometry import Region

from rnn_tui.app.terminal.glyphs import HEIGHT, WIDTH, shape
from rnn_tui.app.terminal.picture import BASELINE, framed, picture, screen_lines
from tests.amounts import few
from tests.app.conftest import Driver, Open

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> dict[tuple[int, int], str]:
    """The words by row and column."""
    root = ElementTree.fromstring(svg)
    (drawn,) = root.findall(f"{SVG}g")
    return {
        (
            round((float(word.attrib["y"]) - BASELINE) / HEIGHT),
            round(float(word.attrib["x"]) / WIDTH),
        ): word.text or ""
        for word in drawn.findall(f"{SVG}text")
    }


def rows(words: dict[tuple[int, int], str], size: tuple[int, int]) -> list[str]:
    cells = [[" "] * size[0] for _ in range(size[1])]
    for (row, column), word in words.items():
        cells[row][column : column + len(word)] = word
    return ["".join(row).rstrip() for row in cells]


def without_shapes(driver: Driver) -> list[str]:
    lines = ["".join(segment.text for segment in line) for line in screen_lines(driver.app)]
    return ["".join(" " if shape(c) or c in "░▒▓" else c for c in line).rstrip() for line in lines]


@pytest.mark.parametrize("keys", few([[], ["question_mark"], ["2"], ["b"], ["p"]], 2))
@pytest.mark.parametrize("size", few([(100, 30), (60, 15)], 1))
async def test_every_word_stands_where_it_stands_on_the_screen(
    opened: Open, keys: list[str], size: tuple[int, int]
) -> None:
    async with opened(size=size) as driver:
        await driver.press("right", *keys)
        await driver.settled()
        svg = picture(driver.app, "a title")
        assert rows(texts(svg), size) == without_shapes(driver)


async def test_a_picture_needs_nothing_from_elsewhere_and_names_the_run(
    opened: Open, tmp_path: Path
) -> None:
    async with opened(hidden=7) as driver:
        await driver.go(1, "right")
        await driver.press("p")
        await driver.until(lambda: "picture saved as" in driver.text)
        (path,) = tmp_path.glob("*.svg")
        svg = path.read_text(encoding="utf-8")
        root = ElementTree.fromstring(svg)
        title = root.findtext(f"{SVG}title") or ""
        assert "successor mod 3 · rnn 7 · sgd lr 0.001" in title and "epoch 1" in title
        assert not re.search(r"url\(|@import|href|<script|<style", svg)
        assert svg.count("http") == 1  # the name of SVG itself
        assert 'xml:space="preserve"' in svg


async def test_a_picture_leaves_what_is_still_to_be_painted(opened: Open) -> None:
    async with opened() as driver:
        compositor = driver.app.screen._compositor
        compositor._dirty_regions.add(Region(0, 0, 5, 1))
        picture(driver.app, "")
        assert Region(0, 0, 5, 1) in compositor._dirty_regions


def test_what_is_in_a_title_is_text() -> None:
    svg = framed("", (80, 24), "<b>&</b>", "#000000")
    assert ElementTree.fromstring(svg).findtext(f"{SVG}title") == "<b>&</b>"


@pytest.mark.parametrize("character", "⣿⠁▁█▏▐▔▕▀▖▟─│╭╮╰╯├┼━┃╌┄┈╎┆┊")
def test_a_shape_keeps_to_its_cell(character: str) -> None:
    draw = shape(character)
    assert draw is not None
    path = draw(0, 0)
    starts = [tuple(map(float, pair)) for pair in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", path)]
    assert starts and all(-2 <= x <= WIDTH and -2 <= y <= HEIGHT for x, y in starts)
    assert draw(WIDTH, HEIGHT) != path


def test_letters_and_arrows_are_text() -> None:
    assert not any(map(shape, "aλ✗▸▲‖∂ "))
