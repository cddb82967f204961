"""What opens over the view, loaded when the first of it is opened."""

from rnn_tui.app import ask
from rnn_tui.app.ask import Ask
from rnn_tui.app.branches import Branches
from rnn_tui.app.dialog import Dialog
from rnn_tui.app.go_to import GoToPrompt
from rnn_tui.app.help import Help
from rnn_tui.app.palette import Palette

__all__ = ["Ask", "Branches", "Dialog", "GoToPrompt", "Help", "Palette", "ask"]
