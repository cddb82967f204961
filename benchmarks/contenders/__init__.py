"""Who takes part, one file each, all behind the protocol of `contender`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchmarks.contenders.compiled import Compiled
from benchmarks.contenders.contender import Contender, Skipped, Work
from benchmarks.contenders.jax_jit import Jax, fastest
from benchmarks.contenders.min_char import MinChar
from benchmarks.contenders.notebook_style import Notebook
from benchmarks.contenders.ours import Bare, OnlyKernel, Ours
from benchmarks.contenders.pytorch import PyTorch

COMPILE_SECONDS = 120
PLAIN_AT_MOST = 60_000
"""Rows of work (T·B·H) beyond which the plain loops would take minutes."""

Entry = Callable[[Work], Contender]
OURS = "rnn-tui train"


def entries(quick: bool) -> dict[str, Entry]:
    """Everybody by name, `OURS` first.

    Args:
        quick: leave out those that take long before they begin.
    """
    everybody: dict[str, Entry] = {
        OURS: Ours,
        "its trainer": Bare,
        "its kernel": OnlyKernel,
        "PyTorch eager": PyTorch,
        "torch.compile": partial(Compiled, seconds=COMPILE_SECONDS),
        "JAX step": Jax,
        "JAX step, hoisted": partial(Jax, hoisted=True),
        "JAX step, awaited": partial(Jax, awaited=True),
        "JAX step, tuned": fastest,
        "JAX epoch scan": partial(Jax, hoisted=True, whole=True),
        "JAX epoch scan, tuned": partial(fastest, whole=True),
        "min-char-rnn": partial(_plain, make=MinChar),
        "min-char-rnn, float64": partial(_plain, make=_min_char_in_float64),
        "notebook": partial(_plain, make=Notebook),
    }
    slow = {name for name in everybody if name == "torch.compile" or "tuned" in name}
    return {name: e for name, e in everybody.items() if not (quick and name in slow)}


def _min_char_in_float64(work: Work) -> MinChar:
    if work.row.config.dtype == "float64":
        raise Skipped("the whole row is")
    return MinChar(work, "float64")


def _plain(work: Work, make: Entry) -> Contender:
    c = work.row.config
    if c.task.length * c.batch * c.hidden > PLAIN_AT_MOST:
        raise Skipped("a plain loop takes seconds for one update of this size")
    return make(work)
