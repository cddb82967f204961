"""A checkpoint: a whole run in one file, read back with the same bits or refused in one line."""

import os
import re

import numpy as np

from rnn_tui.storage.checkpoint.decode import Decoder
from rnn_tui.storage.checkpoint.description import from_text, to_text
from rnn_tui.storage.checkpoint.encode import describe
from rnn_tui.storage.checkpoint.format_1 import upgraded_description
from rnn_tui.storage.checkpoint.vectors import pack, unpack, unpack_carried
from rnn_tui.storage.disk.checks import InvalidValue
from rnn_tui.storage.disk.errors import DamagedFile, StoreError, WrongTensors, shown
from rnn_tui.storage.disk.tensors import Stored, encode, read
from rnn_tui.timeline.run_state import RunState
from rnn_tui.training.config import Config, ConfigError

FORMAT, VERSION = "rnn-tui run", 2
_MAX_FILE = 1 << 36  # bytes
WRONG_TYPE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What Python raises where a value in a file is missing or of another type."""


class NewerFormat(StoreError, ValueError):
    """The file was written by a version of this program that does not exist yet."""


def encode_run(run: RunState) -> bytes:
    """The bytes of a checkpoint; equal runs give equal bytes.

    Raises:
        StoreError: if there are more interventions or branches than a checkpoint holds.
    """
    values, vectors, carried = describe(run)
    tensors = {"description": to_text(values), "vectors": pack(run.config, vectors)}
    if carried:
        tensors["carried"] = np.stack(carried)
    return encode(tensors, {"format": f"{FORMAT} {VERSION}"})


def read_checkpoint(path: str | os.PathLike[str], *, allow_nonfinite: bool = False) -> RunState:
    """Read a run, trusting nothing in the file; takes at most 100 MB beside its content.

    Parameters that are NaN or infinite are let in only with `allow_nonfinite`.

    Raises:
        NewerFormat: a version after this one wrote it.
        WrongTensors: it is undamaged, but does not hold a run that can go on.
        DamagedFile: anything else about its content.
        UnreadableFile: there is no such file, or it cannot be read.
    """
    try:
        stored = read(path, max_bytes=_MAX_FILE)
        return _decode(stored, allow_nonfinite)
    except StoreError:
        raise
    except MemoryError:
        raise DamagedFile(
            f"cannot use {shown(path)}: it needs more memory than there is; free some"
        ) from None
    except InvalidValue as error:
        problem = str(error)
    except WRONG_TYPE as error:
        problem = f"its description is invalid ({type(error).__name__}: {_one_line(error)})"
    raise WrongTensors(f"cannot use {shown(path)}: {problem}; use another file")


def _format_of(stored: Stored) -> int:
    found = re.fullmatch(rf"{FORMAT} ([1-9][0-9]{{0,5}})", stored.metadata.get("format", ""))
    if found is None:
        is_export = "rnn.weight_ih_l0" in stored.tensors
        kind = "it holds parameters alone" if is_export else "it holds no run"
        raise DamagedFile(f"cannot use {stored.source}: {kind}; name a checkpoint of a run")
    if int(found[1]) > VERSION:
        raise NewerFormat(
            f"{stored.source} was written by a newer rnn-tui (format {found[1]}); update"
        )
    return int(found[1])


def _decode(stored: Stored, allow_nonfinite: bool) -> RunState:
    version = _format_of(stored)
    values, packed = from_text(stored.tensors["description"]), stored.tensors["vectors"]
    try:
        config = Config.from_json(values["config"])
    except ConfigError as error:
        raise InvalidValue(f"its configuration is invalid ({_one_line(error)})") from None
    if version == 1:
        values = upgraded_description(values, stored.tensors, config.tensors)
    vectors = unpack(config, packed)
    carried = unpack_carried(config, stored.tensors.get("carried"))
    numbers = (packed, *carried)
    bad = sum(int(np.count_nonzero(~np.isfinite(array))) for array in numbers)
    if bad and not allow_nonfinite:
        raise InvalidValue(
            f"{bad} of its numbers are NaN or infinite (--allow-nonfinite lets them in)"
        )
    return Decoder(config, vectors, iter(carried)).run(values)


def _one_line(error: Exception) -> str:
    """What an exception says, however long or unprintable."""
    return ascii(str(error))[1:-1][:200]
