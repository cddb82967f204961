"""The dialogs that ask for something; the answer is a command for the session."""

from __future__ import annotations

import re
from collections.abc import Callable

from rich.cells import cell_len, set_cell_size

from rnn_tui.app.dialogs.branches import Branches
from rnn_tui.app.dialogs.dialog import Dialog
from rnn_tui.app.dialogs.prompt import Prompt
from rnn_tui.app.views.branches import tree
from rnn_tui.session import commands as c
from rnn_tui.session.snapshot import Observation, Snapshot
from rnn_tui.training.command_line import parse_options
from rnn_tui.training.settings.table import SETTINGS
from rnn_tui.training.weights import format_weights, parse_weights
from widgets.drawing.symbols import visible

Question = Dialog[c.Command | None]


class NotSolved(ValueError):
    """There is no first solved epoch to go to, whatever else is typed."""


def go_to(
    latest: Callable[[], Snapshot], tell: Callable[[str], None], shown: Snapshot, ascii_only: bool
) -> Question:
    """Which epoch to go to.

    Args:
        latest: the snapshot on the screen when the answer is given.
        tell: is told why a run cannot go where it was solved; the dialog closes then.
        shown: when it is asked.
        ascii_only: draw with ASCII characters only.
    """
    newest = shown.observation.newest

    def understand(text: str) -> c.Command | None:
        try:
            return go_to_command(text, latest())
        except NotSolved as reason:
            tell(str(reason))
            return None

    hint = f"137, +20, -5, 50% or solved; the newest is {newest:,}, a later one is trained up to"
    return Prompt("go to an epoch", hint, understand, ascii_only)


def go_to_command(text: str, shown: Snapshot) -> c.Command | None:
    """What a line such as ``137``, ``+20``, ``-5``, ``50%`` or ``solved`` asks for.

    Nothing where there is none.

    Raises:
        NotSolved: if it is not solved yet.
        ValueError: if it names no epoch, or one that has not been yet.
    """
    if text == "solved":
        return c.GoTo(_solved(shown))
    found = re.fullmatch("([+-]?)([0-9]{1,12})( ?%)?", text)
    if text and (found is None or (found[1] and found[3])):
        raise ValueError("not an epoch: type a number, +20, 50% or solved")
    if found is None:
        return None
    number = int(found[1] + found[2])
    if found[3]:
        if number > 100:
            raise ValueError(f"{number:,}% is beyond the newest epoch; type its number")
        return c.GoTo(number, "percent")
    return c.GoTo(number, "here" if found[1] else "start")


def _solved(shown: Snapshot) -> int:
    solved, task = shown.observation.first_solved, shown.task
    if solved is not None:
        return solved
    if task.optimum is not None and task.optimum > 0:
        raise NotSolved(f"nobody can solve this without a mistake: {task.note or task.title}")
    raise NotSolved("not solved yet: space trains on, it tells when it is")


def branches(shown: Snapshot, ascii_only: bool) -> Question:
    """Which branch to visit."""
    return Branches(tree(shown), ascii_only)


def setting(name: str, shown: Snapshot, ascii_only: bool) -> Question:
    """The new value of a setting, from the epoch shown on."""
    chosen, seen = SETTINGS[name], shown.observation

    def understand(text: str) -> c.Command:
        return c.SetSetting(name, chosen.check(chosen.parse(text), seen.tensors))

    return Prompt(f"{chosen.title} from {_where(seen)} on", chosen.hint, understand, ascii_only)


def zero_or_hold(shown: Snapshot, ascii_only: bool) -> Question:
    """Which weights are set to zero, held there or released, at the epoch shown."""
    seen = shown.observation

    def understand(text: str) -> c.Command:
        return zero_command(text, seen)

    blocks = [name for tensor in seen.tensors if tensor.name == "U" for name in tensor.blocks]
    of_gate = f", the block of a gate ({', '.join(blocks)})" if blocks else ""
    hint = f"U{of_gate} or U[3, 4]: zero once; hold U: keep at zero; release U"
    return Prompt(f"set weights to zero at {_where(seen)}", hint, understand, ascii_only)


def zero_command(text: str, seen: Observation) -> c.Command:
    """What a line such as ``U``, ``hold U, b_h`` or ``release`` asks for.

    Raises:
        ValueError: if there are no such weights.
    """
    found = re.fullmatch(r"(?:(hold|release)(?:\s+|$))?(.*)", text)
    verb, names = found.groups() if found else (None, text)
    present = seen.settings["hold"]
    held = () if present is None else parse_weights(str(present), seen.tensors)
    if verb == "release" and not names:
        return c.SetSetting("hold", None)
    weights = parse_weights(names, seen.tensors)
    if verb is None:
        return c.ZeroWeights(format_weights(weights))
    if verb == "hold":
        return c.SetSetting("hold", format_weights((*held, *weights)))
    if strangers := [each for each in weights if each not in held]:
        raise ValueError(f"{strangers[0]} is not held; held: {present or 'nothing'}")
    rest = [each for each in held if each not in weights]
    return c.SetSetting("hold", format_weights(rest) or None)


def start(options: str, ascii_only: bool) -> Question:
    """With which options to start a run.

    Args:
        options: what stands there at first, as on the command line.
        ascii_only: draw with ASCII characters only.
    """

    def understand(text: str) -> c.Command:
        return c.Start(*parse_options(text))

    hint = "the options as behind rnn-tui on the command line; enter starts the run"
    return Prompt("start a run", hint, understand, ascii_only, options, replaced=False)


def name_branch(shown: Snapshot, ascii_only: bool) -> Question:
    """What the branch shown is called."""
    seen = shown.observation
    present = seen.branches[seen.branch].name

    def understand(text: str) -> c.Command:
        return c.NameBranch(seen.branch, branch_name(text))

    return Prompt(f"name of branch {seen.branch}", "any text", understand, ascii_only, present)


def branch_name(text: str) -> str:
    """A name for a branch: the text, stand-ins for what cannot be seen, at most 40 cells.

    Raises:
        ValueError: if there is nothing to see in it.
    """
    name = visible(text.strip())
    if not name:
        raise ValueError("write a name")
    return set_cell_size(name, min(40, cell_len(name))).strip()


def _where(seen: Observation) -> str:
    branch = f" of {seen.branches[seen.branch].name}" if len(seen.branches) > 1 else ""
    return f"epoch {seen.epoch:,}{branch}"
