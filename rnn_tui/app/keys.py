"""Every key, in one table: bindings, bottom line, help and command palette are made from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from textual.binding import Binding

from rnn_tui.training.settings.table import SETTINGS
from widgets import KeyHint


class Key(NamedTuple):
    """What a key does.

    Attributes:
        keys: Textual's names, separated by commas.
        action: what is run, of the app, or of a view where it begins with ``screen.``.
        shown: how the key is written.
        ascii: how it is written without special characters.
        description: for the help and the command palette, a phrase.
        section: heading in the help.
        hint: a word in the bottom line; empty for none. Neighbours with one hint share it.
        rank: the hints with the highest ranks go first where there is no room.
    """

    keys: str
    action: str
    shown: str
    ascii: str
    description: str
    section: str
    hint: str = ""
    rank: int = 0


SECTIONS = ("Time", "Training", "View", "Program")
GLOBAL_KEYS: tuple[Key, ...] = (
    Key("space", "run_or_pause", "space", "space", "run / pause", "Time", "run"),
    Key("left", "step(-1)", "←", "left", "one epoch back", "Time", "one epoch", 4),
    Key("right", "step(1)", "→", "right", "one epoch forward", "Time", "one epoch", 4),
    Key("shift+right,pagedown", "step(10)", "shift+→ pgdn", "shift+right pgdn",
        "ten epochs forward", "Time"),
    Key("shift+left,pageup", "step(-10)", "shift+← pgup", "shift+left pgup",
        "ten epochs back", "Time"),
    Key("home", "home", "home", "home", "epoch 0; later epochs are kept", "Time"),
    Key("end", "end", "end", "end", "the newest epoch", "Time"),
    Key("g", "go_to", "g", "g", "go to an epoch (137, +20, 50%, solved)", "Time",
        "go to", 10),
    Key("escape", "cancel", "esc", "esc", "stop on the way to an epoch; chart: all epochs",
        "Time"),
    Key("b", "branches", "b", "b", "branches: go to one, compare them", "Time", "branches", 11),
    Key("n", "name_branch", "n", "n", "name this branch", "Time"),
    Key("minus", "pace(-1)", "-", "-", "slower", "Training", "pace", 7),
    Key("plus,equals_sign", "pace(1)", "+", "+", "faster (also =)", "Training",
        "pace", 7),
    Key("left_square_bracket", "rate(-1)", "[", "[", "halve the learning rate", "Training",
        "learning rate", 9),
    Key("right_square_bracket", "rate(1)", "]", "]", "double the learning rate", "Training",
        "learning rate", 9),
    *(
        Key(setting.key, f"set('{name}')", setting.key, setting.key,
            f"{setting.title}, from the next update on", "Training")
        for name, setting in SETTINGS.items()
        if setting.key
    ),
    Key("z", "zero_or_hold", "z", "z", "set weights to zero once, or hold them there", "Training"),
    Key("k", "check_gradient", "k", "k", "check the gradient of this sequence numerically",
        "Training"),
    Key("r", "restart(0)", "r", "r", "restart with the same initial weights; asks after 100 epochs",
        "Training",
        "restart", 12),
    Key("R", "restart(1)", "R", "R", "restart with the next seed; asks after 100 epochs",
        "Training"),
    Key("up", "sequence(-1)", "↑", "up", "previous sequence", "View", "sequence", 6),
    Key("down", "sequence(1)", "↓", "down", "next sequence", "View", "sequence", 6),
    Key("m", "next_mistake", "m", "m", "the next mistake, sequence after sequence", "View",
        "mistake", 8),
    Key("M", "worst_sequence", "M", "M", "the sequence with the most mistakes", "View"),
    Key("t", "total", "t", "t", "loss in the header: per symbol / total", "View"),
    Key("tab", "screen.next_panel(1)", "tab", "tab",
        "explain the next panel; esc leaves", "View", "explain", 15),
    Key("shift+tab", "screen.next_panel(-1)", "shift+tab", "shift+tab",
        "explain the panel before", "View"),
    Key("question_mark", "help", "?", "?", "help for this view", "Program", "help", 1),
    Key("ctrl+p", "command_palette", "ctrl+p", "ctrl+p", "every action by name", "Program",
        "all commands", 14),
    Key("o", "runs", "o", "o", "kept runs: open one, or lay its curve over this one", "Program",
        "runs", 13),
    Key("ctrl+s", "save", "ctrl+s", "ctrl+s", "save now, and the parameters to a file", "Program"),
    Key("p", "picture", "p", "p", "save a picture of the screen (SVG)", "Program"),
    Key("ctrl+l", "redraw", "ctrl+l", "ctrl+l", "redraw the screen", "Program"),
    Key("ctrl+z", "suspend_process", "ctrl+z", "ctrl+z", "suspend; fg brings it back", "Program"),
    Key("q,ctrl+c,ctrl+q", "leave", "q", "q", "quit (also ctrl+c, ctrl+q)", "Program",
        "quit", 3),
)  # fmt: skip

EXIT_ACTIONS = ("leave", "suspend_process")
GLOBAL_BINDINGS = (
    Binding("ctrl+q,ctrl+c", "app.leave", "quit", show=False, priority=True, system=True),
    Binding("ctrl+z", "app.suspend_process", "suspend", show=False, priority=True, system=True),
    Binding("ctrl+l", "app.redraw", "redraw", show=False, priority=True, system=True),
)
"""Bindings that hold over dialogs too."""


def is_exit_key(key: str) -> bool:
    """Whether a key leaves the program or suspends it, which nothing holds up."""
    exits = (bound for bound in GLOBAL_KEYS if bound.action in EXIT_ACTIONS)
    return any(key in bound.keys.split(",") for bound in exits)


def keys_of_view(view_keys: Sequence[Key], switch_keys: Sequence[Key]) -> tuple[Key, ...]:
    """All keys that are valid in a view, by section; its own go before the global ones."""
    own = {name for key in view_keys for name in key.keys.split(",")}
    shared = [key for key in GLOBAL_KEYS if own.isdisjoint(key.keys.split(","))]
    keys = (*shared, *view_keys, *switch_keys)
    return tuple(sorted(keys, key=lambda key: SECTIONS.index(key.section)))


def action_name(key: Key) -> str:
    """The action as Textual finds it from anywhere."""
    return key.action if "." in key.action else f"app.{key.action}"


def bindings(keys: Iterable[Key]) -> list[Binding]:
    """The bindings of some rows.

    They have priority: the app runs them itself, in the order in which the keys come.
    """
    return [
        Binding(key.keys, action_name(key), key.description, show=False, priority=True)
        for key in keys
    ]


def hints(
    keys: Sequence[Key], ascii_only: bool, moving: bool, disabled: frozenset[str]
) -> tuple[KeyHint, ...]:
    """The bottom line.

    Args:
        keys: the rows of the table that hold now.
        ascii_only: write keys without special characters.
        moving: ``space`` would pause.
        disabled: actions that make no sense now.
    """
    found = []
    for label, group in groupby((key for key in keys if key.hint), lambda key: key.hint):
        rows = list(group)
        found.append(
            KeyHint(
                keys=tuple((r.ascii if ascii_only else r.shown, action_name(r)) for r in rows),
                label="pause" if moving and rows[0].action == "run_or_pause" else label,
                enabled=not {r.action for r in rows} <= disabled,
                rank=rows[0].rank,
            )
        )
    return tuple(found)
