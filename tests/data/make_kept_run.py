"""Makes the kept run that later versions must be able to read.

It must be run with version 0.1.0:

    python make_kept_run.py FOLDER      writes FOLDER, a store, and FOLDER.json, what is in it

Bits depend on the machine's BLAS, so a run that is made again elsewhere may differ in its last
digits; what FOLDER.json says belongs to the FOLDER written with it.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import rnn_tui
from rnn_tui.model.rnn import Interrupted
from rnn_tui.runs import Opening
from rnn_tui.storage.history_reader import HistoryReader
from rnn_tui.storage.kept_run import KeptRun
from rnn_tui.storage.run_files import HISTORY, load_run
from rnn_tui.storage.store import Store
from rnn_tui.training import commands as c
from rnn_tui.training.config import Config
from rnn_tui.training.run import Run
from rnn_tui.training.trainer import Trainer

CONFIG = Config(hidden=3, length=3, sequences=5, batch=2, lr=0.05, seed=0)  # 3 updates an epoch
CREATED = 1_767_225_600.0  # 2026-01-01, UTC


def do(run: Run, *commands: c.Command, updates: int | None = None) -> None:
    """One after the other, each to its end; the last one only for so many updates."""
    for command in commands:
        run.carry_out(command)
        poll = stopping_after(updates if command is commands[-1] else None)
        try:
            while not run.navigator.resting:
                run.work(poll)
        except Interrupted:
            run.carry_out(c.Pause())


def stopping_after(updates: int | None) -> Callable[[], None]:
    """What is called before each update, and stops training after so many; None: never."""
    polls = count()

    def poll() -> None:
        if next(polls) == updates:
            raise Interrupted

    return poll


def train(run: Run) -> None:
    """A run with all that can be done to one."""
    do(run, c.Step(12), c.ScaleRate(2.0), c.Step(18))  # branch 0: the rate changed at its end,
    do(run, c.Step(1), updates=1)
    do(run, c.SetClip(1.5), c.Step(4))  # and the clipping inside an epoch
    do(run, c.GoTo(20), c.SetRate(0.02), c.Step(10))  # branch 1: the rate, in the past
    do(run, c.NameBranch(1, "slower ✓"))
    do(run, c.Visit(0), c.GoTo(25), c.SetClip(0.5), c.Step(6))  # branch 2: the clipping
    run.recording.save(run.navigator)  # becomes the checkpoint before the last
    kept = run.recording._recorder
    assert isinstance(kept, KeptRun) and kept._recorder.flush(60)
    do(run, c.Visit(1), c.GoTo(24), c.ZeroWeights("U", (1, 2)), c.Step(5))  # branch 3: a weight
    do(run, c.GoToNewest(), c.ZeroWeights("V", (1,)), c.Step(3))  # branch 4: a row
    do(run, c.ZeroWeights("b_h"))  # branch 5: a whole tensor, no epoch of its own
    do(run, c.Visit(0), c.GoTo(10), c.SetRate(0.3))
    do(run, c.Step(1), updates=1)  # branch 6: only one update of its own
    do(run, c.Visit(0), c.GoTo(8), c.SetRate(0.5), c.SetClip(1.0))  # wait for their updates
    do(run, c.GoTo(15), c.SetClip(2.0))
    do(run, c.GoToNewest())
    do(run, c.Step(1), updates=2)  # half-way into an epoch of branch 0
    do(run, c.Visit(2), c.GoToNewest())
    do(run, c.Step(1), updates=1)  # and of branch 2, on which the past is shown
    do(run, c.GoTo(22))


def contents(path: Path) -> dict[str, Any]:
    """What is in the folder of a run, floats as hexadecimal digits."""
    state, note = load_run(path)
    assert note is None
    trainer = Trainer(state.config)
    branches = []
    with HistoryReader(path / HISTORY) as history:
        assert history.problem() is None
        for branch in state.branches:
            curve, partial = history.epochs(branch.number), branch.partial
            assert curve.epochs.tolist() == list(range(1, branch.newest.epoch + 1))
            branches.append({
                "number": branch.number,
                "parent": branch.parent,
                "fork": list(branch.fork),
                "name": branch.name,
                "interventions": [
                    [type(change).__name__, *map(plain, change)] for change in branch.interventions
                ],
                "newest": branch.newest.epoch,
                "parameters_sha256": trainer.parameters_of(branch.newest).sha256(),
                "loss": [value.hex() for value in curve.loss.tolist()],
                "accuracy": [value.hex() for value in curve.accuracy.tolist()],
                "edits": {str(epoch): list(map(plain, e)) for epoch, e in branch.edits.items()},
                "partial": partial and {
                    "position": list(partial.position),
                    "update": partial.position.update,
                    "terms": list(map(plain, partial.terms)),
                },
            })  # fmt: skip
    return {
        "version": rnn_tui.__version__,
        "run": path.name,
        "config": state.config.to_json(),
        "current": state.current,
        "shown_epoch": state.shown_epoch,
        "branches": branches,
    }


def plain(value: Any) -> Any:
    """For JSON."""
    if isinstance(value, float):
        return float(value).hex()
    return list(value) if isinstance(value, tuple) else value


def main(folder: Path) -> None:
    """Write the store and what is in it."""
    os.environ["TZ"] = "UTC"  # which is in the name of the run
    time.tzset()
    assert rnn_tui.__version__ == "0.1.0", rnn_tui.__version__
    assert not folder.exists(), f"{folder} is there already"
    run = Opening(Store(folder, now=lambda: CREATED)).new(CONFIG)
    train(run)
    assert run.recording.finish(run.navigator, 60) and run.recording.problem() is None
    (path,) = (folder / "runs").iterdir()
    assert not list(path.glob("history.sqlite-*")), "everything is to be in the one file"
    with tempfile.TemporaryDirectory() as scratch:  # reading a database may leave files beside it
        copy = Path(shutil.copytree(path, Path(scratch) / path.name))
        text = json.dumps(contents(copy), indent=1, ensure_ascii=False)
    folder.with_name(folder.name + ".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
