"""What the terminal can do, found out before anything is written to it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Literal

Colours = Literal["many", "sixteen", "none"]

_NO_BRAILLE = re.compile(r"(linux|console|ansi|pcansi|cons25|sun|hurd|vt\d+)\b")
"""Terminals that have the characters of their font alone."""
_WITHOUT_COLOURS = re.compile(r"vt([1-4]?\d\d)\b.*|.*-(m|mono)")
_MANY_COLOURS = re.compile(r"(.*-)?(256color|kitty)")
"""Those for which Rich takes 256; for all others sixteen, which every terminal understands."""


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


def draws_braille(environment: Mapping[str, str]) -> bool:
    """Whether all that the panels draw is in the terminal's font: blocks, arrows and braille.

    The Linux console and terminals made of glass have no braille; another locale than UTF-8 has
    none of it.
    """
    return speaks_utf8(environment) and not _NO_BRAILLE.match(environment.get("TERM", ""))


def colours(environment: Mapping[str, str]) -> Colours:
    """How many colours the terminal has, by COLORTERM or else by its name.

    NO_COLOR asks for none, TEXTUAL_COLOR_SYSTEM for what it says.
    """
    term = environment.get("TERM", "")
    if "NO_COLOR" in environment:
        return "none"
    if (asked := environment.get("TEXTUAL_COLOR_SYSTEM", "auto")) != "auto":
        return "sixteen" if asked == "standard" else "many"
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return "many"
    if _MANY_COLOURS.fullmatch(term):
        return "many"
    return "none" if _WITHOUT_COLOURS.fullmatch(term) else "sixteen"
