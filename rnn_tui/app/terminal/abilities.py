"""What the terminal can do, found out before anything is written to it."""

from __future__ import annotations

import sys
from collections.abc import Mapping


def why_no_screen(environment: Mapping[str, str]) -> str | None:
    """Why no screen can be shown here, in one line; None if one can."""
    advice = "rnn-tui train does the same without a screen"
    for stream, name in (
        (sys.__stdin__, "input"), (sys.__stdout__, "output"), (sys.__stderr__, "error"),
    ):  # fmt: skip
        if stream is None or stream.closed or not stream.isatty():
            return f"standard {name} is not a terminal; {advice}"
    if environment.get("TERM", "") in ("", "dumb", "unknown"):
        return f"the terminal (TERM={environment.get('TERM', '')}) cannot show a screen; {advice}"
    return None


def speaks_utf8(environment: Mapping[str, str]) -> bool:
    """Whether the locale asked for is UTF-8; true if none is asked for."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = environment.get(name, "")
        if value:
            return "utf-8" in value.lower() or "utf8" in value.lower()
    return True
