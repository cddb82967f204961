"""Writing the parameters shown to a file that the user named."""

from __future__ import annotations

from pathlib import Path

from rnn_tui.storage.disk.errors import shown
from rnn_tui.storage.export.pytorch import write_beside, write_parameters
from rnn_tui.training.trainer import State, Trainer


def save_to(path: Path, trainer: Trainer, state: State) -> None:
    """Write a state's parameters under a name the user gave, in the place of what is there.

    Raises:
        UnwritableFile: if that is not possible.
    """
    write_parameters(path, trainer.parameters_of(state), trainer.config, state.epoch)


class Saver:
    """What ctrl+s does: the file of ``--save``, else one named after run and epoch.

    A file that was there before is never written over; the next free name is taken then.

    Args:
        path: of ``--save``, if given.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._ours = False

    def __call__(self, trainer: Trainer, state: State) -> str:
        """Save a state; what to tell the user.

        Raises:
            UnwritableFile: if it cannot be written.
        """
        config = trainer.config
        name = f"rnn-tui-{config.task}-seed{config.seed}-epoch{state.epoch}.safetensors"
        path = self._path or Path(name)
        if self._ours:
            save_to(path, trainer, state)
        else:
            wanted = path
            path = write_beside(path, trainer.parameters_of(state), config, state.epoch)
            self._ours = self._path is not None and path == wanted
        return f"epoch {state.epoch:,} saved as {shown(path)}"
