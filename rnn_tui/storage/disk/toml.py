"""TOML files that a person wrote."""

from __future__ import annotations

import os
import re
import tomllib
from typing import Any

from rnn_tui.storage.disk.errors import StoreError, UnreadableFile, reason, shown
from rnn_tui.storage.disk.regular import open_regular
from rnn_tui.training.config import ConfigError

_AT_MOST = 2**20  # bytes
_PLACE = re.compile(r"(.*) \(at (?:(line \d+, column \d+)|end of document)\)")


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What stands in a file.

    Raises:
        StoreError: if it cannot be read.
        ConfigError: if it is no TOML; one line with the place.
    """
    where = shown(path)
    try:
        with open(open_regular(path), "rb") as file:
            content = file.read(_AT_MOST + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        text = f"{where}: {reason(error).lower()}; name a TOML file"
        raise UnreadableFile(text) from error
    if len(content) > _AT_MOST:
        raise StoreError(f"{where}: it is longer than 1 MB; name a TOML file")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ConfigError(f"{where}: line {line}: not UTF-8; save it as UTF-8") from None
    except (ValueError, RecursionError) as error:  # ValueError: a number of too many digits
        last = content.count(b"\n") + 1
        raise ConfigError(f"{where}: {_mistake(error, last)}") from None


def _mistake(error: Exception, last: int) -> str:
    """Such as ``line 3, column 5: invalid value``, in a file whose last line is given."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    text = " ".join(str(error).split())[:200]
    if found := _PLACE.fullmatch(text):
        what, place = found.groups()
        return f"{place or f'line {last}'}: {what[:1].lower()}{what[1:]}"
    return f"not TOML: {text}"
