"""The training curves of several runs, or of all branches of some, as one SVG picture."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.curve.reader import Curve, HistoryReader
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.export.formats import Exported
from rnn_tui.storage.export.plot import finite
from rnn_tui.storage.export.svg_curves import Level, NamedCurve, draw_curves
from rnn_tui.storage.library.details import origin
from rnn_tui.tasks.task import Task
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.words import count


def picture(
    folders: Sequence[Path],
    labels: Sequence[str] = (),
    *,
    all_branches: bool = False,
    logarithmic: bool = False,
) -> Exported:
    """A picture with a curve for each run, of the branch that was on the screen, or of all.

    Args:
        folders: of the runs, at least one.
        labels: what the runs are called, in their order; none for their names.
        all_branches: each branch from where it left another one.
        logarithmic: the loss axis.

    Raises:
        StoreError: if one of the runs cannot be read.
    """
    runs = [load_run(folder, allow_nonfinite=True).run for folder in folders]
    curves: list[NamedCurve] = []
    for number, (folder, run) in enumerate(zip(folders, runs, strict=True)):
        name = labels[number] if labels else folder.name
        if all_branches:
            is_alone = len(folders) == 1 and not labels
            curves += _branches(folder, run, "" if is_alone else name)
        else:
            curve = _curve(folder, run.branches[run.current])
            curves.append(NamedCurve(name, *finite(curve.epochs, curve.loss)))
    tasks = [run.config.task for run in runs]
    titles = list(dict.fromkeys(task.title for task in tasks))
    title = " · ".join(["training loss, nats/symbol", *titles[:1] * (len(titles) == 1)])
    drawn = draw_curves(title, curves, _level(tasks), logarithmic=logarithmic)
    return drawn.encode(), f"a picture of {count(len(curves), 'curve')}"


def _branches(folder: Path, run: RunState, name: str) -> Iterator[NamedCurve]:
    """The branch that was on the screen first, with its whole past; of the others their own part.

    That begins at the last epoch that they share with another.
    """
    current = run.branches[run.current]
    starts = {branch.number: branch.fork.epoch for branch in run.branches} | {current.number: 0}
    later = current
    while (left := origin(run, later)) is not None:
        starts[left], later = later.fork.epoch, run.branches[left]
    for branch in (current, *(other for other in run.branches if other is not current)):
        curve = _curve(folder, branch)
        own = curve.epochs >= starts[branch.number]
        yield NamedCurve(
            " · ".join(filter(None, (name, branch.name))),
            *finite(curve.epochs[own], curve.loss[own]),
        )


def _curve(folder: Path, branch: BranchState) -> Curve:
    with HistoryReader(folder / HISTORY) as history:
        return history.epochs(branch.number)


def _level(tasks: Sequence[Task]) -> Level | None:
    """Guessing, where it is the same for all."""
    first, *others = tasks
    if first.chance is None or any(task.chance != first.chance for task in others):
        return None
    return Level(f"chance {first.chance_label}", first.chance)
