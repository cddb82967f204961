"""Blocks, braille and lines as shapes: no font has all of them, and none joins them seamlessly.

Shapes are the data of an SVG path, in a cell of `WIDTH` x `HEIGHT`, whose upper left corner is
given. What is not here is text.
"""

from __future__ import annotations

from collections.abc import Callable

WIDTH, HEIGHT = 10.0, 20.0
THIN, THICK = 1.2, 3.0
RADIUS = 5.0

Shape = Callable[[float, float], str]
"""From the corner of a cell to path data."""

DASHES = {"╌": 2, "┄": 3, "┈": 4, "╎": -2, "┆": -3, "┊": -4, "┉": 4, "┅": 3}
"""How many dashes a cell has; negative upright."""
LINES = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "rud", "┤": "lud",
    "┬": "lrd", "┴": "lru", "┼": "lrud", "╴": "l", "╵": "u", "╶": "r", "╷": "d",
    "━": "LR", "┃": "UD", "╸": "L", "╺": "R",
}  # fmt: skip
"""Towards which sides a line goes from the middle; capitals are thick."""
CORNERS = {"╭": (1, 1), "╮": (-1, 1), "╰": (1, -1), "╯": (-1, -1)}
"""Round: towards which sides, 1 for right and down."""
QUADRANTS = {
    "▖": "c", "▗": "d", "▘": "a", "▙": "acd", "▚": "ad", "▛": "abc", "▜": "abd", "▝": "b",
    "▞": "bc", "▟": "bcd",
}  # fmt: skip
SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
"""Opacity of a full cell."""
_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
"""Column and row of each bit of a braille character."""


def shape(character: str) -> Shape | None:
    """How a character is drawn; None if it is text."""
    code = ord(character)
    if 0x2800 < code <= 0x28FF:
        return lambda x, y: _braille(code - 0x2800, x, y)
    if character in LINES:
        return lambda x, y: "".join(_arm(side, x, y) for side in LINES[character])
    if character in CORNERS:
        return lambda x, y: _corner(*CORNERS[character], x, y)
    if character in DASHES:
        return lambda x, y: _dashes(DASHES[character], x, y)
    if (part := _block(character)) is not None:
        left, top, width, height = part
        return lambda x, y: rectangle(
            x + left * WIDTH, y + top * HEIGHT, width * WIDTH, height * HEIGHT
        )
    if character in QUADRANTS:
        return lambda x, y: "".join(
            rectangle(x + (k % 2) * WIDTH / 2, y + (k // 2) * HEIGHT / 2, WIDTH / 2, HEIGHT / 2)
            for k, name in enumerate("abcd")
            if name in QUADRANTS[character]
        )
    return None


def rectangle(x: float, y: float, width: float, height: float) -> str:
    """Path data of a rectangle."""
    return f"M{short(x)} {short(y)}h{short(width)}v{short(height)}h{short(-width)}z"


def short(number: float) -> str:
    """A number in as few characters as need be: hundredths are not seen."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _block(character: str) -> tuple[float, float, float, float] | None:
    """Left, top, width and height of a block, as parts of a cell."""
    code = ord(character)
    if 0x2581 <= code <= 0x2588:
        height = (code - 0x2580) / 8
        return 0, 1 - height, 1, height
    if 0x2589 <= code <= 0x258F:
        return 0, 0, (0x2590 - code) / 8, 1
    return {
        "▀": (0, 0, 1, 0.5), "▐": (0.5, 0, 0.5, 1), "▔": (0, 0, 1, 0.125),
        "▕": (0.875, 0, 0.125, 1), "░": (0, 0, 1, 1), "▒": (0, 0, 1, 1), "▓": (0, 0, 1, 1),
    }.get(character)  # fmt: skip


def _braille(bits: int, x: float, y: float) -> str:
    size = 2.4
    left, top = x + WIDTH / 4 - size / 2, y + HEIGHT / 8 - size / 2
    return "".join(
        rectangle(left + column * WIDTH / 2, top + row * HEIGHT / 4, size, size)
        for bit, (column, row) in enumerate(_DOTS)
        if bits >> bit & 1
    )


def _arm(side: str, x: float, y: float) -> str:
    """From the middle of a cell, which it covers, to one of its sides."""
    thickness = THICK if side.isupper() else THIN
    half, middle, centre = thickness / 2, x + WIDTH / 2, y + HEIGHT / 2
    match side.lower():
        case "l":
            return rectangle(x, centre - half, WIDTH / 2 + half, thickness)
        case "r":
            return rectangle(middle - half, centre - half, WIDTH / 2 + half, thickness)
        case "u":
            return rectangle(middle - half, y, thickness, HEIGHT / 2 + half)
        case _:
            return rectangle(middle - half, centre - half, thickness, HEIGHT / 2 + half)


def _corner(across: int, down: int, x: float, y: float) -> str:
    """A quarter of a circle between two arms."""
    half, middle, centre = THIN / 2, x + WIDTH / 2, y + HEIGHT / 2
    side, end = middle + across * WIDTH / 2, centre + down * HEIGHT / 2
    bend_x, bend_y = middle + across * RADIUS, centre + down * RADIUS
    outer, inner = short(RADIUS + half), short(RADIUS - half)
    out, back = (0, 1) if across == down else (1, 0)
    upper, lower = centre - down * half, centre + down * half
    left, right = middle - across * half, middle + across * half
    return (
        f"M{short(side)} {short(upper)}H{short(bend_x)}"
        f"A{outer} {outer} 0 0 {out} {short(left)} {short(bend_y)}"
        f"V{short(end)}H{short(right)}V{short(bend_y)}"
        f"A{inner} {inner} 0 0 {back} {short(bend_x)} {short(lower)}H{short(side)}z"
    )


def _dashes(count: int, x: float, y: float) -> str:
    number, half = abs(count), THIN / 2
    length = (WIDTH if count > 0 else HEIGHT) / number
    offsets = [(k + 0.2) * length for k in range(number)]
    if count > 0:
        return "".join(rectangle(x + o, y + HEIGHT / 2 - half, 0.6 * length, THIN) for o in offsets)
    return "".join(rectangle(x + WIDTH / 2 - half, y + o, THIN, 0.6 * length) for o in offsets)
