"""Writes pytorch_gradients.npz: loss and gradients of the notebook's network, by PyTorch.

Run by hand, with any Python that has PyTorch (made with 2.13.0); the tests only read the file.

    python tests/data/make_pytorch_gradients.py
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch


class Case(NamedTuple):
    """T time steps, B sequences, H hidden nodes, k symbols."""

    init: str
    T: int
    B: int
    H: int
    k: int
    soft: bool = False


CASES = (
    Case("scaled", 1, 1, 1, 2),
    Case("scaled", 10, 1, 10, 3),
    Case("scaled", 10, 10, 10, 3),
    Case("scaled", 30, 1, 32, 2),
    Case("scaled", 30, 8, 32, 8),
    Case("scaled", 25, 3, 17, 65),
    Case("scaled", 2, 5, 32, 5),
    Case("scaled", 7, 1, 9, 4, soft=True),
    Case("scaled", 30, 4, 20, 6, soft=True),
    Case("normal", 1, 1, 10, 3),
    Case("normal", 10, 1, 10, 3),
    Case("normal", 10, 10, 10, 3),
    Case("normal", 10, 8, 1, 8),
    Case("normal", 9, 2, 10, 65),
    Case("normal", 10, 1, 8, 3, soft=True),
    Case("normal", 6, 3, 10, 5, soft=True),
)
DTYPE = torch.float64


def weights_of(case: Case, generator: np.random.Generator) -> dict[str, np.ndarray]:
    shapes = {
        "w": (case.H, case.k), "u": (case.H, case.H), "v": (case.k, case.H),
        "b_h": (case.H,), "b_o": (case.k,),
    }  # fmt: skip
    if case.init == "normal":
        return {name: generator.standard_normal(shape) for name, shape in shapes.items()}
    bound = 1 / np.sqrt(case.H)
    return {name: generator.uniform(-bound, bound, shape) for name, shape in shapes.items()}


def figures_of(case: Case, seed: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    weights = weights_of(case, generator)
    inputs = generator.integers(0, case.k, (case.T, case.B))
    if case.soft:
        targets = generator.dirichlet(np.ones(case.k), (case.T, case.B))
    else:
        targets = generator.integers(0, case.k, (case.T, case.B))

    rnn, head = (
        torch.nn.RNN(case.k, case.H, dtype=DTYPE),
        torch.nn.Linear(case.H, case.k, dtype=DTYPE),
    )
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor(weights["w"]))
        rnn.weight_hh_l0.copy_(torch.tensor(weights["u"].T.copy()))  # the notebook has a @ u
        rnn.bias_ih_l0.copy_(torch.tensor(weights["b_h"]))
        rnn.bias_hh_l0.zero_()
        head.weight.copy_(torch.tensor(weights["v"]))
        head.bias.copy_(torch.tensor(weights["b_o"]))

    one_hot = torch.nn.functional.one_hot(torch.tensor(inputs), case.k).to(DTYPE)
    logits = head(rnn(one_hot)[0])
    loss = torch.nn.functional.cross_entropy(
        logits.reshape(-1, case.k),
        torch.tensor(targets).reshape(-1, case.k)
        if case.soft
        else torch.tensor(targets).reshape(-1),
        reduction="sum",
    )
    loss.backward()
    return {
        **weights, "inputs": inputs.astype(np.int16),
        "targets": targets if case.soft else targets.astype(np.int16),
        "loss": np.array(loss.item()),
        "dw": rnn.weight_ih_l0.grad.numpy(), "du": rnn.weight_hh_l0.grad.numpy().T.copy(),
        "dv": head.weight.grad.numpy(), "db_h": rnn.bias_ih_l0.grad.numpy(),
        "db_o": head.bias.grad.numpy(),
    }  # fmt: skip


if __name__ == "__main__":
    arrays = {}
    for number, case in enumerate(CASES):
        kind = "soft" if case.soft else "symbols"
        name = f"{case.init}-T{case.T}-B{case.B}-H{case.H}-k{case.k}-{kind}"
        for key, array in figures_of(case, number).items():
            arrays[f"{name}/{key}"] = array
    np.savez_compressed(Path(__file__).with_name("pytorch_gradients.npz"), **arrays)
