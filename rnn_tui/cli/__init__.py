"""The command line: ``rnn-tui`` and its commands, one file each.

Importing this loads neither NumPy nor Textual; a command loads what it needs when it runs.
"""

from rnn_tui.cli.main import main

__all__ = ["main"]
