"""For tests of one's own network: `assert_gradients_correct`."""

from __future__ import annotations

import os
from typing import Any


def assert_gradients_correct(code: Any, *, style: str | None = None) -> None:
    """Fail unless every gradient of a recurrent network agrees with numerical differentiation.

    Args:
        code: a class, a function or a module that has been imported, which runs in this process;
            or the path of a file, perhaps with a name after a colon (``rnn.py:RNN2``), which runs
            in a process of its own. The ways of writing that are recognised are those of
            ``rnn-tui check``; see docs/check.md.
        style: the only style to be tried, or None.

    Raises:
        AssertionError: if a gradient is wrong, or nothing can be said; its text says which and
            why.
        ValueError: if nothing is recognised.
    """
    from rnn_tui.check.here import check_code
    from rnn_tui.check.run import check_file, split_target

    if isinstance(code, str | os.PathLike):
        report = check_file(*split_target(os.fspath(code)), style)
    else:
        report = check_code(code, style)
    if report.verdict != "right":
        raise AssertionError(str(report))
