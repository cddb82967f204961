"""What opens over the view, loaded when the first of it is opened."""

from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.dialogs.help import Help
from rnn_tui.app.dialogs.palette import Palette
from rnn_tui.app.dialogs.questions import QUESTIONS

__all__ = ["QUESTIONS", "Dialog", "Help", "Palette"]
