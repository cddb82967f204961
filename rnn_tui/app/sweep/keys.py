"""The keys of a sweep's screen, from which bindings, bottom line and help are made."""

from __future__ import annotations

from rnn_tui.app.keys import Key

SWEEP_KEYS = (
    Key("up", "screen.choose(-1)", "↑", "up", "the setting, or the run, above", "Sweep",
        "choose", 3),
    Key("down", "screen.choose(1)", "↓", "down", "the one below", "Sweep", "choose", 3),
    Key("pageup", "screen.choose(-10)", "pgup", "pgup", "ten further up", "Sweep"),
    Key("pagedown", "screen.choose(10)", "pgdn", "pgdn", "ten further down", "Sweep"),
    Key("home", "screen.choose(-1000000)", "home", "home", "the first one", "Sweep"),
    Key("end", "screen.choose(1000000)", "end", "end", "the last one", "Sweep"),
    Key("enter,ctrl+j", "screen.open", "enter", "enter",
        "of a setting: its runs; of a run: open it in the trainer", "Sweep", "open", 1),
    Key("right,tab", "screen.look_at_runs", "→ tab", "right tab", "choose among the runs", "Sweep"),
    Key("left,escape,shift+tab", "screen.look_at_settings", "← esc", "left esc",
        "choose among the settings", "Sweep"),
    Key("b", "screen.best", "b", "b", "the best setting", "Sweep", "best", 5),
    Key("l", "screen.logarithmic", "l", "l", "loss axis: linear / logarithmic", "Chart",
        "log loss", 6),
    Key("L", "screen.log_epochs", "L", "L", "epochs: linear / logarithmic", "Chart"),
    Key("i", "screen.zoom(1)", "i", "i", "fewer epochs, the newest (also the wheel)", "Chart"),
    Key("u", "screen.zoom(-1)", "u", "u", "more epochs", "Chart"),
    Key("question_mark", "screen.help", "?", "?", "this help", "Program", "help", 2),
    Key("ctrl+l", "app.redraw", "ctrl+l", "ctrl+l", "redraw the screen", "Program"),
    Key("ctrl+z", "app.suspend_process", "ctrl+z", "ctrl+z", "suspend; fg brings it back",
        "Program"),
    Key("q,ctrl+c,ctrl+q", "app.leave", "q", "q",
        "quit; runs under way are kept, the same command continues", "Program", "quit", 4),
)  # fmt: skip
