"""Every exception can be pickled: what fails in another process is told in this one."""

import importlib
import pickle
import pkgutil
from pathlib import Path

import pytest

import rnn_tui
from rnn_tui.app.dialogs.questions import NotSolved
from rnn_tui.check.recognition.binding import CannotBind
from rnn_tui.check.recognition.making import CannotMake
from rnn_tui.check.worker.process import Fault
from rnn_tui.check.worker.wire import BadMessage
from rnn_tui.cli.signals import Left
from rnn_tui.model.interruption import Interrupted
from rnn_tui.storage.checkpoint.checkpoint import NewerFormat
from rnn_tui.storage.curve.database import DamagedHistory, EmptyHistory, HistoryError, problem
from rnn_tui.storage.disk.checks import InvalidValue
from rnn_tui.storage.disk.errors import (
    DamagedFile,
    StoreError,
    UnreadableFile,
    UnwritableFile,
    WrongTensors,
    unwritable,
)
from rnn_tui.storage.disk.lock import Held
from rnn_tui.storage.export.formats import TakenName, taken
from rnn_tui.sweep.execution import WorkersLost
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.training.config import ConfigError
from rnn_tui.training.trainer import Diverged

FILE = Path("run") / "file"
EXAMPLES: list[BaseException] = [
    BadMessage("too long"),
    CannotBind("p"),
    CannotMake("no way to make it"),
    ConfigError("--hidden 0: must be at least 1"),
    DamagedFile("cannot use run: it is empty"),
    DataError("words.csv: line 3: target is empty"),
    DamagedHistory(problem("read", FILE, ValueError("no number"))),
    Diverged(3, 1, "gradient of U"),
    EmptyHistory(problem("use", FILE, "it is still empty")),
    Held("run x is open in process 1"),
    Fault("ValueError", "no such shape", 3, "forward"),
    HistoryError(problem("write", FILE, OSError(28, "No space left on device"))),
    Interrupted(),
    InvalidValue("the epoch is -1"),
    Left(15),
    NewerFormat("run was written by a newer rnn-tui"),
    NotSolved("not solved yet"),
    StoreError("there is no run x"),
    taken(FILE),
    UnreadableFile("cannot read run: No such file"),
    unwritable(FILE, OSError(28, "No space left on device")),
    WorkersLost("a worker was killed"),
    WrongTensors("cannot use run: it has no branch"),
]
assert {TakenName, UnwritableFile} <= {type(example) for example in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_exception_comes_back_from_another_process_as_it_was(example: Exception) -> None:
    found = pickle.loads(pickle.dumps(example))
    assert type(found) is type(example)
    assert (str(found), vars(found)) == (str(example), vars(example))


def kinds(kind: type[BaseException]) -> set[type[BaseException]]:
    below = kind.__subclasses__()
    return {kind, *below}.union(*map(kinds, below))


def test_there_is_an_example_of_every_kind() -> None:
    for module in pkgutil.walk_packages(rnn_tui.__path__, "rnn_tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = {kind for kind in kinds(BaseException) if kind.__module__.startswith("rnn_tui.")}
    assert ours == {type(example) for example in EXAMPLES}
