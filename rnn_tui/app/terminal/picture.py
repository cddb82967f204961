"""A picture of the screen, as SVG that needs nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}", re.DOTALL)


def self_contained(svg: str) -> str:
    """The same without the fonts that it would fetch from a server, and with all its blanks.

    librsvg and ImageMagick drop runs of blanks unless they are told to keep them.
    """
    return _FONT_FACE.sub("", svg).replace("<svg ", '<svg xml:space="preserve" ', 1)


def write_picture(svg: str, stem: str) -> Path:
    """Write a picture into the working folder, under this name or the next free one.

    Raises:
        OSError: if it cannot be written.
    """
    path, number = Path(f"{stem}.svg"), 1
    while True:
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(self_contained(svg))
        except FileExistsError:
            number += 1
            path = Path(f"{stem}-{number}.svg")
        else:
            return path
