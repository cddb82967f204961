"""Recurrent cells, one file each: equations, forward step beside backward step."""

from collections.abc import Mapping

from rnn_tui.model.cell import Cell
from rnn_tui.model.cells.gru import GRU
from rnn_tui.model.cells.lstm import LSTM
from rnn_tui.model.cells.rnn import Elman

_ALL: tuple[type[Cell], ...] = (Elman, GRU, LSTM)

CELLS: Mapping[str, type[Cell]] = {cell.name: cell for cell in _ALL}
