"""What runs are called, and which one a user means."""

import difflib
import re
import time
from collections.abc import Sequence
from pathlib import Path

from rnn_tui.storage.disk.errors import StoreError, shown
from rnn_tui.training.config import Config


def name_of(config: Config, now: float) -> str:
    """A name for a new run, such as ``successor-seed0-20261123-140512`` (local time)."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    return re.sub(r"[^\w.-]", "-", f"{config.task.name}-seed{config.seed}")[:100] + f"-{stamp}"


def resolve(name: str, names: Sequence[str], folder: Path, *, in_full: bool = False) -> str:
    """The one of the names in a folder that is meant, by itself or its beginning.

    As `rnn-tui runs` shows it, too: with escapes for what is not printable, cut short by an
    ellipsis.

    Raises:
        StoreError: it is none of them, may be several, or is a beginning where the name is to be
            given in full; the message names those close to it.
    """
    if name in names:
        return name
    start = name.removesuffix("…").removesuffix("...")
    fitting = [n for n in names if start and (n.startswith(start) or shown(n).startswith(start))]
    if name in (exact := [shown(known) for known in fitting]):
        return fitting[exact.index(name)]
    if fitting and in_full:
        hint = f"write the whole name, {_some(fitting)}"
        raise StoreError(f"there is no run {shown(name)}; {hint}")
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise StoreError(f"{shown(name)} may be {_some(fitting)}; write more of the name")
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
    hint = f"did you mean {_some(close)}?" if close else "rnn-tui runs lists those there are"
    raise StoreError(f"there is no run {shown(name)} in {shown(folder)}; {hint}")


def _some(names: Sequence[str]) -> str:
    return ", ".join(map(shown, names[:5])) + (" …" if len(names) > 5 else "")
