"""Tensors in a safetensors file with digests: what is read is what was written, or is refused.

The format alone notices no flipped bit, and its library saves a transposed array as garbage and
lets a header swallow the memory; the few lines that it takes are therefore here. One digest of
the tensors (`sha256`) and one of the header (`metadata_sha256`) cover every byte.
"""

import hashlib
import json
import math
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnn_tui.storage.disk.durable import StoreError, reason, shown

MAX_HEADER = 1_000_000  # bytes
_MAX_BRACKETS = 50_000  # a JSON object of 7 bytes takes 250 bytes of memory
_DTYPES: dict[str, np.dtype[Any]] = {"F64": np.dtype("<f8"), "F32": np.dtype("<f4")}
_DTYPES |= {"I64": np.dtype("<i8"), "U8": np.dtype("u1")}
_CODES = {dtype: code for code, dtype in _DTYPES.items()}
_TENSORS, _HEADER, _BLANK = "sha256", "metadata_sha256", "0" * 64
_COPY = "use an undamaged copy"
_OURS = "name a file saved by rnn-tui"
_KINDS = {  # how files of other kinds begin
    b"PK\x03\x04": "it is a zip (npz, or saved by torch.save)",
    b"\x93NUMPY": "it is a NumPy file",
    b"\x80": "it is a pickle, which is never opened because it could run anything",
}


class DamagedFile(StoreError, ValueError):
    """The content is not what was written, or never was a safetensors file for this program."""


class UnreadableFile(StoreError, OSError):
    """There is no content: no such file, a folder, a device, no permission."""


class WrongTensors(StoreError, ValueError):
    """The file is sound, but its tensors are not those that are needed."""


@dataclass(frozen=True)
class Stored:
    """What a file holds: writable arrays of their own, metadata without the digests, its name."""

    tensors: dict[str, NDArray[Any]]
    metadata: dict[str, str]
    source: str = "the file"


def encode(tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, str]) -> bytes:
    """The bytes of a safetensors file, digests included; equal input gives equal bytes.

    Raises:
        ValueError: a dtype other than float64, float32, uint8, int64; a reserved name
            (`__metadata__`, metadata called like a digest); metadata that is not text; a header
            too large to be read again (long texts belong in a uint8 tensor).
    """
    if reserved := ({_TENSORS, _HEADER} & metadata.keys()) | ({"__metadata__"} & tensors.keys()):
        raise ValueError(f"the name {min(reserved)!r} is reserved")
    if not all(isinstance(text, str) for text in [*tensors, *metadata, *metadata.values()]):
        raise ValueError("names of tensors and metadata must be text")
    arrays = {name: _little_endian(name, array).copy() for name, array in tensors.items()}
    names = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))  # keeps alignment
    digests = {_TENSORS: digest(arrays), _HEADER: _BLANK}
    entries: dict[str, Any] = {"__metadata__": dict(sorted(metadata.items())) | digests}
    end = 0
    for name in names:
        begin, end = end, end + arrays[name].nbytes
        code, shape = _CODES[arrays[name].dtype], arrays[name].shape
        entries[name] = {"dtype": code, "shape": shape, "data_offsets": [begin, end]}
    entries["__metadata__"][_HEADER] = hashlib.sha256(_dump(entries)).hexdigest()
    header = _dump(entries)
    if _is_excessive(header):
        raise ValueError(f"names and metadata take {len(header)} bytes, which is too much")
    content = [_flat(arrays[name]) for name in names]
    return b"".join([len(header).to_bytes(8, "little"), header, *content])


def digest(tensors: Mapping[str, NDArray[Any]]) -> str:
    """sha256 over names, dtypes, shapes and little-endian bytes, in the order of the names.

    Raises:
        ValueError: a dtype that cannot be stored.
    """
    total = hashlib.sha256()
    for name in sorted(tensors):
        array = _little_endian(name, tensors[name])
        total.update(json.dumps([name, _CODES[array.dtype], array.shape]).encode() + b"\n")
        total.update(_flat(array))
    return total.hexdigest()


def read(
    path: str | os.PathLike[str], *, max_bytes: int = 1 << 30, require_digest: bool = True
) -> Stored:
    """Read a safetensors file, trusting nothing in it; takes at most 50 MB beside its content.

    Args:
        path: a regular file; links are followed.
        max_bytes: a larger file is refused unread.
        require_digest: False also lets in a file without our digests (one saved by PyTorch);
            digests that are there are compared all the same.

    Raises:
        DamagedFile: anything about the content is not as it must be.
        UnreadableFile: there is no such file, it is not a regular file, or may not be read.
    """
    try:
        mode = os.stat(path).st_mode  # before opening: a FIFO would wait
        if not stat.S_ISREG(mode):
            raise OSError(f"it is a {'folder' if stat.S_ISDIR(mode) else 'device or a pipe'}")
        with open(path, "rb") as file:
            return _read(file, max_bytes, shown(path), require_digest)
    except DamagedFile as error:
        raise DamagedFile(f"cannot use {shown(path)}: {error}") from error.__cause__
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        advice = "name a safetensors file that may be read"
        raise UnreadableFile(f"cannot read {shown(path)}: {reason(error)}; {advice}") from error


