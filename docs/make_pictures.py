"""Makes the pictures of the README: the trainer after some keys, as PNG.

Needs rsvg-convert (librsvg2-bin) and a monospaced font with braille (fonts-dejavu-core):

    python docs/make_pictures.py
"""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from rnn_tui.app.app import TrainerApp
from rnn_tui.app.terminal.picture import picture
from rnn_tui.app.views.registry import VIEWS
from rnn_tui.app.words import title
from rnn_tui.session.run import Run
from rnn_tui.session.session import Session
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer

FOLDER = Path(__file__).parent
DOUBLE = "right_square_bracket"
RACE = ["g", *"57", "enter", DOUBLE, "g", *"81", "enter", "g", *"30", "enter", DOUBLE, DOUBLE,
        "right", "g", *"90", "enter", "g", *"45", "enter"]  # fmt: skip
"""Epochs and learning rates that make two branches."""
PICTURES = {
    "screen": ((100, 30), ["g", *"57", "enter", "m"]),
    "large": ((200, 60), RACE),
    "weights": ((100, 30), ["g", *"57", "enter", "2"]),
}
"""Sizes, and keys pressed from epoch 0 on."""


async def screen_after(keys: list[str], theme: str, size: tuple[int, int]) -> str:
    """The screen as SVG after these keys."""
    session = Session(Run(Navigator(Trainer(Config()))))
    session.start(VIEWS[0].lenses)
    app = TrainerApp(session, theme=theme)
    async with app.run_test(size=size) as pilot:
        for key in keys:
            await pilot.press(key)
            while not app.is_settled:
                await pilot.pause(0.01)
        app.tell("")
        await pilot.pause(0.5)
        return picture(app, title(app.shown))


def main() -> None:
    """Write all pictures beside this file."""
    for name, (size, keys) in PICTURES.items():
        svg = asyncio.run(screen_after(keys, "textual-dark", size))
        png = FOLDER / f"{name}.png"
        subprocess.run(["rsvg-convert", "-o", png], input=svg.encode(), check=True)


if __name__ == "__main__":
    main()
