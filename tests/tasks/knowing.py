"""Who knows a task's definition and all inputs so far: the odds of the next target, exactly.

Written from the definitions, symbol by symbol and by name, with nothing of the generators.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

Names = Sequence[str]
Odds = dict[str, float]

AFTER_THE_X = "(?:XT*VP)*(?:S|XT*VV)"
REBER = re.compile(f"B(?:TS*X{AFTER_THE_X}|PT*V(?:P{AFTER_THE_X}|V))E")
ENDINGS = ("", "E", "SE", "VE", "XSE", "VVE", "TXSE")
"""From wherever one is in a Reber string, one of these leads to its end."""


def evenly(symbols: Names) -> Odds:
    return dict.fromkeys(symbols, 1 / len(symbols))


def xor(task: Any, x: Names) -> Odds:
    if len(x) % 3 == 2:  # the next bit is a triple's third
        return {str(int(x[-2] != x[-1])): 1}
    return evenly("01")


def reber(task: Any, x: Names) -> Odds:
    start = "".join(x)
    return evenly(
        [s for s in "BTPSXVE" if any(REBER.fullmatch(start + s + end) for end in ENDINGS)]
    )


def embedded_reber(task: Any, x: Names) -> Odds:
    if len(x) < 3:
        return {"B": 1} if len(x) == 2 else evenly("TP")
    inner = "".join(x[2:])
    if REBER.fullmatch(inner):
        return {x[1]: 1}
    return {"E": 1} if REBER.fullmatch(inner[:-1]) else reber(task, x[2:])


def forgetful(task: Any, x: Names) -> Odds:
    """Of the embedded grammar, without the outer letter."""
    return evenly("TP") if REBER.fullmatch("".join(x[2:])) else embedded_reber(task, x)


def copy(task: Any, x: Names) -> Odds:
    since = len(x) - 1 - x.index("?") if "?" in x else 0
    return {x[since - 1] if since else "_": 1}


def temporal_order(task: Any, x: Names) -> Odds:
    return {"".join(symbol for symbol in x if symbol in "XY"): 1}


def anbn(task: Any, x: Names) -> Odds:
    n, rest = x.count("a"), x.count("a") - x.count("b")
    if rest < n:
        return {"b" if rest else "$": 1}
    ends = 1 / (task.length - n + 1)  # n is one of those that are left
    return {"a": 1 - ends, "b": ends} if ends < 1 else {"b": 1}


def binary_addition(task: Any, x: Names) -> Odds:
    one, other = (int("".join(pair[k] for pair in reversed(x)), 2) for k in (0, 1))
    return {str((one + other) >> (len(x) - 1) & 1): 1}


KNOWING: dict[str, Callable[[Any, Names], Odds]] = {
    "xor": xor,
    "reber": reber,
    "embedded-reber": embedded_reber,
    "copy": copy,
    "temporal-order": temporal_order,
    "anbn": anbn,
    "binary-addition": binary_addition,
}
"""By task: from the task and the inputs so far to the odds of the target."""
