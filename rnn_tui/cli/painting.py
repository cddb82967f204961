"""Printing lines with colours, where standard output is a terminal that has some."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from rnn_tui.cli.output import pour, say


def paint(lines: Iterable[Text]) -> None:
    """Print styled lines, none of which is wrapped or cut; plain ones elsewhere.

    What they say must be `sayable`.
    """
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if sys.stdout is None or console.color_system is None:
        say(*(line.plain.rstrip() for line in lines))
        return
    with console.capture() as captured:
        for line in lines:
            console.print(line, soft_wrap=True)
    pour(captured.get().encode(console.encoding, "backslashreplace"))
