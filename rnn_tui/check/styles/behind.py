"""What glue code calls: the functions of theirs in which a mistake may stand."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from rnn_tui.check.recognition.words import is_backward

_OTHERS = tuple(
    os.path.join(os.path.realpath(path), "")
    for path in (
        sysconfig.get_path("stdlib"), *site.getsitepackages(),
        os.path.dirname(os.path.dirname(os.path.dirname(__file__))),
    )
)  # fmt: skip


def called_by(function: Callable[..., Any], *arguments: Any) -> tuple[Any, list[CodeType]]:
    """Call a function of theirs; what it returns, and the code of theirs that ran, in order.

    Code of installed packages, and of modules without a file, is left out.
    """
    seen: dict[CodeType, None] = {}

    def note(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            seen.setdefault(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        value = function(*arguments)
    finally:
        sys.setprofile(before)
    return value, [code for code in seen if _is_theirs(code)]


def with_a_backward_pass(glue: CodeType, called: list[CodeType]) -> list[CodeType]:
    """Those that go backward, by their names; else all that the glue calls; else itself."""
    inner = [code for code in called if code is not glue]
    return [code for code in inner if is_backward(code.co_name)] or [
        *(code for code in inner if code.co_filename != glue.co_filename),
        glue,
    ]


def _is_theirs(code: CodeType) -> bool:
    path = os.path.realpath(code.co_filename)
    return os.path.isabs(code.co_filename) and not path.startswith(_OTHERS)
