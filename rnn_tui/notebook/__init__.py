"""The notebook's class, and the checking of what it is given."""

from rnn_tui.notebook.arguments import num_to_label
from rnn_tui.notebook.pairs import make_pairs
from rnn_tui.notebook.rnn import RNN

__all__ = ["RNN", "make_pairs", "num_to_label"]
