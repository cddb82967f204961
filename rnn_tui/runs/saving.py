"""Writing the parameters shown to a file that the user named."""

import errno
import os
from pathlib import Path

from rnn_tui.storage.disk.errors import shown, unwritable
from rnn_tui.storage.export.formats import taken
from rnn_tui.storage.export.pytorch import write_beside, write_parameters
from rnn_tui.training.trainer import State, Trainer


def check_writable(path: Path, *, replace: bool) -> None:
    """Find out before a long training whether a file could be written at its end.

    Raises:
        UnwritableFile: if its folder is missing or closed, or it is not a regular file.
        TakenName: if it is there, and is not to be replaced.
    """
    folder = path.parent
    try:
        if not folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, f"no folder {shown(folder)}")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "permission denied")
        is_taken = path.exists()  # raises where the name is too long
        if is_taken and not path.is_file():
            raise OSError(errno.EINVAL, "it is not a regular file")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise unwritable(path, error) from error
    if is_taken and not replace:
        raise taken(path)


def save_to(path: Path, trainer: Trainer, state: State) -> None:
    """Write a state's parameters to a file the user named, in the place of what is there.

    Raises:
        UnwritableFile: if that is not possible.
    """
    write_parameters(path, trainer.parameters_of(state), trainer.config, state.epoch)


class Saver:
    """What ctrl+s does: the file of ``--save``, else one named after run and epoch.

    A file that was there before is not overwritten unless ``--save`` may replace it; the next
    free name is taken.
    """

    def __init__(self, path: Path | None, *, replace: bool = False) -> None:
        self._path = path
        self._ours = replace and path is not None

    def __call__(self, trainer: Trainer, state: State) -> str:
        """Save a state; what to tell the user.

        Raises:
            UnwritableFile: if it cannot be written.
        """
        config = trainer.config
        name = f"rnn-tui-{config.task.name}-seed{config.seed}-epoch{state.epoch}.safetensors"
        path = self._path or Path(name)
        if self._ours:
            save_to(path, trainer, state)
        else:
            wanted = path
            path = write_beside(path, trainer.parameters_of(state), config, state.epoch)
            self._ours = self._path is not None and path == wanted
        return f"epoch {state.epoch:,} saved as {shown(path)}"
