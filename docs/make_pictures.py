"""Makes the pictures of the README: the trainer, and a sweep, after some keys, as PNG.

Needs rsvg-convert (librsvg2-bin) and a monospaced font with braille (fonts-dejavu-core):

    python docs/make_pictures.py
"""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from rnn_tui.app.app import TrainerApp
from rnn_tui.app.sweep.app import SweepApp
from rnn_tui.app.terminal.picture import picture
from rnn_tui.app.views.registry import VIEWS
from rnn_tui.app.words import title
from rnn_tui.session.run import Run
from rnn_tui.session.session import Session
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.plan import read_plan
from rnn_tui.sweep.processes import Processes
from rnn_tui.sweep.sweep import Sweep
from rnn_tui.sweep.watching import Watch
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


PLAN = """
[base]
epochs = 400
[grid]
lr = [0.0005, 0.001, 0.003, 0.01]
seed = "0..9"
"""


async def sweep_after(keys: list[str], theme: str, size: tuple[int, int], folder: Path) -> str:
    """The screen of a sweep that is done, as SVG, after these keys."""
    path = folder / "lr.toml"
    path.write_text(PLAN)
    plan, store = read_plan(path), Store(folder)
    with Processes(store.root, 2) as engine:
        sweep = Sweep(plan.members, store.root, engine)
        app = SweepApp(Watch(plan, store), sweep, theme=theme)
        sweep.start()
        async with app.run_test(size=size) as pilot:
            while app.workers:
                await pilot.pause(0.1)
            await pilot.press(*keys)
            await pilot.pause(0.5)
            return picture(app, "rnn-tui sweep lr.toml --screen")


def main() -> None:
    """Write all pictures beside this file."""
    for name, (size, keys) in PICTURES.items():
        write(name, asyncio.run(screen_after(keys, "textual-dark", size)))
    with TemporaryDirectory() as folder:
        keys = ["l", "down"]
        write("sweep", asyncio.run(sweep_after(keys, "textual-dark", (120, 36), Path(folder))))


def write(name: str, svg: str) -> None:
    """A picture as PNG."""
    subprocess.run(["rsvg-convert", "-o", FOLDER / f"{name}.png"], input=svg.encode(), check=True)


if __name__ == "__main__":
    main()
