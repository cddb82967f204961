"""Writes pytorch_gradients.npz: probabilities, loss and gradients of every cell, by PyTorch.

Run by hand, with any Python that has PyTorch (made with 2.13.0); the tests only read the file.

    python tests/data/make_pytorch_gradients.py

W, U and b_h are stored gate by gate, (G, …, H), in the order ``gates``, gradients as ``dW`` and so
on. In a case ``masked`` not all symbols are scored, sequences have different lengths and the first
state is carried: (1, B, H), or (2, B, H) for the a and c of the LSTM. Where it has several
sequences the ``state_dict`` is stored as well, as ``state/…``.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

DTYPE = torch.float64
KINDS = {
    "rnn-tanh": (torch.nn.RNN, {"nonlinearity": "tanh"}),
    "rnn-relu": (torch.nn.RNN, {"nonlinearity": "relu"}),
    "gru": (torch.nn.GRU, {}),
    "lstm": (torch.nn.LSTM, {}),
}
GATES = {"rnn-tanh": "h", "rnn-relu": "h", "gru": "rzn", "lstm": "ifgo"}
"""In the order of PyTorch's documentation."""


class Case(NamedTuple):
    """T time steps, B sequences, H hidden nodes, I input and O output symbols."""

    cell: str
    T: int
    B: int
    H: int
    I: int  # noqa: E741
    O: int  # noqa: E741
    init: str = "scaled"
    targets: str = "symbols"  # or soft, or masked

    @property
    def name(self) -> str:
        sizes = f"T{self.T}-B{self.B}-H{self.H}-I{self.I}-O{self.O}"
        return f"{self.cell}-{self.init}-{sizes}-{self.targets}"


CASES = (
    # The notebook's network, a sequence at a time.
    Case("rnn-tanh", 1, 1, 1, 2, 2),
    Case("rnn-tanh", 10, 1, 10, 3, 3),
    Case("rnn-tanh", 1, 1, 10, 3, 3, "normal"),
    Case("rnn-tanh", 10, 1, 10, 3, 3, "normal"),
    Case("rnn-tanh", 30, 1, 12, 4, 4),
    Case("rnn-tanh", 7, 1, 9, 4, 4, targets="soft"),
    Case("rnn-tanh", 10, 1, 8, 3, 3, "normal", "soft"),
    # Every cell.
    *(Case(cell, 12, 3, 6, 5, 4, targets="masked") for cell in KINDS),
    *(Case(cell, 12, 1, 3, 2, 6, "normal", "masked") for cell in KINDS),
    *(Case(cell, 2, 4, 4, 3, 12) for cell in KINDS),
)


class Model(torch.nn.Module):
    """A recurrent layer and the output layer, under the names of the exported parameters."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        kind, options = KINDS[case.cell]
        self.rnn = kind(case.I, case.H, dtype=DTYPE, **options)
        self.head = torch.nn.Linear(case.H, case.O, dtype=DTYPE)

    def forward(self, x, lengths, carried):
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        if carried is not None:
            carried = tuple(state.unsqueeze(0) for state in carried)
            carried = carried if len(carried) > 1 else carried[0]
        hidden, _ = pad_packed_sequence(self.rnn(packed, carried)[0], total_length=len(x))
        return self.head(hidden)


def by_gate(case: Case, tensor: torch.Tensor) -> np.ndarray:
    """(G·H, …) in PyTorch → (G, …, H)."""
    return np.stack([part.numpy().T for part in tensor.chunk(len(GATES[case.cell]))])


def tensors_of(case: Case, model: Model, attribute: str = "data") -> dict[str, np.ndarray]:
    rnn, head = model.rnn, model.head

    def get(parameter):
        return getattr(parameter, attribute)

    return {
        "W": by_gate(case, get(rnn.weight_ih_l0)),
        "U": by_gate(case, get(rnn.weight_hh_l0)),
        "b_h": by_gate(case, get(rnn.bias_ih_l0)),
        "V": get(head.weight).numpy().T.copy(),
        "b_o": get(head.bias).numpy().copy(),
    }


def figures_of(case: Case, seed: int) -> dict[str, np.ndarray]:
    generator, is_masked = np.random.default_rng(seed), case.targets == "masked"
    model = Model(case)
    with torch.no_grad():
        for parameter in model.parameters():
            shape, bound = tuple(parameter.shape), 1 / np.sqrt(case.H)
            numbers = (
                generator.standard_normal(shape)
                if case.init == "normal"
                else generator.uniform(-bound, bound, shape)
            )
            parameter.copy_(torch.tensor(numbers))
        model.rnn.bias_hh_l0.zero_()

    size = (case.T, case.B)
    inputs, targets = generator.integers(0, case.I, size), generator.integers(0, case.O, size)
    lengths, scored, carried = np.full(case.B, case.T), np.ones(size, bool), None
    if is_masked:
        lengths = np.linspace(case.T, 2, case.B).astype(int) if case.B > 1 else np.array([9])
        scored = (np.arange(case.T)[:, np.newaxis] < lengths) & (generator.random(size) < 0.7)
        states = 2 if case.cell == "lstm" else 1
        carried = generator.uniform(-1, 1, (states, case.B, case.H))
    right = np.eye(case.O)[targets]
    if case.targets == "soft":
        targets = right = generator.dirichlet(np.ones(case.O), size)

    x = torch.nn.functional.one_hot(torch.tensor(inputs), case.I).to(DTYPE)
    state = None if carried is None else tuple(map(torch.tensor, carried))
    logits = model(x, torch.tensor(lengths), state)
    losses = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), torch.tensor(right).flatten(0, 1), reduction="none"
    )
    loss = losses[torch.tensor(scored).flatten()].sum()
    loss.backward()

    gradients = tensors_of(case, model, "grad")
    small = targets if case.targets == "soft" else targets.astype(np.int8)
    figures = {
        **tensors_of(case, model),
        **{f"d{name}": gradient for name, gradient in gradients.items()},
        "inputs": inputs.astype(np.int8), "targets": small, "loss": np.array(loss.item()),
        "gates": np.array(GATES[case.cell]), "y_hat": torch.softmax(logits, -1).detach().numpy(),
    }  # fmt: skip
    if is_masked:
        figures |= {"lengths": lengths, "scored": scored, "carried": carried}
    if is_masked and case.B > 1:
        figures |= {f"state/{name}": t.numpy() for name, t in model.state_dict().items()}
    return figures


if __name__ == "__main__":
    arrays = {}
    for number, case in enumerate(CASES):
        for key, array in figures_of(case, number).items():
            arrays[f"{case.name}/{key}"] = array
    np.savez_compressed(Path(__file__).with_name("pytorch_gradients.npz"), **arrays)
