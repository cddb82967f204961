"""A checkpoint: a whole run in one file, read back with the same bits or refused in one line."""

from __future__ import annotations

import os
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.storage.checkpoint.decode import Rebuilder
from rnn_tui.storage.checkpoint.encode import config_of, describe, parse
from rnn_tui.storage.checkpoint.interventions import MOST, from_tables, to_tables
from rnn_tui.storage.checkpoint.vectors import (
    layout_of,
    optimizer_vectors,
    pack,
    packed_size,
    unpack,
    updates_per_epoch,
)
from rnn_tui.storage.disk.checks import InvalidValue, require
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import DamagedFile, StoreError, WrongTensors, shown
from rnn_tui.storage.disk.tensors import Stored, encode, read
from rnn_tui.timeline.run_state import RunState

FORMAT, VERSION = "rnn-tui run", 1
_MAX_FILE = 1 << 36  # bytes
_TENSORS = {"description", "interventions", "values", "vectors"}


class NewerFormat(StoreError, ValueError):
    """The file was written by a version of this program that does not exist yet."""


def encode_run(run: RunState) -> bytes:
    """The bytes of a checkpoint; equal runs give equal bytes.

    Raises:
        StoreError: if there are more interventions or branches than a checkpoint holds.
    """
    layout = layout_of(run.config)
    content, changes, vectors = describe(run)
    if len(changes) > MOST:
        raise StoreError(f"cannot save the run: it has more than {MOST} interventions; fork anew")
    rows, values = to_tables(layout, changes)
    packed = np.empty((len(vectors), packed_size(layout)), run.config.dtype)
    for row, vector in zip(packed, vectors, strict=True):
        row[...] = pack(layout, vector)
    try:
        parse(content)
    except InvalidValue as problem:
        raise StoreError(f"cannot save the run: {problem}; remove some branches") from None
    tensors: dict[str, NDArray[Any]] = {
        "description": np.frombuffer(content, np.uint8),
        "interventions": rows,
        "values": values,
        "vectors": packed,
    }
    return encode(tensors, {"format": f"{FORMAT} {VERSION}"})


def write_checkpoint(path: str | os.PathLike[str], run: RunState) -> None:
    """Write a run durably; a file of that name stays as it is until the new one is whole.

    Raises:
        StoreError: if it cannot be written (`UnwritableFile`), or does not fit into the format.
    """
    write_durably(path, encode_run(run))


def read_checkpoint(path: str | os.PathLike[str], *, allow_nonfinite: bool = False) -> RunState:
    """Read a run, trusting nothing in the file; takes at most 50 MB beside its content.

    Args:
        path: of the file.
        allow_nonfinite: let in parameters that are NaN or infinite.

    Raises:
        NewerFormat: a version after this one wrote it.
        WrongTensors: it is sound, but not of the shapes, the dtype or the values of its run.
        DamagedFile: anything else about its content.
        UnreadableFile: there is no such file, or it cannot be read.
    """
    try:
        stored = read(path, max_bytes=_MAX_FILE)
        _require_format(stored)
        return _decode(stored, allow_nonfinite)
    except InvalidValue as problem:
        raise WrongTensors(f"cannot use {shown(path)}: {problem}; use another file") from None
    except MemoryError:
        raise DamagedFile(
            f"cannot use {shown(path)}: it needs more memory than there is; free some"
        ) from None


def _require_format(stored: Stored) -> None:
    found = re.fullmatch(rf"{FORMAT} ([1-9][0-9]{{0,5}})", stored.metadata.get("format", ""))
    if found is None:
        kind = "it holds parameters alone" if _is_parameters(stored) else "it holds no run"
        raise DamagedFile(f"cannot use {stored.source}: {kind}; name a checkpoint of a run")
    if int(found[1]) > VERSION:
        raise NewerFormat(
            f"{stored.source} was written by a newer rnn-tui (format {found[1]}); update"
        )


def _is_parameters(stored: Stored) -> bool:
    return "rnn.weight_ih_l0" in stored.tensors


def _decode(stored: Stored, allow_nonfinite: bool) -> RunState:
    tensors = stored.tensors
    require(tensors.keys() == _TENSORS, "it has not the tensors of a run")
    content = tensors["description"]
    require(content.dtype == np.uint8 and content.ndim == 1, "its description is not text")
    values = parse(content.tobytes())
    config = config_of(values)
    layout, updates = layout_of(config), updates_per_epoch(config)
    changes = from_tables(layout, updates, tensors["interventions"], tensors["values"])
    packed, size = tensors["vectors"], packed_size(layout)
    require(
        packed.ndim == 2 and packed.shape[1] == size,
        f"its vectors have the shape {packed.shape}, expected {size} numbers each",
    )
    require(packed.dtype == config.dtype, f"its vectors are {packed.dtype}, not {config.dtype}")
    if not allow_nonfinite and (bad := int(np.count_nonzero(~np.isfinite(packed)))):
        raise InvalidValue(
            f"{bad} of its numbers are NaN or infinite (--allow-nonfinite lets them in)"
        )
    vectors = (unpack(layout, row) for row in packed)
    return Rebuilder(config, updates, optimizer_vectors(config), vectors, changes).run(values)
