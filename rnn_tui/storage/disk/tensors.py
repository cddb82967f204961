"""Tensors in a safetensors file with digests: what is read is what was written, or is refused.

The format notices no flipped bit. One digest of the tensors (`sha256`) and one of the header
(`metadata_sha256`) cover every byte. The library saves an array that is not contiguous as
garbage, lets a long header swallow the memory, accepts a name twice, and writes metadata in
another order each time; this file guards against all four.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from rnn_tui.storage.disk.errors import DamagedFile, UnreadableFile, reason, shown
from rnn_tui.storage.disk.regular import open_regular

MAX_HEADER = 1_000_000  # bytes
_DTYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"), "F32": np.dtype("<f4"), "I64": np.dtype("<i8"), "U8": np.dtype("u1"),
}  # fmt: skip
_deserialize: Callable[[bytes], list[tuple[str, dict[str, Any]]]] = safetensors.deserialize
_CODES = {dtype: code for code, dtype in _DTYPES.items()}
_TENSORS, _HEADER, _BLANK = "sha256", "metadata_sha256", "0" * 64
_KINDS = {  # how files of other kinds begin
    b"PK\x03\x04": "it is a zip (npz, or saved by torch.save)",
    b"\x93NUMPY": "it is a NumPy file",
    b"\x80": "it is a pickle, which is never opened because it could run anything",
}
Tensors = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Stored:
    """What a file holds: writable arrays of their own, metadata without the digests, its name."""

    tensors: dict[str, NDArray[Any]]
    metadata: dict[str, str]
    source: str


def encode(tensors: Tensors, metadata: Mapping[str, str]) -> bytes:
    """The bytes of a safetensors file, digests included; equal input gives equal bytes.

    Raises:
        ValueError: a dtype other than float64, float32, uint8, int64; a header too large to be
            read again (long texts belong in a uint8 tensor).
    """
    arrays = {name: _contiguous(name, array) for name, array in tensors.items()}
    content = memoryview(safetensors.numpy.save(arrays))
    start = 8 + int.from_bytes(content[:8], "little")
    entries = json.loads(bytes(content[8:start]))
    digests = {_TENSORS: digest(arrays), _HEADER: _BLANK}
    entries["__metadata__"] = dict(sorted(metadata.items())) | digests
    entries["__metadata__"][_HEADER] = hashlib.sha256(_header(entries)).hexdigest()
    header = _header(entries)
    if len(header) > MAX_HEADER:
        raise ValueError(f"names and metadata take {len(header)} bytes, which is too much")
    return b"".join([len(header).to_bytes(8, "little"), header, content[start:]])


def digest(tensors: Tensors) -> str:
    """sha256 over names, dtypes, shapes and little-endian bytes, in the order of the names."""
    total = hashlib.sha256()
    for name in sorted(tensors):
        array = _contiguous(name, tensors[name])
        total.update(json.dumps([name, _CODES[array.dtype], array.shape]).encode() + b"\n")
        total.update(array.reshape(-1).view(np.uint8).data)
    return total.hexdigest()


def read(path: str | os.PathLike[str], *, max_bytes: int = 1 << 30) -> Stored:
    """Read a regular file that `encode` made; one of more than `max_bytes` is refused unread.

    Raises:
        DamagedFile: anything about the content is not as it must be.
        UnreadableFile: there is no such file, it is not a regular file, or may not be read.
    """
    try:
        with open(open_regular(path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > max_bytes:
                raise DamagedFile(f"it has {size} bytes, more than {max_bytes}; use a smaller one")
            start = file.read(8)
            length = int.from_bytes(start, "little")
            if len(start) < 8 or length > min(size - 8, MAX_HEADER):
                raise DamagedFile(f"{_kind(start, length)}; name an undamaged safetensors file")
            return Stored(*_decode(start + file.read(size - 8), length), shown(path))
    except DamagedFile as error:
        raise DamagedFile(f"cannot use {shown(path)}: {error}") from error.__cause__
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        advice = "name a safetensors file that may be read"
        raise UnreadableFile(f"cannot read {shown(path)}: {reason(error)}; {advice}") from error


def _decode(content: bytes, length: int) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    header = content[8 : 8 + length]
    try:
        entries = json.loads(header, object_pairs_hook=_unique)
        tensors = {
            name: np.frombuffer(entry["data"], _dtype(name, entry["dtype"])).reshape(entry["shape"])
            for name, entry in _deserialize(content)
        }
    except (safetensors.SafetensorError, ValueError, RecursionError) as error:
        problem = reason(error)[:120] or "too deep"
        raise DamagedFile(f"its header is not valid ({problem}); use an undamaged copy") from error
    metadata: dict[str, str] = entries.get("__metadata__") or {}
    ours, of_header = metadata.pop(_TENSORS, None), metadata.pop(_HEADER, "")
    if ours is None or len(of_header) != 64:
        raise DamagedFile("it has no digest; name a file saved by rnn-tui")
    blanked = header.replace(of_header.encode(), _BLANK.encode())
    if hashlib.sha256(blanked).hexdigest() != of_header:
        raise DamagedFile("its header does not match its digest; use an undamaged copy")
    if digest(tensors) != ours:
        raise DamagedFile("its tensors do not match their digest; use an undamaged copy")
    return tensors, metadata


def _kind(start: bytes, length: int) -> str:
    """What a file is that does not begin with the length of its header."""
    for magic, kind in _KINDS.items():
        if start.startswith(magic):
            return kind
    if not start:
        return "it is empty"
    if start.isascii() and start.decode().replace("\n", " ").isprintable():
        return "it is text"
    return f"it is cut off, or no safetensors file (its header would have {length} bytes)"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise ValueError("a name occurs twice")
    return entries


def _dtype(name: str, code: str) -> np.dtype[Any]:
    if code not in _DTYPES:
        raise ValueError(f"the tensor {name!r} has the dtype {code}")
    return _DTYPES[code]


def _header(entries: Mapping[str, Any]) -> bytes:
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % 8)


def _contiguous(name: str, array: NDArray[Any]) -> NDArray[Any]:
    dtype = np.asarray(array).dtype.newbyteorder("<")
    if dtype not in _CODES:
        raise ValueError(f"tensor {name!r} is {dtype}; float64, float32, uint8, int64 are stored")
    return np.asarray(array, dtype, order="C")
