"""From an exception of theirs to what is told: type, message, and the line of their file."""

from __future__ import annotations

import traceback
from typing import Any


def fault_of(error: BaseException, path: str) -> dict[str, Any]:
    """A plain description of what their code raised.

    Args:
        error: theirs, with its traceback.
        path: of their file.

    Returns:
        ``type``, ``message``, ``line`` (of their file, where it was on the way; else null) and
        ``function``.
    """
    message = " ".join(_text(error).split())[:500]
    if isinstance(error, SyntaxError) and error.filename in (path, None):
        return _fault(error, error.msg or "invalid syntax", error.lineno)
    line, function = where_in(error, path)
    if isinstance(error, SystemExit):
        message = f"it leaves Python: sys.exit({'' if error.code is None else error.code!r})"
    return _fault(error, message or type(error).__name__, line, function)


def where_in(error: BaseException, path: str) -> tuple[int | None, str | None]:
    """The innermost line of their file that was running, and its function."""
    found: tuple[int | None, str | None] = (None, None)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == path:
            found = line, frame.f_code.co_name
    return found


def _text(error: BaseException) -> str:
    """What it says; nothing if even that fails."""
    try:
        return str(error)
    except BaseException:
        return ""


def _fault(
    error: BaseException, message: str, line: int | None, function: str | None = None
) -> dict[str, Any]:
    name = str(type(error).__name__)[:100]
    inside = function if function not in (None, "<module>") else None
    return {"type": name, "message": message, "line": line, "function": inside}
