"""What the help says of a sweep's screen, and of the sweep."""

from __future__ import annotations

from rnn_tui.app.sweep.words import heading
from rnn_tui.storage.disk.errors import shown
from rnn_tui.sweep.plan import Plan
from rnn_tui.training.words import count

READING = (
    ("settings", "what the runs of a setting have in common: the options that the plan's "
                 "[report] names, else all of [grid] but the seed"),
    ("ended", "runs that were trained to their goal, or diverged; of all"),
    ("median, quartiles", "of the figure that [report] names, over the runs that were trained "
                          "to their goal: half of them lie between the quartiles; * is "
                          "the best median"),
    ("solved", "share of the runs that ended in which some epoch had no mistake"),
    ("chart", "the median of the training loss at each epoch, and as a hatched band the "
              "middle half of the runs; that of the setting chosen is solid, bold and in "
              "front. A run under way counts as far as it is, a diverged one as infinitely "
              "bad from then on. Seven settings at a time have a band"),
    ("runs", "stopped: begun, and not under way now; the same command continues it. A run is "
             "an ordinary kept run: enter opens it in the trainer, which comes back here"),
)  # fmt: skip


def about(plan: Plan) -> list[tuple[str, str]]:
    """Rows of the help about the sweep."""
    first = plan.members[0].config
    by = ", ".join(map(heading, plan.by)) or "nothing: all runs are one setting"
    grid = (f"{heading(n)}: {count(len(v), 'value')}" for n, v in plan.grid.items())
    return [
        ("plan", shown(plan.path)),
        (
            "grid",
            "; ".join(grid),
        ),
        ("by", by),
        ("figure", heading(plan.figure)),
        ("problem", f"{first.task.title}: {first.task.definition}"),
    ]
