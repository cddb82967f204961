"""Runs that come from elsewhere: out of another store, or back from another machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_hex

from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import DamagedFile, reason, shown, unwritable
from rnn_tui.storage.disk.names import RUN_FILES
from rnn_tui.storage.disk.regular import open_regular
from rnn_tui.storage.library.run_folder import RunFolder
from rnn_tui.storage.library.store import Store

Files = Mapping[str, bytes]
"""The files of a run, by name."""
_ARRIVING = ".arriving-"


def pack(folder: Path) -> dict[str, bytes]:
    """The files of a run, which nobody may be writing to.

    Raises:
        DamagedFile: if one cannot be read.
    """
    found = {}
    for name in RUN_FILES:
        try:
            with open(open_regular(folder / name), "rb") as file:
                found[name] = file.read()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise DamagedFile(f"cannot read {shown(folder / name)}: {reason(error)}") from error
    return found


def unpack(store: Store, id: str, files: Files) -> None:
    """Write the files of a run into a store that has none of that name.

    Raises:
        DamagedFile: if there is a file that no run has.
        UnwritableFile: if one cannot be written.
    """
    _write(_inside(store, id), files)


def put(store: Store, id: str, files: Files, replaces: Callable[[Path, Path], bool]) -> None:
    """Add a run to a store, all of it or nothing; never while another process has it open.

    Args:
        store: where to.
        id: what it is called.
        files: its files.
        replaces: whether what arrives, the first folder, takes the place of the run of that name
            that is there, the second one. It may write to both; the run is held meanwhile.

    Raises:
        DamagedFile: if there is a file that no run has.
        Held: another process has the run open.
        UnwritableFile: if it cannot be written.
    """
    target = _inside(store, id)
    store.check_writable()
    arriving = store.folder / f"{_ARRIVING}{token_hex(8)}"
    gone = store.folder / f"{_ARRIVING}{token_hex(8)}"
    try:
        _write(arriving, files)
        if not target.exists() and _renamed(arriving, target):
            return
        with RunFolder(target):
            if replaces(arriving, target):
                os.rename(target, gone)
                os.rename(arriving, target)
    except OSError as error:
        raise error if isinstance(error, DamagedFile) else unwritable(target, error) from error
    finally:
        for folder in (arriving, gone):
            shutil.rmtree(folder, ignore_errors=True)


def _inside(store: Store, id: str) -> Path:
    if id in ("", ".", "..") or "/" in id or "\0" in id or id.startswith("."):
        raise DamagedFile(f"{shown(id)} is no name of a run")
    return store.folder / id


def _write(folder: Path, files: Files) -> None:
    if strange := sorted(files.keys() - set(RUN_FILES)):
        raise DamagedFile(f"{shown(folder.name)}: {shown(strange[0])} is no file of a run")
    folder.mkdir(parents=True)
    for name, content in files.items():
        write_durably(folder / name, content)


def _renamed(folder: Path, target: Path) -> bool:
    try:
        os.rename(folder, target)
    except OSError:
        return False  # it is there by now
    return True
