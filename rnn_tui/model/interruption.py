"""Leaving a long computation half-way: a callable that is called at each step and may raise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

AtStep = Callable[[], None]
"""Called between pieces of work, time steps for the most part; may raise to leave it half-way."""

Piece = TypeVar("Piece")


class Interrupted(Exception):
    """Raised by an `AtStep` callable to leave a pass half-way; nothing has changed then."""


def polled(pieces: Iterable[Piece], at_step: AtStep | None) -> Iterable[Piece]:
    """The pieces of a loop, with a call before each; without one they cost nothing more."""
    return pieces if at_step is None else _polled(pieces, at_step)


def _polled(pieces: Iterable[Piece], at_step: AtStep) -> Iterator[Piece]:
    for piece in pieces:
        at_step()
        yield piece
