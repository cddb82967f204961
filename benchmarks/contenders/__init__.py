"""Who takes part, one file each, all behind the protocol of `contender`."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.contenders.contender import Contender, Work
from benchmarks.contenders.jax_jit import Jax
from benchmarks.contenders.min_char import MinChar
from benchmarks.contenders.notebook_style import Notebook
from benchmarks.contenders.ours import Ours
from benchmarks.contenders.pytorch import PyTorch

Entry = Callable[[Work], Contender]
OURS = Ours.name
CONTENDERS: dict[str, Entry] = {kind.name: kind for kind in (Ours, PyTorch, Jax, MinChar, Notebook)}
"""Everybody by name, `OURS` first."""
