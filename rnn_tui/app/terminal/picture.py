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


def write_picture(svg: str, stem: str, folder: Path | None = None) -> Path:
    """Write a picture under a name that is free.

    Args:
        svg: the picture.
        stem: of the file's name.
        folder: where to; the working folder otherwise.

    Returns:
        Where it is.

    Raises:
        OSError: if it cannot be written.
    """
    folder = folder or Path()
    number = 1
    while True:
        path = folder / (f"{stem}.svg" if number == 1 else f"{stem}-{number}.svg")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(self_contained(svg))
        except FileExistsError:
            number += 1
        else:
            return path
