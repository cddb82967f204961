"""A cell and the output layer, unrolled over time: forward pass, loss gradient, BPTT.

For T steps, B sequences, I input and O output symbols, whatever the cell:

    a_t = cell(x_t W + b_h, a_t-1 U)     s_o,t = a_t V + b_o     ŷ_t = softmax(s_o,t)
    L = Σ_t −log ŷ_t[y_t]                over the symbols that are scored

Arrays are time-major. A one-hot row times W is a row of W, so symbols stay indices. All that can
be computed for all time steps at once is; the cell's loops hold only what is recurrent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.buffers import Array, buffer, by_row
from rnn_tui.model.cell import Carry, Cell, Quantity
from rnn_tui.model.head import Softmax
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.products import sum_by_input, sum_of_products


class Unrolled:
    """A network unrolled: every quantity of the equations, with buffers made once.

    Args:
        cell: the recurrent layer.
        steps: T.
        batch: B.
        symbols: I and O.
        hidden: H.
        dtype: float64 or float32, that of the parameters; complex128 for the forward pass alone.

    Attributes:
        cell: the recurrent layer, unrolled.
        head: the output layer, with s_o, ŷ and ∂L/∂s_o.
    """

    def __init__(
        self,
        cell: Cell,
        steps: int,
        batch: int,
        symbols: tuple[int, int],
        hidden: int,
        dtype: DTypeLike = np.float64,
    ) -> None:
        _, outputs = symbols
        self.cell = cell.unroll(steps, batch, hidden, dtype)
        self.head = Softmax(steps, batch, outputs, dtype)
        a, self._da_rows = self.cell.a, by_row(self.cell.da)
        self._a_rows, self._a_before_rows = by_row(a[1:]), by_row(a[:-1])
        self._ds_x_rows, self._ds_u_rows = (
            [by_row(gate) for gate in ds] for ds in (self.cell.ds_x, self.cell.ds_u)
        )
        self._logits = self.head.logits.reshape(outputs, -1)
        self._ds_o_rows = self.head.ds_o.reshape(outputs, -1).T
        self._V_transposed = buffer((outputs, hidden), dtype)  # contiguous: twice as fast

    @property
    def a_h(self) -> Array:
        """(T, B, H) the hidden states."""
        return self.cell.a[1:]

    def forward(
        self,
        parameters: Parameters,
        batch: Batch,
        at_step: AtStep | None = None,
        carried: Carry | None = None,
    ) -> Softmax:
        """Fill the cell and the output layer, which is returned; see `Network.forward`."""
        cell, V = self.cell, parameters["V"]
        # x_t W + b_h is a row of W + b_h
        tables = self._by_gate(parameters["W"] + parameters["b_h"])
        for gate, table in zip(cell.s, tables, strict=True):
            table.take(batch.inputs, 0, gate, "clip")
        cell.start(carried)
        cell.forward(parameters["U"], at_step)
        # s_o,t = a_t V + b_o      ŷ_t = softmax(s_o,t)
        np.matmul(V.T, self._a_rows.T, self._logits)
        self.head.forward(parameters["b_o"])
        return self.head

    def carry(self) -> Carry:
        """The state after the last step, live views."""
        return self.cell.carry()

    def backward(
        self,
        parameters: Parameters,
        batch: Batch,
        gradient: Parameters,
        at_step: AtStep | None = None,
        truncation: int | None = None,
    ) -> None:
        """Fill the gradient of L, summed over time and sequences; see `Network.backward`.

        Of a cell with gates each tensor of ``gradient`` must be contiguous.
        """
        self.head.output_gradient(batch)
        self.backpropagate(parameters, batch, gradient, at_step, truncation)

    def backpropagate(
        self,
        parameters: Parameters,
        batch: Batch,
        gradient: Parameters,
        at_step: AtStep | None = None,
        truncation: int | None = None,
    ) -> None:
        """From ∂L/∂s_o in the output layer to the five gradients; see `backward`."""
        self.backpropagate_states(parameters, at_step, truncation)
        ds_o_rows = self._ds_o_rows
        for ds_x, dW in zip(self._ds_x_rows, self._by_gate(gradient["W"]), strict=True):
            sum_by_input(ds_x, batch, dW)  # dW = Σ x_tᵀ ∂L/∂s_t
        for ds_u, dU in zip(self._ds_u_rows, self._by_gate(gradient["U"]), strict=True):
            # dU = Σ a_t-1ᵀ ∂L/∂(a_t-1 U)
            sum_of_products(self._a_before_rows, ds_u, dU, at_step)
        # dV = Σ a_tᵀ ∂L/∂s_o,t
        sum_of_products(self._a_rows, ds_o_rows, gradient["V"], at_step)
        # db_h = Σ ∂L/∂s_t, of the steps of all symbols      db_o = Σ ∂L/∂s_o,t
        np.add.reduce(gradient["W"], 0, out=gradient["b_h"])
        np.add.reduce(ds_o_rows, 0, out=gradient["b_o"])

    def backpropagate_states(
        self,
        parameters: Parameters,
        at_step: AtStep | None = None,
        truncation: int | None = None,
    ) -> None:
        """From ∂L/∂s_o in the output layer to ``ds_x`` and ``ds_u`` of the cell, and no further.

        Another ∂L/∂s_o may follow, of the same forward pass. A truncation of T steps is none.
        """
        # ∂L/∂a_t = ∂L/∂s_o,t Vᵀ, the recurrent term follows
        self._V_transposed[...] = parameters["V"].T
        np.matmul(self._ds_o_rows, self._V_transposed, self._da_rows)
        is_whole = truncation is None or truncation >= len(self.a_h)
        self.cell.backward(parameters["U"], at_step, None if is_whole else truncation)

    def _by_gate(self, array: Array) -> Array:
        """(n, G·H) → (G, n, H), a view."""
        gates = len(self.cell.s)
        if gates == 1:
            return array[np.newaxis]
        return array.reshape(len(array), gates, -1).swapaxes(0, 1)

    def quantities(self) -> tuple[Quantity, ...]:
        """Every intermediate quantity of the last forward pass, (T, B, …), live views."""
        head = self.head
        return (
            *self.cell.quantities(),
            Quantity("s_o", "a V + b_o", head.logits.transpose(1, 2, 0)),
            Quantity("ŷ", "softmax(s_o)", head.y_hat.transpose(1, 2, 0)),
        )
