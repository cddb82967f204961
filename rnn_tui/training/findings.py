"""What follows from the use a network makes of its memory, in a sentence, or that nothing does."""

from __future__ import annotations

import math

from rnn_tui.tasks.task import Task, chance_accuracy
from rnn_tui.training.evaluation import percent
from rnn_tui.training.memory import Memory, Score
from rnn_tui.training.words import count

SURE = 3.0
"""Standard deviations beyond which a difference is told."""
SOLVED = 0.995
"""The share of right predictions from which on a problem is solved without memory."""
ALIKE = 0.05
"""Shares of right predictions, or losses in nats, that lie no further apart count as the same."""
NEEDLESS = "this problem needs no memory"


def finding(memory: Memory, task: Task) -> str:
    """What follows from it, one sentence; about fresh sequences where there are any."""
    seen, guessing = memory.fresh or memory.training, chance_accuracy(task)
    few, many = percent(seen.reset.accuracy), percent(seen.as_is.accuracy)
    too_few = f"of {count(seen.as_is.symbols, 'symbol')}: too few to tell"
    lost, noise = seen.lost - seen.gained, SURE * math.sqrt(seen.lost + seen.gained)
    needless = seen.reset.accuracy >= SOLVED
    if lost < -noise:
        return "without its state it does better" + (f": {NEEDLESS}" if needless else "")
    if not _is_above(seen.as_is, guessing):
        if _is_near(seen.as_is, guessing):
            return "it is no better than guessing yet: nothing follows"
        return f"{many} are right, {percent(guessing)} by guessing, {too_few}"
    if lost > noise:
        needed = "" if task.needs_memory else ", which this problem does not need"
        uses = f"it uses its memory{needed}"
        if _is_above(seen.reset, guessing) or not _is_near(seen.reset, guessing):
            return f"without its state {few} are right, with it {many}: {uses}"
        return f"without its state it is at chance: {uses}"
    if needless:
        return f"without its state it loses nothing: {NEEDLESS}"
    if abs(lost) + noise > ALIKE * seen.as_is.symbols:
        return f"without its state {few} are right, with it {many}, {too_few}"
    needed = ", which this problem needs" if task.needs_memory else ""
    if seen.reset.loss > seen.as_is.loss + ALIKE:
        return f"without its state as many are right: it hardly uses its memory{needed}"
    return f"without its state it loses nothing: it does not use its memory{needed}"


def _is_above(score: Score, guessing: float) -> bool:
    deviation = math.sqrt(guessing * (1 - guessing) / score.symbols)
    return score.accuracy > guessing + SURE * deviation


def _is_near(score: Score, guessing: float) -> bool:
    """Or below it."""
    return score.accuracy <= guessing + ALIKE
