"""What an action asks for, and what the value is that it changes: for the command palette."""

from __future__ import annotations

import re

from rnn_tui.session.snapshot import Snapshot
from rnn_tui.training.settings.table import SETTINGS
from rnn_tui.training.words import count

_ASKING = re.compile(
    r"go_to|branches|screen\.type_input|name_branch|runs|zero_or_hold|change_theme|set\(.*"
)


def asks(action: str) -> bool:
    """Whether an action opens a dialog that asks for something."""
    return _ASKING.fullmatch(action) is not None


def value_of(action: str, shown: Snapshot) -> str:
    """What it changes as it is now, such as ``now 0.001``; empty for what has no value."""
    seen = shown.observation
    name, _, arguments = action.rstrip(")").partition("(")
    argument = arguments.strip("'")
    match name:
        case "rate":
            return _setting("lr", shown)
        case "set":
            return _setting(argument, shown)
        case "zero_or_hold":
            return _setting("hold", shown)
        case "pace":
            return "unlimited" if shown.pace is None else f"now {count(shown.pace, 'epoch')}/s"
        case "go_to":
            return f"now {seen.epoch:,} of {seen.newest:,}"
        case "branches":
            return f"{len(seen.branches):,}" if len(seen.branches) > 1 else "only one"
        case "name_branch":
            return f"now {seen.branches[seen.branch].name}"
        case "restart":
            return f"seed {shown.config.seed + int(argument)}"
        case "sequence":
            return f"now {seen.sequence + 1:,} of {seen.sequences:,}"
    return ""


def _setting(name: str, shown: Snapshot) -> str:
    value = shown.observation.settings[name]
    if value is None:
        return "none"
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return f"now {text}" if name in SETTINGS else ""
