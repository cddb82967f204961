"""JAX: a jitted update, and a whole epoch of updates as one jitted scan."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import NAMES, Skipped, Weights, Work

Update = Callable[[Any, Any], tuple[Any, Any]]


def import_jax() -> Any:
    """JAX, with float64 allowed.

    Raises:
        Skipped: if it is not there.
    """
    try:
        import jax
    except ImportError:
        raise Skipped("JAX is not installed") from None
    jax.config.update("jax_enable_x64", True)
    return jax


def update_of(work: Work, one_hot: bool, unroll: int, hoisted: bool) -> Update:
    """(weights, (x, y)) → (weights, loss), to be compiled.

    Args:
        work: the problem.
        one_hot: products with one-hot vectors instead of looking symbols up.
        unroll: steps of the scan over time written out.
        hoisted: both projections taken out of the scan by hand, as our own engine does; else
            the cell and the output layer are what is scanned.
    """
    jax = import_jax()
    jnp = jax.numpy
    c = work.row.config
    dtype, rate = np.dtype(c.dtype), np.dtype(c.dtype).type(work.rate)

    def project(P: Any, x: Any) -> Any:
        return (x @ P["W"] if one_hot else P["W"][x]) + P["b_h"]

    def loss(P: Any, x: Any, y: Any) -> Any:
        if one_hot:
            x = jax.nn.one_hot(x, c.task.symbols, dtype=dtype)

        def step(a_h: Any, x_t: Any) -> tuple[Any, Any]:
            a_h = jnp.tanh((x_t if hoisted else project(P, x_t)) + a_h @ P["U"])
            return a_h, a_h if hoisted else a_h @ P["V"] + P["b_o"]

        first = jnp.zeros((c.batch, c.hidden), dtype)
        _, outputs = jax.lax.scan(step, first, project(P, x) if hoisted else x, unroll=unroll)
        logs = jax.nn.log_softmax(outputs @ P["V"] + P["b_o"] if hoisted else outputs)
        if one_hot:
            return -(logs * jax.nn.one_hot(y, c.task.symbols, dtype=dtype)).sum() / c.batch
        return -jnp.take_along_axis(logs, y[..., None], -1).sum() / c.batch

    def update(P: Any, pair: Any) -> tuple[Any, Any]:
        value, gradient = jax.value_and_grad(loss)(P, *pair)
        return {name: P[name] - rate * gradient[name] for name in P}, value

    return update


class Jax:
    """A jitted update, called once for each.

    Args:
        work: the problem.
        one_hot: see `update_of`.
        unroll: see `update_of`.
        hoisted: see `update_of`.
        whole: an epoch as one call.
        awaited: each update waits for its loss, as a loop does that prints it; else for the epoch.
    """

    def __init__(
        self,
        work: Work,
        *,
        one_hot: bool = False,
        unroll: int = 1,
        hoisted: bool = False,
        whole: bool = False,
        awaited: bool = False,
    ) -> None:
        self._awaited = awaited
        self._jax = jax = import_jax()
        jnp = jax.numpy
        self.form = f"{'one-hot' if one_hot else 'indices'}, unroll {unroll}" + (
            ", hoisted" if hoisted else ""
        )
        self.name = "JAX epoch scan" if whole else "JAX step"
        self._whole = whole
        update = update_of(work, one_hot, unroll, hoisted)
        self._weights = {name: jnp.asarray(value) for name, value in work.weights.items()}
        x, y = (jnp.asarray(tokens, jnp.int32) for tokens in (work.inputs, work.targets))
        if whole:
            self._run = jax.jit(lambda P, x, y: jax.lax.scan(update, P, (x, y)))
            self._pairs = [(x, y)]
        else:
            self._run = jax.jit(lambda P, x, y: update(P, (x, y)))
            self._pairs = list(zip(x, y, strict=True))
        self._losses: list[Any] = []
        self._run(self._weights, *self._pairs[0])  # compiles

    def epoch(self) -> None:
        self._losses = []
        weights, run = self._weights, self._run
        for x, y in self._pairs:
            weights, loss = run(weights, x, y)
            if self._awaited:
                loss.block_until_ready()
            self._losses.append(loss)
        self._weights = self._jax.block_until_ready(weights)

    def losses(self) -> NDArray[np.float64]:
        return np.concatenate([np.atleast_1d(np.asarray(loss)) for loss in self._losses])

    def weights(self) -> Weights:
        return {name: np.array(self._weights[name]) for name in NAMES}


def fastest(work: Work, *, whole: bool = False) -> Jax:
    """The fastest of eight ways to write the same, found by a short trial."""
    best: tuple[float, dict[str, Any]] | None = None
    for one_hot, unroll, hoisted in product(
        (False, True), (1, work.row.config.task.length), (False, True)
    ):
        form: dict[str, Any] = {
            "one_hot": one_hot,
            "unroll": unroll,
            "hoisted": hoisted,
            "whole": whole,
        }
        seconds = _trial(Jax(work, **form))
        if best is None or seconds < best[0]:
            best = seconds, form
    assert best is not None
    jax = Jax(work, **best[1])
    jax.name += ", tuned"
    return jax


def _trial(jax: Jax) -> float:
    times: list[float] = []
    start = time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - start < 0.3 and len(times) < 300):
        before = time.perf_counter()
        jax.epoch()
        times.append(time.perf_counter() - before)
    return float(np.median(times))
