"""Their functions as statements: what each writes and reads, and in which line it stands."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rnn_tui.check.theirs import Function


class Statement(NamedTuple):
    """One assignment, call or loop of theirs.

    Attributes:
        function: its name.
        line: of their file.
        writes: the last names of what is assigned or changed in place; ``*`` for a key that is
            put together (``grads["d" + name]``).
        reads: the last names in the value.
        operator: ``=``, ``+=``, ``-=`` …, ``call``, ``for``.
        loops: how many loops it stands in.
        code: as one line of text.
    """

    function: str
    line: int
    writes: tuple[str, ...]
    reads: frozenset[str]
    operator: str
    loops: int
    code: str

    @property
    def is_preparation(self) -> bool:
        """Whether it only makes room: zeros."""
        return bool(re.search(r"zeros|\bzeros_like|= 0(\.0)?$|full\(", self.code))


def statements_of(functions: Sequence[Function]) -> list[Statement]:
    """All of them, in the order of the functions."""
    return [found for function in functions for found in _in(function)]


def syntax_tree(function: Function) -> ast.AST:
    """Of a function; empty where its text is not to be had."""
    try:
        return ast.parse(textwrap.dedent("".join(function.source)))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _in(function: Function) -> Iterator[Statement]:
    for node, loops in _walk(syntax_tree(function), 0):
        made = _made(node)
        if made is not None:
            targets, value, operator = made
            yield Statement(
                function.name,
                function.line + getattr(node, "lineno", 1) - 1,
                tuple(name for target in targets for name in _names_written(target)),
                frozenset(_names_read(value)),
                operator,
                loops,
                ast.unparse(node).partition("\n")[0],
            )


def _walk(node: ast.AST, loops: int) -> Iterator[tuple[ast.AST, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            continue
        yield child, loops
        yield from _walk(child, loops + isinstance(child, ast.For | ast.While))


def _made(node: ast.AST) -> tuple[list[ast.expr], ast.AST, str] | None:
    """Targets, value and operator of a statement; None for one that changes nothing."""
    if isinstance(node, ast.Assign):
        return node.targets, node.value, "="
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return [node.target], node.value, "="
    if isinstance(node, ast.AugAssign):
        signs = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.Div: "/="}
        return [node.target], node.value, signs.get(type(node.op), "other")
    if isinstance(node, ast.For):
        return [], node.iter, "for"
    if isinstance(node, ast.Return) and node.value is not None:
        return [], node.value, "return"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        changed = call.args[:1]
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"append", "insert"}:
            changed = [call.func.value]
        return changed, call, "call"
    return None


def _names_written(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _names_written(each)
    elif isinstance(target, ast.Subscript):
        key = target.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value
        elif isinstance(key, ast.JoinedStr | ast.BinOp):
            yield "*"
        yield from _names_written(target.value)
    elif isinstance(target, ast.Attribute):
        yield target.attr
    elif isinstance(target, ast.Name):
        yield target.id


def _names_read(value: ast.AST) -> Iterator[str]:
    for node in ast.walk(value):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
