"""Loading their file: a module, a notebook, or a module of a package."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import linecache
import os
import re
import sys
import types
from collections.abc import Iterable
from typing import Any, NamedTuple


class Loaded(NamedTuple):
    """Their module.

    Attributes:
        module: executed.
        path: what its code is called in tracebacks.
        source: its text.
        endless: the line of a loop without an end at which it was left off, or None.
    """

    module: types.ModuleType
    path: str
    source: str
    endless: int | None = None


def load(target: str) -> Loaded:
    """Execute their file, not as ``__main__``.

    Args:
        target: a path to a ``.py`` or ``.ipynb`` file, or the dotted name of a module.

    Raises:
        BaseException: whatever their code raises.
    """
    sys.path.insert(0, os.getcwd())
    if not is_path(target):
        module = importlib.import_module(target)
        path = str(getattr(module, "__file__", "") or "")
        with open(path, "rb") as file:
            return Loaded(module, path, file.read().decode("utf-8", "replace"))
    path = os.path.abspath(target)
    sys.path.insert(0, os.path.dirname(path))
    with open(path, "rb") as file:
        data = file.read()
    code, source, endless = _compiled(data, path)
    keep_source(path, source)
    name = os.path.splitext(os.path.basename(path))[0]
    module = types.ModuleType(name if name.isidentifier() else "theirs")
    module.__file__ = path
    sys.modules[module.__name__] = module
    exec(code, module.__dict__)
    return Loaded(module, path, source, endless)


def is_path(target: str) -> bool:
    """Whether a target is a file rather than the dotted name of a module."""
    return target.endswith((".py", ".ipynb")) or os.sep in target or os.path.exists(target)


def keep_source(path: str, source: str) -> None:
    """Let tracebacks and `inspect` see the text that was executed, whatever becomes of the file."""
    linecache.cache[path] = (len(source), None, source.splitlines(keepends=True), path)


def loop_at_top(source: str) -> int | None:
    """The line of the first loop outside functions and classes, where a file trains on import."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return next((each.lineno for each in body if isinstance(each, ast.For | ast.While)), None)


def names_defined(module: types.ModuleType) -> list[str]:
    """The functions and classes that a module defines itself, in their order."""
    kinds = types.FunctionType | type
    own = {n: v for n, v in vars(module).items() if isinstance(v, kinds)}
    return [name for name, value in own.items() if value.__module__ == module.__name__]


def needs_torch(source: str) -> bool:
    """Whether their file imports PyTorch, which is not installed here."""
    asks = re.search(r"^\s*(import|from)\s+torch\b", source, re.MULTILINE) is not None
    return asks and importlib.util.find_spec("torch") is None


def _compiled(data: bytes, path: str) -> tuple[Any, str, int | None]:
    """Code up to the first loop outside functions that never ends, as min-char-rnn's; its line."""
    is_notebook = path.endswith(".ipynb")
    source: str | bytes = source_of_notebook(data) if is_notebook else data
    tree = ast.parse(source, path)
    text = source if isinstance(source, str) else source.decode("utf-8", "replace")
    endless = next((at for at, each in enumerate(tree.body) if _is_endless(each)), None)
    line = None if endless is None else tree.body[endless].lineno
    del tree.body[len(tree.body) if endless is None else endless :]
    return compile(tree, path, "exec", dont_inherit=True), text, line


def _is_endless(statement: ast.stmt) -> bool:
    """Whether it is a ``while True`` that nothing breaks."""
    if not isinstance(statement, ast.While) or not isinstance(statement.test, ast.Constant):
        return False
    raises = any(isinstance(each, ast.Raise) for each in ast.walk(statement))
    return bool(statement.test.value) and not raises and not any(map(_breaks, statement.body))


def _breaks(node: ast.AST) -> bool:
    """Whether there is a break of the loop around it, not of one inside."""
    inner: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.For | ast.While):
        inner = node.orelse
    return isinstance(node, ast.Break) or any(map(_breaks, inner))


def source_of_notebook(data: bytes) -> str:
    """The code cells one after another; lines with ``%`` and ``!`` are left out.

    Raises:
        ValueError: if it is no notebook.
    """
    try:
        cells = json.loads(data)["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (KeyError, TypeError, AttributeError):
        raise ValueError("this is not a Jupyter notebook") from None
    lines = "\n".join(code).split("\n")
    return "\n".join("pass" if line.startswith(("%", "!")) else line for line in lines) + "\n"
