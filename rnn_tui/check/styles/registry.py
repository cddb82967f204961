"""The styles, in the order in which they are asked."""

from __future__ import annotations

from rnn_tui.check.styles.adapter import Adapter
from rnn_tui.check.styles.functions import Functions
from rnn_tui.check.styles.module_globals import ModuleGlobals
from rnn_tui.check.styles.notebook import Notebook
from rnn_tui.check.styles.objects import Objects
from rnn_tui.check.styles.pytorch import PyTorch
from rnn_tui.check.subject import Style

STYLES: tuple[Style, ...] = (
    Adapter(),
    Notebook(),
    PyTorch(),
    Objects(),
    ModuleGlobals(),
    Functions(),
)
