"""An adapter is glue: what is named is the function that it calls, wherever that stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnn_tui.check.run import check_file

NETWORK = """
import numpy as np


class Net:
    def __init__(self, W, U, V):
        self.W, self.U, self.V = W, U, V

    def forward(self, xs):
        self.xs, self.h, self.p = xs, [np.zeros(len(self.U))], []
        for x in xs:
            self.h.append(np.tanh(self.W[:, x] + self.U @ self.h[-1]))
            e = np.exp(self.V @ self.h[-1])
            self.p.append(e / e.sum())

    def backward(self, ys):
        dW, dU, dV = np.zeros_like(self.W), np.zeros_like(self.U), np.zeros_like(self.V)
        carry = np.zeros(len(self.U))
        for t in reversed(range(len(ys))):
            d = self.p[t].copy()
            d[ys[t]] -= 1
            dV += np.outer(d, self.h[t + 1])
            s = (self.V.T @ d + carry) * (1 - self.h[t + 1] ** 2)
            dW[:, self.xs[t]] += s
            dU += np.outer(s, self.h[t])
            carry = self.U @ s
        return dW, dU, dV
"""
GLUE = """
import numpy as np
{imports}

symbols, rng = 4, np.random.default_rng(0)
shapes = {{"W": (5, 4), "U": (5, 5), "V": (4, 5)}}
parameters = {{name: rng.normal(size=shape) for name, shape in shapes.items()}}


def loss_and_gradients(parameters, inputs, targets):
    net = Net(*parameters.values())
    net.forward(inputs)
    loss = -sum(np.log(p[y]) for p, y in zip(net.p, targets))
    return loss, dict(zip("WUV", net.backward(targets)))
"""
TORCH = """
import torch

symbols = 4
cell, head = torch.nn.RNN(4, 5), torch.nn.Linear(5, 4)
modules = {"cell": cell.double(), "head": head.double()}
parameters = {f"{m}.{n}": p.detach().numpy().copy()
              for m, module in modules.items() for n, p in module.named_parameters()}


def loss_and_gradients(parameters, inputs, targets):
    for m, module in modules.items():
        module.load_state_dict({n: torch.tensor(parameters[f"{m}.{n}"])
                                for n, _ in module.named_parameters()})
        module.zero_grad()
    x = torch.eye(4, dtype=torch.double)[torch.tensor(inputs)]
    scores = head(cell(x)[0])
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(targets), reduction="sum")
    loss.backward()
    return loss.item(), {f"{m}.{n}": p.grad.numpy() for m, module in modules.items()
                         for n, p in module.named_parameters()}
"""


def test_in_the_same_file_function_and_line_are_those_of_the_network(tmp_path: Path) -> None:
    text = NETWORK + GLUE.format(imports="")
    (tmp_path / "adapter.py").write_text(text)
    cause = check_file(str(tmp_path / "adapter.py")).causes[0]

    assert (cause.cause, cause.function) == ("carry-not-transposed", "Net.backward")
    assert cause.line is not None
    assert text.splitlines()[cause.line - 1].strip() == "carry = self.U @ s"


@pytest.mark.parametrize("module", ["network", "package.network"])
def test_in_another_file_the_function_is_named_without_a_line(tmp_path: Path, module: str) -> None:
    path = tmp_path / f"{module.replace('.', '/')}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(NETWORK)
    (tmp_path / "adapter.py").write_text(GLUE.format(imports=f"from {module} import Net"))
    cause = check_file(str(tmp_path / "adapter.py")).causes[0]

    assert (cause.cause, cause.function, cause.line) == (
        "carry-not-transposed", "Net.backward in network.py", None,
    )  # fmt: skip


def test_a_network_of_pytorch_is_checked_through_an_adapter(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    (tmp_path / "adapter.py").write_text(TORCH)
    assert check_file(str(tmp_path / "adapter.py")).verdict == "right"
