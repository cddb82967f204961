"""Rows of JSON Lines: an object with the keys input and target on each line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from rnn_tui.tasks.files.errors import DataError, brief
from rnn_tui.tasks.files.rows import BadRow, Blank, Cell, Found, Row
from rnn_tui.tasks.files.tables import INPUT, TARGET

_TRY_AT_MOST = 2_000_000
"""Characters that are read to find out whether all is one document."""
_MOST_DIGITS = 4_000
"""Of a number; Python reads not many more."""


def json_rows(path: str, lines: Iterable[str]) -> Iterator[Found]:
    """The rows, in the order of the file.

    Args:
        path: as it is told.
        lines: of the file.

    Raises:
        DataError: if it is one JSON document over many lines.
    """
    for number, line in enumerate(_unless_one_document(path, lines), 1):
        yield _found(number, line) if line.strip() else Blank(number)


def _found(number: int, line: str) -> Found:
    try:
        return _row(number, _parsed(line.rstrip()))
    except json.JSONDecodeError as error:
        return BadRow(number, f"column {error.colno}: it is no JSON: {_reason(error)}")
    except RecursionError:
        return BadRow(number, "lists within lists, too deep")
    except ValueError as error:
        return BadRow(number, str(error))


def _parsed(line: str) -> Any:
    return json.loads(
        line, object_pairs_hook=_Pairs, parse_constant=_refuse_constant, parse_int=_integer
    )


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(text):,} digits; write it as a string")
    return int(text)


class _Pairs(list[tuple[str, Any]]):
    """An object, with every key that stands in it."""


def _row(number: int, values: Any) -> Row:
    if not isinstance(values, _Pairs):
        raise ValueError(f'{_kind(values)}, not an object; write {{"input": ..., "target": ...}}')
    keys = [key for key, _ in values]
    for name in (INPUT, TARGET):
        if name not in keys:
            others = ", ".join(brief(key, 20) for key in keys[:4]) or "nothing"
            raise ValueError(f"there is no key {name!r} but {others}; name them input and target")
        if keys.count(name) > 1:
            raise ValueError(f"the key {name!r} stands twice; leave one out")
    both = dict(values)
    return Row(number, _cell(both[INPUT], INPUT), _cell(both[TARGET], TARGET))


def _cell(value: Any, name: str) -> Cell:
    """A sequence or a label: a string or a list of symbols, or a whole number as a label."""
    if isinstance(value, list) and not isinstance(value, _Pairs):
        return [_symbol(element, f"{name}[{place}]") for place, element in enumerate(value)]
    return _symbol(value, name)


def _symbol(value: Any, where: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    advice = ""
    if isinstance(value, float):
        advice = ": a series of numbers; rnn-tui trains on symbols"
    elif isinstance(value, list) and not isinstance(value, _Pairs):
        advice = "; write one-hot rows as the numbers of their ones"
    raise ValueError(f"{where} is {_kind(value)}{advice or '; write a string or a whole number'}")


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, _Pairs):
        return "an object"
    kinds = {bool: "true or false", float: "a fraction", list: "a list", str: "a string"}
    return kinds.get(type(value), "a number")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"there is {name}, which is no symbol; leave the row out")


def _reason(error: json.JSONDecodeError) -> str:
    return error.msg[:1].lower() + error.msg[1:]


def _unless_one_document(path: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines, if the first is one by itself, or all together are not one either."""
    source, head = iter(lines), ""
    for line in source:
        head += line
        if line.strip():
            break
    if not _is_json(head):
        more, size = [], 0
        for line in source:
            more.append(line)
            size += len(line)
            if size > _TRY_AT_MOST:
                break
        else:
            if more and _is_json(head + "".join(more)):
                raise DataError(
                    f"{path}: line 1: it is one JSON document over many lines, not JSON Lines; "
                    "write each object on a line of its own, as jq -c '.[]' does"
                )
        source = chain(more, source)
    yield from (line + "\n" for line in head.removesuffix("\n").split("\n")) if head else ()
    yield from source


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
