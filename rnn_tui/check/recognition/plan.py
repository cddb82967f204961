"""Which functions of theirs do what, and what their arguments are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from rnn_tui.check.recognition.binding import signature
from rnn_tui.check.recognition.returned import names_returned
from rnn_tui.check.recognition.words import argument_kind


class Plan(NamedTuple):
    """Which functions of theirs do what, by name.

    Attributes:
        backward: returns or leaves the gradients; may do all the rest.
        forward: runs the network, called before; None where ``backward`` does it.
        loss: computes the loss from what forward returned; None where there is none.
        output: which of the values that forward returned (or ``backward``, where there is no
            forward) is the output; None for the likeliest.
    """

    backward: str
    forward: str | None = None
    loss: str | None = None
    output: int | None = None


def kinds_of_arguments(
    forward: Callable[..., Any] | None, *after: Callable[..., Any] | None
) -> list[dict[str, str]]:
    """The kinds of the arguments by name, function by function.

    Args:
        forward: what it returns is no argument that would have to be handed in afterwards.
        after: the functions called then.
    """
    returned = set() if forward is None else names_returned(forward)
    found = []
    for function in (forward, *after):
        if function is not None:
            names = tuple(signature(function))
            known = set() if function is forward else returned
            kinds = {n: argument_kind(n, names) for n in names if n not in known}
            found.append({n: kind for n, kind in kinds.items() if kind is not None})
    return found


def upstream_argument(
    backward: Callable[..., Any] | None, forward: Callable[..., Any] | None
) -> str | None:
    """The argument of backward that gets the gradient of the outputs, if there is one."""
    if forward is None or backward is None:
        return None
    kinds = kinds_of_arguments(forward, backward)[1]
    if "targets" in kinds.values():
        return None
    return next((name for name, kind in kinds.items() if kind == "upstream"), None)
