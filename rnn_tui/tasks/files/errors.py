"""What is wrong with a file of data, in one line: where, what, and what to do (exit code 3)."""

from __future__ import annotations


class DataError(Exception):
    """Data that cannot be trained on; the message is one line for the user."""


def brief(text: str, most: int = 40) -> str:
    r"""A piece of data in a message: quoted, short, nothing in it that a terminal obeys.

    >>> print(brief("a\x1b[2J"))
    'a\x1b[2J'
    """
    short = text if len(text) <= most else text[: most - 3] + "..."
    return "'" + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in short) + "'"
