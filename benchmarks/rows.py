"""The work: six sizes, from the notebook's own to one that only matrix products decide.

And one of them, C, with the cells that have gates: G is the GRU, L the LSTM.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rnn_tui.training.config import Config


@dataclass(frozen=True)
class Row:
    """One size.

    Attributes:
        name: its letter.
        config: what is trained.
        goals: contender → how many times slower than us it has to be at least.
        gemm_goal: share of the sgemm rate, or None.
    """

    name: str
    config: Config
    goals: dict[str, float] = field(default_factory=dict)
    gemm_goal: float | None = None

    @property
    def size(self) -> str:
        """Such as ``T10 B1 H10 V3 float64``; the cell is named where it is not the notebook's."""
        c = self.config
        cell = "" if c.cell.name == "rnn" else f"{c.cell.name} "
        return f"{cell}T{c.task.steps} B{c.batch} H{c.hidden} V{c.symbols[0]} {c.dtype}"

    @property
    def flops(self) -> float:
        """Of the matrix products that the mathematics needs, per update.

        Forward 2·B·H·GH for G gates and each step but the first, whose a_-1 is 0, and 2·B·H·V for
        each; backward twice that. Rows of W are looked up, which counts as nothing, and so do
        activations and softmax.
        """
        c = self.config
        recurrent = (c.task.steps - 1) * len(c.cell.gates) * c.hidden
        return 6.0 * c.batch * c.hidden * (recurrent + c.task.steps * c.symbols[1])


def _row(
    name: str,
    T: int,
    B: int,
    H: int,
    V: int,
    updates: int,
    dtype: str = "float32",
    cell: str = "rnn",
) -> tuple[str, Config]:
    normal = name in "AB"
    return name, Config.of(
        cell=cell, length=T, batch=B, hidden=H, symbols=V, sequences=updates * B, dtype=dtype,
        init="normal" if normal else "scaled", lr=0.001 if normal else 0.01,
    )  # fmt: skip


ROWS = {
    row.name: row
    for row in (
        Row(*_row("A", 10, 1, 10, 3, 10, "float64"),
            {"PyTorch eager": 15, "JAX step": 2.2, "notebook": 10}),
        Row(*_row("B", 10, 10, 10, 3, 10),
            {"PyTorch eager": 12, "JAX step": 4, "notebook": 50}),
        Row(*_row("E", 25, 1, 100, 65, 10),
            {"PyTorch eager": 7, "JAX step": 1.7, "min-char-rnn": 7}),
        Row(*_row("F", 50, 100, 32, 3, 10), {"PyTorch eager": 4, "JAX step": 2.2}),
        Row(*_row("C", 50, 32, 128, 65, 10),
            {"PyTorch eager": 1.7, "JAX step": 1.1}, gemm_goal=0.60),
        Row(*_row("G", 50, 32, 128, 65, 10, cell="gru")),
        Row(*_row("L", 50, 32, 128, 65, 10, cell="lstm")),
        Row(*_row("D", 100, 64, 512, 65, 2),
            {"PyTorch eager": 1.15, "JAX step": 0.9}, gemm_goal=0.75),
    )
}  # fmt: skip