def expect(
    stored: Stored,
    shapes: Mapping[str, tuple[int, ...]],
    dtype: DTypeLike,
    *,
    allow_nonfinite: bool = False,
) -> None:
    """Require exactly the tensors named in `shapes`, in these shapes, in `dtype`, and finite.

    Raises:
        WrongTensors: the first difference: the tensor, what was expected, what was found.
    """
    wanted = np.dtype(dtype)
    for name in sorted(shapes.keys() | stored.tensors.keys()):
        array = stored.tensors.get(name)
        if array is None:
            problem = "was expected, found none of that name"
        elif name not in shapes:
            problem = "was not expected"
        elif array.shape != tuple(shapes[name]):
            problem = f"expected shape {tuple(shapes[name])}, found {array.shape}"
        elif array.dtype != wanted:
            problem = f"expected {wanted}, found {array.dtype}"
        elif not allow_nonfinite and (bad := np.count_nonzero(~np.isfinite(array))):
            problem = f"expected finite values, found {bad} of {array.size} NaN or infinite"
        else:
            continue
        raise WrongTensors(f"{stored.source}: tensor {_brief(name)}: {problem}; use another file")


def _read(file: BufferedReader, max_bytes: int, source: str, require_digest: bool) -> Stored:
    size = os.fstat(file.fileno()).st_size
    _require(size <= max_bytes, f"it has {size} bytes, more than {max_bytes}", "use a smaller one")
    start = file.read(8)
    length = int.from_bytes(start, "little")
    if len(start) < 8 or length > min(size - 8, MAX_HEADER):
        raise DamagedFile(f"{_kind(start, length)}; name an undamaged safetensors file")
    header = file.read(length)
    tensors, metadata = _parse(header, size - 8 - length)
    for array in tensors.values():
        _require(file.readinto(_flat(array)) == array.nbytes, "it ends inside a tensor")
    if require_digest or metadata.keys() & {_TENSORS, _HEADER}:
        ours, of_header = metadata.pop(_TENSORS, None), metadata.pop(_HEADER, "")
        _require(ours is not None and len(of_header) == 64, "it has no digest", _OURS)
        blanked = header.replace(of_header.encode(), _BLANK.encode())
        sound = hashlib.sha256(blanked).hexdigest() == of_header
        _require(sound, "its header does not match its digest")
        _require(digest(tensors) == ours, "its tensors do not match their digest")
    return Stored(tensors, metadata, source)


def _parse(header: bytes, size: int) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Check the header; make room for its tensors, in the order of their bytes."""
    _require(header[:1] == b"{" and not _is_excessive(header), "it has no safetensors header")
    try:
        entries = json.loads(header.decode(), object_pairs_hook=_unique)
        _dump(entries)  # refuses text that is not Unicode
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"its header is not valid ({_brief(str(error))}); {_COPY}") from error
    metadata = entries.pop("__metadata__", {})
    text = isinstance(metadata, dict) and all(isinstance(v, str) for v in metadata.values())
    _require(text, "its metadata is not text")
    layout = sorted((*_span(name, entry), name) for name, entry in entries.items())
    begins, ends = [begin for begin, _, _ in layout], [end for _, end, _ in layout]
    _require([*begins, size] == [0, *ends], "its tensors overlap, leave holes or are cut off")
    places = [(name, entries[name]) for _, _, name in layout]
    return {name: np.empty(e["shape"], _DTYPES[e["dtype"]]) for name, e in places}, metadata


def _span(name: str, entry: Any) -> tuple[int, int]:
    """Where a tensor begins and ends, which must agree with its dtype and shape."""
    tensor = f"its tensor {_brief(name)}"
    keys = {"dtype", "shape", "data_offsets"}
    _require(isinstance(entry, dict) and entry.keys() == keys, f"{tensor} is not described")
    code, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    known = isinstance(code, str) and code in _DTYPES
    _require(known, f"{tensor} has the dtype {_brief(code)}", "use float32 or float64")
    sound = all(isinstance(numbers, list) and len(numbers) <= 64 for numbers in (shape, offsets))
    sound = sound and all(type(n) is int and 0 <= n < 1 << 63 for n in [*shape, *offsets])
    itemsize = _DTYPES[code].itemsize if sound else 0
    sound = sound and math.prod(n or 1 for n in shape) * itemsize < 1 << 63 and len(offsets) == 2
    _require(sound, f"{tensor} has an impossible shape or place")
    fits = offsets[1] - offsets[0] == math.prod(shape) * itemsize
    _require(fits, f"{tensor} has a shape that is not that of its bytes")
    return offsets[0], offsets[1]


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


def _dump(entries: Mapping[str, Any]) -> bytes:
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % 8)


def _is_excessive(header: bytes) -> bool:
    brackets = header.count(b"{") + header.count(b"[")
    return len(header) > MAX_HEADER or brackets > _MAX_BRACKETS


def _little_endian(name: str, array: NDArray[Any]) -> NDArray[Any]:
    dtype = np.asarray(array).dtype.newbyteorder("<")
    if dtype not in _CODES:
        raise ValueError(f"tensor {name!r} is {dtype}; float64, float32, uint8, int64 are stored")
    return np.asarray(array, dtype, order="C")


def _flat(array: NDArray[Any]) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _brief(text: object) -> str:
    return repr(text)[:80]


def _require(condition: bool, problem: str, advice: str = _COPY) -> None:
    if not condition:
        raise DamagedFile(f"{problem}; {advice}")
