"""What a network consists of: its tensors."""

from __future__ import annotations

from rnn_tui.model.parameters import Layout, Tensor, one_after_another


def tensors(symbols: int, hidden: int) -> tuple[Tensor, ...]:
    """The five tensors, in the notebook's order."""
    return (
        Tensor("W", "x→h", (symbols, hidden), transposed=True),
        Tensor("U", "h→h", (hidden, hidden)),
        Tensor("V", "h→o", (hidden, symbols), transposed=True),
        Tensor("b_h", "", (hidden,)),
        Tensor("b_o", "", (symbols,)),
    )


def layout(symbols: int, hidden: int) -> Layout:
    """The five tensors one after another."""
    return one_after_another(*tensors(symbols, hidden))
