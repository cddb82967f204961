"""What the names of parameters say about their roles; shapes and probing decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np

from rnn_tui.check.problem import Numbers
from rnn_tui.check.recognition.words import squeezed

_ROLES = (
    ("E", r"e|emb\w*|we|wemb\w*|embedding(s|matrix)?"),
    ("W", r"w?(xh|ax|ih|in|xa|sx|hx)|wx|wi|wax|weightih(l0)?|i2h(weight)?"
     r"|(w|weights?)(input|inputs|in)|synapse0|inputweights?|w(input|in)(to)?hidden|xtoh"),
    ("U", r"w?(hh|aa|rec|ss)|wh|waa|whh|wrec|weighthh(l0)?|h2h(weight)?|wrecurrent|wr|synapseh"
     r"|recurrentweights?|w(hidden|rec)(to)?(hidden)?|htoh"),
    ("V", r"w?(hy|ya|ho|out|yh|oh|sy)|wy|wo|wya|why|wout|fcweights?|h2o(weight)?|woutput|headweight"
     r"|synapse1|outputweights?|linearweight|decoderweight|w(hidden)?(to)?out(put)?|htoy|wv"),
    ("b_h", r"b|bh|ba|bi|bhidden|biasih(l0)?|biashh(l0)?|bx|hiddenbias|biash(idden)?|bxh|bhh"
     r"|h2hbias|i2hbias"),
    ("b_o", r"by|bo|bout|boutput|fcbias|h2obias|headbias|outputbias|biaso(ut(put)?)?|c|bya|bhy"
     r"|biasy|bv"),
)  # fmt: skip
_GATE = re.compile(r"(w|u|b|weight|bias|v)_?(x|h|a)?_?(f|i|o|g|c|z|r|n|u|h)(_?(x|h))?", re.I)


def roles_of(parameters: Mapping[str, Numbers]) -> dict[str, str]:
    """Role by parameter name, for names that mean one thing only among those there are."""
    if _gates(parameters):
        return {}
    found: dict[str, str] = {}
    for name, value in parameters.items():
        short = squeezed(name.rpartition(".")[2])
        for role, pattern in _ROLES:
            is_bias = role.startswith("b_")
            flat = np.ndim(value) < 2 or 1 in np.shape(value)
            if is_bias == flat and re.fullmatch(pattern, short):
                found[name] = role
                break
    return found


def cell_of(parameters: Mapping[str, Numbers], hidden: int) -> Literal["rnn", "gru", "lstm"] | None:
    """``lstm`` or ``gru`` where the gates' names or the stacked shapes tell."""
    gates = _gates(parameters)
    if {"f", "i", "o"} <= gates:
        return "lstm"
    if {"z", "r"} <= gates or {"u", "r"} <= gates:
        return "gru"
    wide = {d for p in parameters.values() if p.ndim == 2 for d in p.shape}
    squares = [p for p in parameters.values() if p.shape == (hidden, hidden)]
    if not squares and any({hidden, 4 * hidden} == set(p.shape) for p in parameters.values()):
        return "lstm"
    if not squares and any({hidden, 3 * hidden} == set(p.shape) for p in parameters.values()):
        return "gru"
    return "rnn" if wide and len(squares) == 1 else None


def _gates(parameters: Mapping[str, Numbers]) -> set[str]:
    """The letters of gates, if there are at least two weights with different ones."""
    letters = [
        match.group(3).lower()
        for name, value in parameters.items()
        if value.ndim == 2
        and 1 not in value.shape
        and (match := _GATE.fullmatch(name.rpartition(".")[2])) is not None
    ]
    found = set(letters)
    return found if {"f", "i"} <= found or {"z", "r"} <= found or {"u", "r"} <= found else set()


def roles_with_gates(names: Iterable[str]) -> dict[str, str | None]:
    """Roles where gates have parameters of their own, as Wf and bf; empty where they have not.

    A gate's only matrix is ``W U``: it is multiplied with state and input, one below the other.
    """
    gates = {n: m for n in names if (m := _GATE.fullmatch(n.rpartition(".")[2])) is not None}
    letters = {match.group(3).lower() for match in gates.values()}
    if not ({"f", "i"} <= letters or {"z", "r"} <= letters or {"u", "r"} <= letters):
        return {}
    roles = {name: _role_at_gate(gates[name]) if name in gates else role_of(name) for name in names}
    if "U" not in roles.values():
        roles = {name: "W U" if role == "W" else role for name, role in roles.items()}
    return roles


def _role_at_gate(match: re.Match[str]) -> str:
    kind, side = match.group(1).lower(), (match.group(2) or match.group(5) or "").lower()
    if kind.startswith("b"):
        return "b_h"
    return "U" if kind == "u" or side in {"h", "a"} else "W"


def role_of(name: str) -> str | None:
    """The role that a name tells by itself."""
    short = squeezed(name.rpartition(".")[2])
    return next((role for role, pattern in _ROLES if re.fullmatch(pattern, short)), None)
