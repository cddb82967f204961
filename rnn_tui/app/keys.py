"""Every key, in one table: bindings, footer, help and command palette are made from it."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding

from widgets import KeyHint


class Key(NamedTuple):
    """What a key does.

    Attributes:
        keys: Textual's names, separated by commas.
        action: what is run.
        shown: how the key is written.
        ascii: how it is written without special characters.
        description: for the help and the command palette, a phrase.
        section: heading in the help.
    """

    keys: str
    action: str
    shown: str
    ascii: str
    description: str
    section: str


KEYS: tuple[Key, ...] = (
    Key("space", "run_or_pause", "space", "space", "run / pause", "Time"),
    Key("right", "step(1)", "→", "right", "one epoch forward", "Time"),
    Key("left", "step(-1)", "←", "left", "one epoch back", "Time"),
    Key("shift+right,pagedown", "step(10)", "shift+→ pgdn", "shift+right pgdn",
        "ten epochs forward", "Time"),
    Key("shift+left,pageup", "step(-10)", "shift+← pgup", "shift+left pgup",
        "ten epochs back", "Time"),
    Key("home", "home", "home", "home", "epoch 0, keeping the future", "Time"),
    Key("end", "end", "end", "end", "the newest epoch reached", "Time"),
    Key("g", "ask('epoch')", "g", "g", "go to an epoch; trains up to it if need be", "Time"),
    Key("escape", "cancel_way", "esc", "esc", "cancel the way to an epoch", "Time"),
    Key("b", "ask('branch')", "b", "b", "branches: visit and compare", "Time"),
    Key("n", "ask('name')", "n", "n", "name this branch", "Time"),
    Key("plus,equals_sign", "pace(1)", "+", "+", "faster; = does the same", "Training"),
    Key("minus", "pace(-1)", "-", "-", "slower", "Training"),
    Key("left_square_bracket", "rate(-1)", "[", "[", "halve the learning rate", "Training"),
    Key("right_square_bracket", "rate(1)", "]", "]", "double the learning rate", "Training"),
    Key("c", "ask('clip')", "c", "c", "clip gradients, from the next update on", "Training"),
    Key("z", "ask('zero')", "z", "z", "set weights to zero, on a new branch", "Training"),
    Key("r", "restart(0)", "r", "r", "begin anew with the same initial weights", "Training"),
    Key("R", "restart(1)", "R", "R", "begin anew with the next seed", "Training"),
    Key("up", "sequence(-1)", "↑", "up", "previous sequence", "View"),
    Key("down", "sequence(1)", "↓", "down", "next sequence", "View"),
    Key("less_than_sign", "scroll(-1)", "<", "<", "a long sequence: earlier steps", "View"),
    Key("greater_than_sign", "scroll(1)", ">", ">", "a long sequence: later steps", "View"),
    Key("l", "logarithmic", "l", "l", "loss axis linear / logarithmic", "View"),
    Key("t", "total", "t", "t", "in the header: loss per symbol / total", "View"),
    Key("1", "view(1)", "1", "1", "overview", "View"),
    Key("question_mark", "help", "?", "?", "this help", "Program"),
    Key("ctrl+p", "command_palette", "ctrl+p", "ctrl+p", "every action by name", "Program"),
    Key("ctrl+s", "save", "ctrl+s", "ctrl+s", "save the parameters shown", "Program"),
    Key("p", "picture", "p", "p", "write a picture of the screen (SVG)", "Program"),
    Key("ctrl+z", "suspend_process", "ctrl+z", "ctrl+z", "suspend; fg comes back", "Program"),
    Key("q,ctrl+c,ctrl+q", "leave", "q", "q", "leave; ctrl+c and ctrl+q too", "Program"),
)  # fmt: skip

HINTS: tuple[tuple[tuple[str, ...], str, int], ...] = (
    (("run_or_pause",), "run", 0),
    (("step(1)",), "step", 1),
    (("step(-1)",), "back", 2),
    (("sequence(-1)", "sequence(1)"), "sequence", 5),
    (("pace(-1)", "pace(1)"), "pace", 6),
    (("rate(-1)", "rate(1)"), "learning rate", 8),
    (("ask('epoch')",), "go to", 7),
    (("ask('branch')",), "branches", 9),
    (("restart(0)",), "anew", 10),
    (("command_palette",), "all commands", 11),
    (("help",), "help", 4),
    (("leave",), "quit", 3),
)
"""What the bottom line shows: actions, a word, and the rank by which it makes room."""


ALWAYS = (
    Binding("ctrl+q,ctrl+c", "app.leave", "quit", show=False, priority=True, system=True),
    Binding("ctrl+z", "app.suspend_process", "suspend", show=False, priority=True, system=True),
)
"""What no dialog takes."""


def bindings() -> list[Binding]:
    """The bindings of the table.

    They have priority: the app runs them itself, in the order in which the keys come.
    """
    return [
        Binding(key.keys, f"app.{key.action}", key.description, show=False, priority=True)
        for key in KEYS
    ]


def hints(ascii_only: bool, moving: bool, disabled: frozenset[str]) -> tuple[KeyHint, ...]:
    """The bottom line.

    Args:
        ascii_only: write keys without special characters.
        moving: whether ``space`` would pause.
        disabled: actions that make no sense now.
    """
    written = {key.action: key.ascii if ascii_only else key.shown for key in KEYS}
    return tuple(
        KeyHint(
            keys=tuple((written[action], f"app.{action}") for action in actions),
            label="pause" if moving and actions == ("run_or_pause",) else label,
            enabled=not disabled.intersection(actions),
            rank=rank,
        )
        for actions, label, rank in HINTS
    )
