"""A network that reads one symbol at a time, and that writes: what it draws it reads next.

    ŷ_t = softmax(s_o,t)          next symbol: drawn with odds exp(s_o,t / temperature)

Temperature 1 draws by ŷ itself, 0 always takes the most probable symbol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch, Tokens
from rnn_tui.model.buffers import Array
from rnn_tui.model.cell import Carry, Cell
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled

Probabilities = NDArray[np.float64]


class Reader:
    """A network step by step, with its state; of a single sequence.

    Args:
        cell: the recurrent layer.
        parameters: of the network; not to be changed meanwhile.
    """

    def __init__(self, cell: Cell, parameters: Parameters) -> None:
        self._W, self._b_h, self._b_o = (parameters[name] for name in ("W", "b_h", "b_o"))
        self._V = np.ascontiguousarray(parameters["V"])
        self._steps = cell.unroll(1, 1, len(self._V), self._V.dtype)
        self._U = self._steps.prepare(parameters["U"])
        self._s, self._a = self._steps.s.reshape(-1), self._steps.a[1, 0]
        self._state: Carry | None = None

    def reset(self) -> None:
        """Back to the state before the first symbol: zeros."""
        self._state = None

    def read(self, symbol: int) -> Array:
        """(O,) s_o,t after one more input symbol.

        Overflow is no error here; the caller silences its warnings (`np.errstate`).
        """
        steps = self._steps
        steps.start(self._state)
        np.add(self._W[symbol], self._b_h, self._s)  # x_t W + b_h is a row of W + b_h
        steps.advance(self._U)
        self._state = steps.carry()
        # s_o,t = a_t V + b_o
        logits: Array = self._a.dot(self._V)
        return np.add(logits, self._b_o, logits)


def write(
    reader: Reader,
    prompt: Sequence[int],
    written: Sequence[int],
    end: tuple[int, int] | None,
    temperature: float,
    generator: np.random.Generator,
) -> Iterator[tuple[int, Array | None]]:
    """The symbols of a prompt and those that the network writes on, without end.

    Overflow is no error here; who takes the symbols silences its warnings (`np.errstate`).

    After the end of a string another one begins: with the prompt's first symbol, and a state of
    zeros.

    Args:
        reader: the network.
        prompt: input symbols, at least one.
        written: (O,) what each output symbol is written as: an input symbol, or a number that is
            none and is the end.
        end: what ends a string, and how many times it has to come; None if nothing does. The
            prompt's first symbol does not.
        temperature: 0 for the most probable symbol, of equal ones the first.
        generator: to draw from.

    Yields:
        Each symbol and, unless it is the first of a string, (O,) the logits of what might have
        stood there.
    """
    reader.reset()
    last, times = (None, 0) if end is None or end[0] == prompt[0] else end
    left = times

    def after(symbol: int) -> Array | None:
        nonlocal left
        left -= symbol == last
        if symbol != last or left > 0:
            return reader.read(symbol)
        reader.reset()
        left = times
        return None

    logits: Array | None = None
    for symbol in prompt:
        yield symbol, logits
        logits = after(symbol)
    while True:
        symbol = prompt[0]
        if logits is not None:
            symbol = written[choose(logits, temperature, generator.random())]
        yield symbol, logits
        logits = after(symbol)


def choose(logits: Array, temperature: float, share: float) -> int:
    """One of the symbols with these logits.

    Args:
        logits: (O,) s_o.
        temperature: 0 for the most probable symbol, of equal ones the first.
        share: uniform over 0 ≤ share < 1: the symbol at that share of all odds, in their order.
    """
    if temperature > 0:
        sums = np.subtract(logits, logits.max(), dtype=np.float64)
        if temperature != 1:
            sums /= temperature
        np.exp(sums, sums)
        np.add.accumulate(sums, out=sums)
        total = float(sums[-1])
        if total < np.inf:  # else logits are infinite, or no numbers
            return int(sums.searchsorted(share * total, "right"))
    return int(logits.argmax())


def softmax(logits: Array) -> Probabilities:
    """(n, O) logits → (n, O) ŷ; NaN where they are NaN."""
    with np.errstate(all="ignore"):
        shifted = logits.astype(np.float64) - logits.max(1, keepdims=True)
        odds = np.exp(shifted)
        y_hat: Probabilities = odds / odds.sum(1, keepdims=True)
    return y_hat


def read(
    cell: Cell,
    parameters: Parameters,
    symbols: Sequence[int],
    at_step: AtStep | None = None,
    carried: Carry | None = None,
) -> Probabilities:
    """(T, O) ŷ_t after each of T ≥ 1 input symbols.

    Args:
        cell: the recurrent layer.
        parameters: of the network.
        symbols: the input.
        at_step: called between time steps; may raise `Interrupted`.
        carried: the state before the first of them; None for zeros.
    """
    inputs: Tokens = np.array(symbols, np.intp)[:, np.newaxis]
    sizes = len(parameters["W"]), len(parameters["b_o"])
    hidden = len(parameters["U"])
    network = Unrolled(cell, len(inputs), 1, sizes, hidden, parameters.flat.dtype)
    batch = Batch(inputs, np.zeros_like(inputs), sizes)
    with np.errstate(all="ignore"):
        y_hat = network.forward(parameters, batch, at_step, carried).y_hat
    return y_hat[:, :, 0].T.astype(np.float64)
