"""The description in a file: JSON text in a tensor, small enough to be parsed without harm."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.storage.disk.checks import InvalidValue, require
from rnn_tui.storage.disk.errors import StoreError

_MAX_BYTES, _MAX_BRACKETS = 4_000_000, 100_000
"""Parsed, that is 50 MB."""


def to_text(values: dict[str, Any]) -> NDArray[np.uint8]:
    """The tensor that holds these values."""
    content = json.dumps(values, separators=(",", ":")).encode()
    if not _is_readable(content):
        raise StoreError(
            "cannot save the run: it has too many branches or changes; start a new run"
        )
    return np.frombuffer(content, np.uint8)


def from_text(text: NDArray[Any]) -> Any:
    """The values in a tensor, not yet checked."""
    require(text.dtype == np.uint8 and text.ndim == 1, "its description is not text")
    content = text.tobytes()
    require(_is_readable(content), "its description is too long")
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise InvalidValue("its description is not valid JSON") from None


def _is_readable(content: bytes) -> bool:
    brackets = content.count(b"{") + content.count(b"[")
    return len(content) <= _MAX_BYTES and brackets <= _MAX_BRACKETS
