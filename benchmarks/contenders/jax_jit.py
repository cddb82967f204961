"""JAX: an update as one jitted function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import NAMES, Skipped, Weights, Work


class Jax:
    """A scan over time with the cell and the output layer in it, as its tutorials write it."""

    name = "JAX step"

    def __init__(self, work: Work) -> None:
        try:
            import jax
        except ImportError:
            raise Skipped("JAX is not installed") from None
        if work.row.config.cell.name != "rnn":
            raise Skipped("its cell is the notebook's")
        jax.config.update("jax_enable_x64", True)
        jnp, c = jax.numpy, work.row.config
        dtype = np.dtype(c.dtype)
        first, rate = jnp.zeros((c.batch, c.hidden), dtype), dtype.type(work.rate)

        def loss(P: Any, x: Any, y: Any) -> Any:
            def step(a_h: Any, x_t: Any) -> tuple[Any, Any]:
                a_h = jnp.tanh(P["W"][x_t] + P["b_h"] + a_h @ P["U"])
                return a_h, a_h @ P["V"] + P["b_o"]

            _, logits = jax.lax.scan(step, first, x)
            logs = jax.nn.log_softmax(logits)
            return -jnp.take_along_axis(logs, y[..., None], -1).sum() / c.batch

        def update(P: Any, x: Any, y: Any) -> tuple[Any, Any]:
            value, gradient = jax.value_and_grad(loss)(P, x, y)
            return {name: P[name] - rate * gradient[name] for name in P}, value

        self._jax, self._update = jax, jax.jit(update)
        self._weights = {name: jnp.asarray(value) for name, value in work.weights.items()}
        x, y = (jnp.asarray(tokens, jnp.int32) for tokens in (work.inputs, work.targets))
        self._batches = list(zip(x, y, strict=True))
        self._losses: list[Any] = []

    def epoch(self) -> None:
        self._losses = []
        for x, y in self._batches:
            self._weights, loss = self._update(self._weights, x, y)
            self._losses.append(loss)
        self._jax.block_until_ready(self._weights)

    def losses(self) -> NDArray[np.float64]:
        return np.array([float(loss) for loss in self._losses])

    def weights(self) -> Weights:
        return {name: np.array(self._weights[name]) for name in NAMES}
