"""torch.compile: the network written out over its steps, since it leaves nn.RNN alone."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import NAMES, Skipped, Weights, Work


class TooLong(BaseException):
    """Compiling took longer than it may; not an Exception, so that nobody swallows it."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raise `TooLong` after so many seconds, where there are alarms."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Compiled:
    """Forward pass and loss compiled, their backward pass with them; SGD as in eager."""

    name = "torch.compile"

    def __init__(self, work: Work, seconds: int) -> None:
        try:
            import torch
        except ImportError:
            raise Skipped("PyTorch is not installed") from None
        functional = torch.nn.functional
        torch.set_num_threads(1)
        torch._dynamo.reset()
        c = work.row.config
        size, hidden, dtype = c.batch, c.hidden, getattr(torch, c.dtype)

        def loss(W: Any, U: Any, V: Any, b_h: Any, b_o: Any, x: Any, y: Any) -> Any:
            sums = functional.embedding(x, W) + b_h
            a_h, states = torch.zeros(size, hidden, dtype=dtype), []
            for s_h in sums.unbind(0):
                a_h = torch.tanh(torch.addmm(s_h, a_h, U))
                states.append(a_h)
            logits = torch.stack(states).flatten(0, 1) @ V + b_o
            return functional.cross_entropy(logits, y, reduction="sum") / size

        self._torch, self._size = torch, size
        self._loss = torch.compile(loss)
        self._parameters = [
            torch.from_numpy(work.weights[name].copy()).requires_grad_() for name in NAMES
        ]
        self._optimizer = torch.optim.SGD(self._parameters, lr=work.rate)
        self._batches = [
            (torch.from_numpy(x), torch.from_numpy(y.reshape(-1)))
            for x, y in zip(work.inputs, work.targets, strict=True)
        ]
        self._losses: list[Any] = []
        self._compile(seconds)

    def _compile(self, seconds: int) -> None:
        """The first call, whose gradients are thrown away."""
        try:
            with within(seconds):
                self._loss(*self._parameters, *self._batches[0]).backward()
        except TooLong:
            raise Skipped(f"not compiled within {seconds} s") from None
        except Exception as error:
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise Skipped(f"does not compile here: {reason[0][:80]}") from None

    def epoch(self) -> None:
        self._losses = []
        for x, y in self._batches:
            self._optimizer.zero_grad()
            loss = self._loss(*self._parameters, x, y)
            loss.backward()
            self._optimizer.step()
            self._losses.append(loss.detach())

    def losses(self) -> NDArray[np.float64]:
        return np.array([float(loss) for loss in self._losses])

    def weights(self) -> Weights:
        return {
            name: parameter.detach().numpy().copy()
            for name, parameter in zip(NAMES, self._parameters, strict=True)
        }
