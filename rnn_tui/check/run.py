"""From a file's name to a report: load it in a worker, recognise it, check it."""

from __future__ import annotations

import os
from typing import Any

from threadpoolctl import threadpool_limits

from rnn_tui.check.checking import check
from rnn_tui.check.report import Error, Report
from rnn_tui.check.theirs import Description, Progress, Theirs
from rnn_tui.check.worker.loading import is_path
from rnn_tui.check.worker.process import Fault, Worker

_MOST_NAMED = 6
"""Functions and classes named where none was recognised."""
TIME_LIMIT = 10.0
"""Seconds that loading, and each call, may take."""


def check_file(
    target: str,
    name: str | None = None,
    style: str | None = None,
    limit: float = TIME_LIMIT,
    progress: Progress = lambda what, share: None,
) -> Report:
    """Check what is in a file.

    Args:
        target: a path to a ``.py`` or ``.ipynb`` file, or the dotted name of a module.
        name: a class or function in it, two with a slash between, or None for what there is.
        style: the name of the only style to be tried, or None.
        limit: seconds that loading, and each call, may take.
        progress: called often.
    """
    path = os.path.abspath(target) if is_path(target) else target
    shown = f"{os.path.basename(target)}:{name}" if name else os.path.basename(target)
    with Worker(path, limit) as worker:
        try:
            progress("loading it", 0.0)
            answer = worker.ask("load", target=target, path=path, name=name, style=style)
            if "subject" not in answer:
                return _nothing(shown, name, answer["nothing"])
            description = Description.of(answer["subject"] | {"style": answer["subject"]["style"]})
            shown = f"{os.path.basename(target)}:{name or description.target}"
            if (fault := answer["fault"]) is not None:
                return _unusable(
                    shown, description, Error(fault["type"], fault["message"], fault["line"])
                )
            if (complaint := answer["complaint"]) is not None:
                return _unusable(shown, description, Error("Unexpected", complaint, None))
            with threadpool_limits(1):  # at these sizes threads cost more than they bring
                return check(Theirs(worker, description), shown, progress)
        except Fault as fault:
            error = Error(fault.kind, fault.message, fault.line)
            return Report("unusable", shown, error=error)


def split_target(target: str) -> tuple[str, str | None]:
    """File and name of ``rnn.py:RNN2``; a file may have a colon in its name."""
    if os.path.exists(target):
        return target, None
    file, colon, name = target.rpartition(":")
    return (file, name) if colon and file and name else (target, None)


def _unusable(shown: str, description: Description, error: Error) -> Report:
    return Report("unusable", shown, description.style, tuple(description.took), error=error)


def _nothing(shown: str, name: str | None, nothing: dict[str, Any]) -> Report:
    loop, seen = nothing["loop"], nothing["names"]
    if nothing["needs_torch"]:
        message = "the file needs PyTorch, which is not installed beside rnn-tui; pip install torch"
    elif name is not None and not nothing["has_name"]:
        message = f"there is no {name} in the file"
    else:
        among = ", ".join(seen[:_MOST_NAMED]) + (" …" if len(seen) > _MOST_NAMED else "")
        message = "nothing was recognised as a recurrent network with a backward pass"
        message += f" among {among}; " if seen else "; "
        if loop is not None:
            message += "the file trains when it is imported: put the network into functions, or "
        elif seen:
            message += "call its functions forward and backward, or "
        message += "fill in what rnn-tui check --adapter writes"
    return Report("unusable", shown, error=Error("NothingToCheck", message, loop))
