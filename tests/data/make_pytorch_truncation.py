"""Writes pytorch_truncation.npz: gradients of truncated BPTT in every cell, by PyTorch.

Run by hand, with any Python that has PyTorch (made with 2.13.0); the tests only read the file.

    python tests/data/make_pytorch_truncation.py

The networks, mini-batches and carried states are those of the cases ``masked`` in
pytorch_gradients.npz. For every output the state K steps before it is detached, and its loss alone
is differentiated; ``K/dW`` and so on are the sums over the outputs, in the shapes of that file.
"""

from pathlib import Path

import numpy as np
import torch
from make_pytorch_gradients import CASES, DTYPE, Case, Model, tensors_of

DATA = Path(__file__).parent
TRUNCATIONS = (1, 2, 5)


def load(case: Case, figures: dict[str, np.ndarray]) -> Model:
    model = Model(case)
    rnn, head = model.rnn, model.head
    values = {
        rnn.weight_ih_l0: np.concatenate([gate.T for gate in figures["W"]]),
        rnn.weight_hh_l0: np.concatenate([gate.T for gate in figures["U"]]),
        rnn.bias_ih_l0: figures["b_h"].ravel(),
        rnn.bias_hh_l0: np.zeros(figures["b_h"].size),
        head.weight: figures["V"].T,
        head.bias: figures["b_o"],
    }
    with torch.no_grad():
        for parameter, value in values.items():
            parameter.copy_(torch.tensor(value))
    return model


def truncated(case: Case, model: Model, figures: dict[str, np.ndarray], K: int) -> None:
    """Leave the gradients in the model."""
    rnn = model.rnn
    x = torch.nn.functional.one_hot(torch.tensor(figures["inputs"]).long(), case.I).to(DTYPE)
    targets, scored = torch.tensor(figures["targets"]).long(), torch.tensor(figures["scored"])
    state = tuple(torch.tensor(part).unsqueeze(0) for part in figures["carried"])

    def run(steps, state):
        outputs, state = rnn(steps, state if len(state) > 1 else state[0])
        return outputs, state if isinstance(state, tuple) else (state,)

    before = [state]  # each step, detached
    with torch.no_grad():
        for t in range(case.T):
            before.append(run(x[t : t + 1], before[-1])[1])
    model.zero_grad()
    for t in range(case.T):
        first = max(0, t - K + 1)
        hidden, _ = run(x[first : t + 1], tuple(part.detach() for part in before[first]))
        losses = torch.nn.functional.cross_entropy(
            model.head(hidden[-1]), targets[t], reduction="none"
        )
        losses[scored[t]].sum().backward()


if __name__ == "__main__":
    arrays = {}
    with np.load(DATA / "pytorch_gradients.npz") as known:
        for case in CASES:
            if case.targets != "masked":
                continue
            names = [name for name in known if name.startswith(f"{case.name}/")]
            figures = {name.partition("/")[2]: known[name] for name in names}
            model = load(case, figures)
            for K in TRUNCATIONS:
                truncated(case, model, figures, K)
                for name, array in tensors_of(case, model, "grad").items():
                    arrays[f"{case.name}/{K}/d{name}"] = array
    np.savez_compressed(DATA / "pytorch_truncation.npz", **arrays)
