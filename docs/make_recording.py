"""Makes the recording of the README: the first half minute of the default run, as an animated SVG.

The trainer runs as it does for a person; the screen is looked at three times a second. What is the
same in several pictures is drawn once, and shown at its times; a renderer that knows no animation
shows the last picture.

    python docs/make_recording.py [FILE]
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.terminal_theme import TerminalTheme

from rnn_tui.app.app import TrainerApp
from rnn_tui.app.terminal.picture import (
    Element,
    Line,
    background,
    elements,
    framed,
    screen_lines,
)
from rnn_tui.app.views.registry import VIEWS
from rnn_tui.session.run import Run
from rnn_tui.session.session import Session
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer

FILE = Path(__file__).parent / "recording.svg"
SIZE = (100, 30)
PERIOD = 0.5
"""Seconds between two pictures."""
SECONDS = 28.0
HELD = 2.0
"""Seconds that the last picture stands before it begins anew."""
SCRIPT: dict[float, Sequence[str]] = {
    1.5: ["space"], 9.5: ["space"], 11.0: ["g", "3", "0", "enter"],
    13.0: ["right_square_bracket"], 14.0: ["right_square_bracket"], 15.0: ["space"],
    22.0: ["space"], 23.0: ["left"], 23.5: ["left"], 24.0: ["left"], 25.0: ["end"],
}  # fmt: skip
"""At which second which keys are pressed."""


class Frame(NamedTuple):
    """A picture, and when it was taken."""

    seconds: float
    lines: list[Line]


async def record(app: TrainerApp) -> list[Frame]:
    """Press the keys of the script, and take the pictures."""
    frames: list[Frame] = []
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        begun, due = time.monotonic(), dict(SCRIPT)
        while (now := time.monotonic() - begun) < SECONDS:
            for at in [at for at in due if at <= now]:
                await pilot.press(*due.pop(at))
            frames.append(Frame(now, screen_lines(app)))
            await asyncio.sleep(max(0.0, len(frames) * PERIOD - (time.monotonic() - begun)))
    return frames


def animated(frames: Sequence[Frame], theme: TerminalTheme, ground: str) -> str:
    """All that is in any picture, each shown at its times."""
    seen: dict[Element, set[int]] = defaultdict(set)
    for number, frame in enumerate(frames):
        for element in elements(frame.lines, theme, ground):
            seen[element].add(number)
    together: dict[tuple[bool, frozenset[int]], list[Element]] = defaultdict(list)
    for element, numbers in seen.items():
        together[not element.is_behind, frozenset(numbers)].append(element)
    times, end = [frame.seconds for frame in frames], frames[-1].seconds + HELD
    drawn = []
    for (_, when), group in sorted(together.items(), key=lambda item: item[0][0]):
        inside = "".join(element.svg() for element in group)
        drawn.append(inside if len(when) == len(frames) else shown(inside, when, times, end))
    return "".join(drawn)


def shown(drawn: str, numbers: frozenset[int], times: Sequence[float], end: float) -> str:
    """What is drawn, in those pictures alone."""
    is_shown = [number in numbers for number in range(len(times))]
    changes = [n for n, now in enumerate(is_shown) if n == 0 or now != is_shown[n - 1]]
    values = ";".join("inline" if is_shown[n] else "none" for n in changes)
    moments = ";".join("0" if n == 0 else f"{times[n] / end:.4f}" for n in changes)
    hidden = "" if is_shown[-1] else ' display="none"'
    return (
        f'<g{hidden}><animate attributeName="display" calcMode="discrete" values="{values}" '
        f'keyTimes="{moments}" dur="{end:.1f}s" repeatCount="indefinite"/>{drawn}</g>'
    )


def main() -> None:
    """Write the recording."""
    session = Session(Run(Navigator(Trainer(Config()))))
    session.start(VIEWS[0].lenses)
    app = TrainerApp(session, theme="textual-dark")
    frames = asyncio.run(record(app))
    theme = app.ansi_theme
    ground = background(frames[0].lines, theme)
    drawn = animated(frames, theme, ground)
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    svg = framed(drawn, SIZE, f"rnn-tui: the first {round(SECONDS)} seconds", ground)
    file.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
