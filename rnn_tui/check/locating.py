"""In which function and line of theirs a mistake probably stands.

From what is written and read: the statements that add up the gradients of W and U read ∂L/∂s, those
that make ∂L/∂s read ∂L/∂a, and so on. So it is found whatever the names are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from rnn_tui.check.recognition.words import gradient_bases, squeezed
from rnn_tui.check.statements import Statement, statements_of, syntax_tree
from rnn_tui.check.theirs import Function

_SLOPE = re.compile(
    r"1(\.0?)?\s*[-+]|deriv|prime|grad\w*\(|dtanh|dsigmoid|slope|backward\(|\*\* ?2"
)
_PRODUCT = re.compile(r"@|dot\(|outer\(|matmul\(|einsum\(")
_SISTERS = {"b_o": ("V",), "V": ("b_o",), "b_h": ("W", "U"), "W": ("U",), "U": ("W",)}
_ERROR = re.compile(r" - |-= ")


class Place(NamedTuple):
    """Where it probably is.

    Attributes:
        function: of theirs.
        line: of their file; None where it stands in another.
        is_exact: whether a statement was found that is what the mistake is about, not a neighbour.
    """

    function: str | None
    line: int | None
    is_exact: bool = True


def locate(
    kind: str,
    functions: Mapping[str, Sequence[Function]],
    names: Mapping[str, Sequence[str]],
    spoilt: Sequence[str],
) -> Place:
    """The statement that the mistake is about, or one beside it.

    Args:
        kind: of `Mistake.place`.
        functions: theirs, by what they do.
        names: their arrays by role, gates left out: ``W``, ``U``, ``V``, ``b_h``, ``b_o``.
        spoilt: those whose gradient is wrong.
    """
    which = "forward" if kind in ("forward", "softmax") else "backward"
    candidates = functions.get(which) or functions.get("forward") or ()
    own = [function.name.rpartition(".")[2] for function in candidates]
    handed_on = re.compile(rf"\b({'|'.join(map(re.escape, own)) or '(?!)'})\(")
    statements = [
        s
        for s in statements_of(candidates)
        if len(s.writes) < 2 or not handed_on.search(s.code)  # what one step gave is not made here
    ]
    reader = _Reader(statements, names, spoilt)
    for exact, found in ((True, reader.find(kind)), (False, reader.beside(kind))):
        if found is not None:
            return Place(found.function, found.line, exact)
    first = next(iter(candidates), None)
    return Place(None, None) if first is None else Place(first.name, first.line or None, False)


class _Reader:
    """The statements of their way back, and which variable of theirs is what."""

    def __init__(
        self,
        statements: list[Statement],
        names: Mapping[str, Sequence[str]],
        spoilt: Sequence[str],
    ) -> None:
        self.every = statements
        self.names = {role: [_last(name) for name in own] for role, own in names.items()}
        self.spoilt = [_last(name) for name in spoilt]
        parameters = [name for own in self.names.values() for name in own]
        starts = _starts(statements, parameters)
        self.back = [s for s in statements if s.line >= starts.get(s.function, 0)]
        sums = [s for s in self.back if any(_fills(s, own) for own in parameters)]
        summed = {name for s in sums for name in s.writes}
        written = _written_by(self.back) - summed
        self.ds = self._read_by_sums(("b_h",), ("W", "U", "E"), written)
        if not self.ds:  # keys put together, amid a loop over the gates
            inner = [s for s in self.back if "*" in s.writes or (s.operator == "for" and s.loops)]
            self.ds = _read_by(inner, written)
        self.dy = self._read_by_sums(("b_o",), ("V",), _written_by(statements) - summed)
        self.da = _read_by(self._writing(self.ds), written) - self.ds

    def _read_by_sums(
        self, biases: tuple[str, ...], others: tuple[str, ...], among: set[str]
    ) -> set[str]:
        """What goes into the gradients of the biases, else of the others: read by their sums."""
        return _read_by(self._sums(*biases), among) or _read_by(self._sums(*others), among)

    def find(self, kind: str) -> Statement | None:
        """The statement that a kind of mistake is about, if there is one."""
        kind, _, gate = kind.partition(":")
        ways: dict[str, Callable[[], Statement | None]] = {
            "sum": self._sum,
            "overwritten": self._overwritten,
            "slope": lambda: self._slope(gate),
            "carry-in": self._carry_in,
            "carry-out": self._carry_out,
            "error": self._error,
            "gate": lambda: _first(self._gate(gate)) if gate else self._sum(),
            "cell-in": lambda: self._cell(r"^d_?c(_?t|ell)?$"),
            "cell-out": lambda: self._cell(r"^d_?(c_?(next|prev)|(next|prev)_?c)"),
            "loop": lambda: _last_of(s for s in self.back if s.operator == "for"),
            "softmax": lambda: _last_of(s for s in self.every if "exp(" in s.code),
            "in-place": lambda: _first(s for s in self.back if s.operator not in ("=", "for")),
            "forward": lambda: _first(
                s for s in self.every if s.loops and re.search("tanh|sig|relu|max", s.code)
            ),
        }
        return ways[kind]() if kind in ways else None

    def beside(self, kind: str) -> Statement | None:
        """A neighbour: of a statement that is not there."""
        if kind.startswith(("sum", "overwritten", "carry", "gate", "cell", "slope")):
            if (sister := self._sister()) is not None and kind.startswith(("sum", "over")):
                return sister
            sums = [s for s in self.back if s.loops and s.operator in ("+=", "call")]
            if kind == "carry-out":
                return _last_of(s for s in self.back if s.loops)
            return _last_of(sums) or _last_of(s for s in self.back if s.writes)
        if kind == "error":
            return _last_of(self._writing(self.dy)) or _first(self.back)
        return _first(s for s in self.every if s.loops)

    def _sister(self) -> Statement | None:
        """The sum of another gradient that stands beside those that are spoilt: V's for b_o's."""
        for own, others in _SISTERS.items():
            if set(self.names.get(own, ())) & set(self.spoilt):
                found = _last_of(self._sums(*others))
                if found is not None:
                    return found
        return None

    def _sums(self, *roles: str) -> list[Statement]:
        """The statements that fill the gradients of some roles."""
        return self._filling([name for role in roles for name in self.names.get(role, ())])

    def _filling(self, own: Sequence[str]) -> list[Statement]:
        return [
            s
            for s in self.back
            if not s.is_preparation
            and s.operator not in ("-=", "for", "return")
            and any(_fills(s, name) for name in own)
            and not re.search(r"clip", s.code)
        ]

    def _writing(self, names: Iterable[str]) -> list[Statement]:
        wanted = set(names)
        return [s for s in self.back if wanted & set(s.writes) and not s.is_preparation] or [
            s for s in self.every if wanted & set(s.writes) and not s.is_preparation
        ]

    def _sum(self) -> Statement | None:
        """Where a spoilt gradient is computed, rather than where it is handed on."""
        found = self._filling(self.spoilt)
        computed = [s for s in found if len(s.reads) > 1]
        inside = [s for s in computed if s.loops]
        dynamic = [s for s in self.back if "*" in s.writes and s.loops]
        return _first(inside) or _first(computed) or _first(found) or _first(dynamic)

    def _overwritten(self) -> Statement | None:
        found = self._filling(self.spoilt)
        return _first(s for s in found if s.loops and s.operator == "=") or self._sum()

    def _slope(self, gate: str) -> Statement | None:
        if gate and len(gate) == 1:
            cell = self._cell(r"^d_?c(_?t)?$")
            named = cell if gate == "c" else _last_of(self._gate(gate))
            stacked = [s for s in self._writing(self.ds) if named and set(named.writes) & s.reads]
            if named is not None:
                return _last_of(s for s in stacked if _SLOPE.search(s.code)) or named
        making = self._writing(self.ds)
        sloped = [s for s in making if _SLOPE.search(s.code)]
        anywhere = [s for s in self.back if _SLOPE.search(s.code) and s.operator != "for"]
        return _last_of(sloped) or _last_of(making) or _first(anywhere)

    def _carry_in(self) -> Statement | None:
        making = [s for s in self._writing(self.da) if s.operator in ("=", "+=")]
        output = set(self.names.get("V", ()))
        carried = self._carry_out()
        carry = set(carried.writes) if carried else set()
        making = [s for s in making if s != carried] or making
        return (
            _first(s for s in making if output & s.reads)
            or _first(s for s in making if carry & s.reads)
            or _first(s for s in making if s.loops)
            or _first(s for s in self._writing(self.ds) if output & s.reads)
            or _first(making)
            or _first(self._writing(self.ds))
        )

    def _carry_out(self) -> Statement | None:
        recurrent = set(self.names.get("U", ()))
        using = [
            s
            for s in self.back
            if recurrent & s.reads
            and _PRODUCT.search(s.code)
            and not any(_fills(s, own) for own in recurrent)
        ]
        return _last_of(using)

    def _error(self) -> Statement | None:
        making = self._writing(self.dy)
        return _first(s for s in making if _ERROR.search(s.code))

    def _gate(self, gate: str) -> list[Statement]:
        """What makes the gradient of a gate, by its letter."""
        pattern = rf"^d(elta)?_?[aszh]?_?{gate}(_?t|_?raw|_?bar|gate)?$"
        return [s for s in self.back if any(re.match(pattern, t) for t in s.writes)]

    def _cell(self, pattern: str) -> Statement | None:
        return _first(
            s
            for s in self.back
            if not s.is_preparation and any(re.match(pattern, t, re.I) for t in s.writes)
        )


def has_loop_in_loop(functions: Sequence[Function]) -> bool:
    """Whether a function goes through time in a loop inside a loop."""
    return any(
        isinstance(inner, ast.For | ast.While)
        for function in functions
        for outer in ast.walk(syntax_tree(function))
        if isinstance(outer, ast.For | ast.While)
        for inner in ast.walk(outer)
        if inner is not outer
    )


def is_ever_filled(functions: Sequence[Function], name: str) -> bool:
    """Whether a line of theirs puts more than zeros into the gradient of an array."""
    own = re.escape(_last(name))
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


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _fills(statement: Statement, own: str) -> bool:
    """Whether the gradient of an array is written, by its name: a variable's or a key's."""
    for target in statement.writes:
        bases = (*gradient_bases(target), *gradient_bases(target.removesuffix("_t")))
        if any(squeezed(base) == squeezed(own) for base in bases if base):
            return True
        if target == own and re.search(rf"[\"']{re.escape(own)}[\"']\]", statement.code):
            return True
    return False


def _starts(statements: Sequence[Statement], parameters: Sequence[str]) -> dict[str, int]:
    """By function, the line in which the way back begins: the loop around the first gradient.

    0 where there is no loop before it, as in a step of a cell.
    """
    found: dict[str, int] = {}
    loop: dict[str, int] = {}
    for each in statements:
        if each.operator == "for" and each.loops == 0:
            loop[each.function] = each.line
        if any(_fills(each, own) for own in parameters):
            before = 0 if each.function not in loop else each.line
            found.setdefault(each.function, loop.get(each.function, 0) if each.loops else before)
    return found


def _read_by(statements: Iterable[Statement], among: set[str]) -> set[str]:
    return {name for s in statements for name in s.reads} & among


def _written_by(statements: Iterable[Statement]) -> set[str]:
    return {name for s in statements for name in s.writes if not s.is_preparation}


def _first(statements: Iterable[Statement]) -> Statement | None:
    return next(iter(statements), None)


def _last_of(statements: Iterable[Statement]) -> Statement | None:
    return next(iter([*statements][::-1]), None)
