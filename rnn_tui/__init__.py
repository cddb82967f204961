"""A trainer and a debugger for recurrent networks, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"
__all__ = ["RNN", "make_pairs", "num_to_label"]

if TYPE_CHECKING:
    from rnn_tui.notebook import RNN, make_pairs, num_to_label


def __getattr__(name: str) -> Any:
    """Load a public name on its first use (PEP 562), so that importing costs nothing."""
    if name in __all__:
        from rnn_tui import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
