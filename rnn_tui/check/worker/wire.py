"""Messages between the check and its worker: JSON with arrays, never pickled objects."""

from __future__ import annotations

import json
import math
import socket
import struct
from collections.abc import Callable
from typing import Any

from numpy import ascontiguousarray, bool_, dtype, floating, frombuffer, integer, ndarray
from numpy import complexfloating as complex_floating

_HEAD = struct.Struct("<QQ")
_LARGEST = 1 << 30
"""Bytes of a message; a longer one is refused."""
_KINDS = {"f": "<f8", "c": "<c16", "i": "<i8", "u": "<i8", "b": "<i8"}


class BadMessage(Exception):
    """What arrived is no message, or too long."""


def encode(message: Any) -> bytes:
    """A tree of dicts, lists, strings, numbers and arrays of numbers.

    Real arrays go as float64 (but float32 ones, which stay what they are), complex ones as
    complex128.

    Raises:
        TypeError: if there is anything else in it.
    """
    buffers: list[bytes] = []

    def plain(value: Any) -> Any:
        if isinstance(value, ndarray):
            return _array(value, buffers)
        if isinstance(value, dict):
            return {str(key): plain(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [plain(each) for each in value]
        if isinstance(value, bool_ | integer | floating | complex_floating):
            value = value.item() if not isinstance(value, floating) else float(value)
        if isinstance(value, complex):
            return {"__complex__": [value.real, value.imag]}
        return value

    header = json.dumps(plain(message)).encode()
    body = b"".join(buffers)
    return _HEAD.pack(len(header), len(body)) + header + body


def _array(value: ndarray[Any, Any], buffers: list[bytes]) -> dict[str, Any]:
    if value.dtype.kind not in _KINDS:
        raise TypeError(f"an array of {value.dtype}")
    kind = "<f4" if value.dtype == "f4" else _KINDS[value.dtype.kind]
    data = ascontiguousarray(value, dtype=kind).tobytes()
    start = sum(map(len, buffers))
    buffers.append(data)
    return {"__array__": [kind, list(value.shape), start]}


def decode(header: bytes, body: bytes) -> Any:
    """The message again; arrays are writable.

    Raises:
        BadMessage: if it is none.
    """

    def revived(value: dict[str, Any]) -> Any:
        if "__complex__" in value:
            return complex(*value["__complex__"])
        if "__array__" not in value:
            return value
        kind, shape, start = value["__array__"]
        if kind not in {"<f4", *_KINDS.values()}:
            raise ValueError(kind)
        count = math.prod(int(length) for length in shape)
        flat = frombuffer(body, dtype(kind), count, int(start))
        return flat.reshape(shape).copy()

    try:
        return json.loads(header, object_hook=revived)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadMessage(str(error)) from None


def receive(read: Callable[[int], bytes]) -> Any:
    """The next message.

    Args:
        read: gives exactly as many bytes as asked for.

    Raises:
        BadMessage: if it is no message.
    """
    header, body = _HEAD.unpack(read(_HEAD.size))
    if header + body > _LARGEST:
        raise BadMessage("a message of more than 1 GiB")
    return decode(read(header), read(body))


def read_all(channel: socket.socket, count: int) -> bytes:
    """Exactly ``count`` bytes.

    Raises:
        EOFError: if the other end has gone.
    """
    parts: list[bytes] = []
    while count:
        part = channel.recv(min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
