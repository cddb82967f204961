"""In which function and line of theirs a mistake probably stands, from the text of the line."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rnn_tui.check.theirs import Function

_SLOPE = (
    r"1(\.0?)?\s*-.*(\*\*\s*2|\*\s*\w)", r"deriv|prime|grad\w*\(|dtanh|dsigmoid|slope|backward\(",
    r"np\.square|\*\*\s*2", r"\b(dh?raw|draw|dz|ds\w*|d_f|delta\w*|temp)\b\s*=",
)  # fmt: skip
_ERROR = (
    r"-=\s*1",
    r"-\s*=?\s*\w*(target|label|\by\b)",
    r"\b(dy|d_?o\w*|ds_o|delta_o|error)\b\s*[-+]?=",
)
_DEFAULT = (r"\bfor\b", r"=")


class Place(NamedTuple):
    """Where it probably is."""

    function: str | None
    line: int | None  # None where it stands in another file


def locate(
    kind: str, functions: Mapping[str, Sequence[Function]], names: Mapping[str, Sequence[str]]
) -> Place:
    """The line that matches best what a mistake of a kind looks like.

    Args:
        kind: of `Mistake.place`.
        functions: theirs, by what they do.
        names: their arrays by role ``U``, ``V``, and ``sum``: those whose gradient is wrong.
    """
    which = "forward" if kind == "forward" else "backward"
    candidates = functions.get(which) or functions.get("forward") or ()
    for pattern in _patterns(kind, names):
        for function in candidates:
            for offset, line in enumerate(function.source):
                code = line.partition("#")[0]
                if offset and not _is_preparation(code) and re.search(pattern, code):
                    return Place(function.name, function.line + offset)
    first = next(iter(candidates), None)
    return Place(None, None) if first is None else Place(first.name, first.line or None)


def has_loop_in_loop(functions: Sequence[Function]) -> bool:
    """Whether a function goes through time in a loop inside a loop."""
    return any(
        isinstance(inner, ast.For | ast.While)
        for function in functions
        for outer in ast.walk(_parsed(function))
        if isinstance(outer, ast.For | ast.While)
        for inner in ast.walk(outer)
        if inner is not outer
    )


def is_ever_filled(functions: Sequence[Function], name: str) -> bool:
    """Whether a line of theirs puts more than zeros into the gradient of an array."""
    own = re.escape(name.rpartition(".")[2])
    ways = (
        rf"{own}\w*\W*\s*\+=",
        rf"\b(d|g)\w*{own}\b\W*\s*=[^=]",
        rf"\[[\"']{own}[\"']\]\s*=[^=]",
        rf"{own}.*\b(add|update|append)\(",
        r"\[[^\]]*(\+|\bf[\"'])[^\]]*\]\s*\+?=[^=]",  # grads["d" + name] += …
    )
    pattern = "|".join(ways)
    lines = [line.partition("#")[0] for function in functions for line in function.source]
    return any(
        re.search(pattern, line, re.I) and not re.search(r"zeros|\b0 \*", line) for line in lines
    )


def _parsed(function: Function) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent("".join(function.source)))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _is_preparation(code: str) -> bool:
    return bool(re.search(r"zeros|^\s*(def|return|\"\"\"|@|assert)\b|parameters\s*=|\"\"\"", code))


def _patterns(kind: str, names: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    recurrent, output = (_any_of(names.get(role, ())) for role in ("U", "V"))
    if kind == "carry-out":
        return (rf"(next|prev|carry|future|acc\w*|d_h|dh\w*|da\w*)\w*\W*\s*[-+]?=.*{recurrent}",
                rf"=.*{recurrent}", r"(next|prev|carry|future)\w*\s*[-+]?=", *_DEFAULT)  # fmt: skip
    if kind == "carry-in":
        return (rf"=.*{output}", r"\b(dh|da|d_h|dht|error|arriving)\w*\s*=",
                r"backward\(|step\(", *_DEFAULT)  # fmt: skip
    if kind == "sum":
        own = _any_of(names.get("sum", ()))
        return (rf"\w*d\w*_?{own}\W*\s*[-+]?=[^=]", rf"{own}\W+\s*[-+]=", rf"d\w*{own}\b.*=",
                rf"{own}", *_DEFAULT)  # fmt: skip
    if kind == "cell":
        return (r"\bd_?[cC]\w*\s*[-+]?=", r"[cC]_?(prev|next)|tanh", *_DEFAULT)
    if kind == "in-place":
        return (r"\[.*\]\s*[-+*/]=", r"[-+*/]=|out=", *_DEFAULT)
    if kind == "forward":
        return (r"tanh|sigmoid|relu", r"zeros|\[t\s*-\s*1\]", *_DEFAULT)
    return {"slope": (*_SLOPE, *_DEFAULT), "error": (*_ERROR, *_DEFAULT)}.get(kind, _DEFAULT)


def _any_of(names: Sequence[str]) -> str:
    """A pattern for the last part of any of these names, at the end of a word."""
    plain = [re.escape(name.rpartition(".")[2]) for name in names]
    return rf"(?:{'|'.join(plain)})\b" if plain else r"(?!)"
