"""What opens over the view, loaded when the first of it is opened."""

from rnn_tui.app.dialog import Dialog
from rnn_tui.app.help import Help
from rnn_tui.app.palette import Palette
from rnn_tui.app.questions import QUESTIONS

__all__ = ["QUESTIONS", "Dialog", "Help", "Palette"]
