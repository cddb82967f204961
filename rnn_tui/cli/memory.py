"""``rnn-tui memory``: what a kept run does with its memory, without a screen."""

from __future__ import annotations

import json
from typing import Any

import click

from rnn_tui.cli.completing import complete_run
from rnn_tui.cli.options import branch_option, debug_option, json_option, store_option
from rnn_tui.cli.output import say
from rnn_tui.cli.train import finite
from rnn_tui.runs.opening import use_one_thread
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.export.formats import branch_of
from rnn_tui.storage.library.own_data import with_data
from rnn_tui.storage.library.store import Store
from rnn_tui.training.evaluation import percent
from rnn_tui.training.findings import finding
from rnn_tui.training.memory import WAYS, Ablation, Memory, MemoryProbe, Score
from rnn_tui.training.trainer import Trainer


@click.command(short_help="Tell whether RUN uses its memory.")
@click.argument("run", required=False, shell_complete=complete_run)
@branch_option
@store_option
@json_option
@debug_option
def memory(run: str | None, branch: int | None, store: str | None, as_json: bool) -> None:
    """Evaluate RUN with its memory and without it, and beyond the length it was trained on.

    RUN is an id, or the beginning of one; without it, the newest run. The parameters are the
    newest ones of the branch that was on the screen, unless --branch names one.
    """
    use_one_thread()
    kept = Store(store)
    folder = kept.find(kept.newest() if run is None else run)
    loaded = load_run(folder).run
    state, config = branch_of(loaded, branch).newest, with_data(folder, loaded.config)
    trainer = Trainer(config)
    found = MemoryProbe(trainer.dataset, config).look(trainer.parameters_of(state))
    text = finding(found, config.task)
    if as_json:
        say(json.dumps(finite({"epoch": state.epoch, "finding": text, **to_json(found)})))
    else:
        say(f"epoch {state.epoch}: {text}", *_lines(found))


def to_json(found: Memory) -> dict[str, Any]:
    """Plain values; ``fresh`` is null where there are no sequences besides the training set."""
    reached = found.reached
    sizes = zip(*(column.tolist() for column in reached[2:]), strict=True)
    return {
        "training": _ablation(found.training),
        "fresh": None if found.fresh is None else _ablation(found.fresh),
        "fresh_is_validation": found.is_validation,
        "reached_by": reached.by,
        "trained_to": reached.trained,
        "reached": [{"size": s, "asked": asked, "right": right} for s, asked, right in sizes],
    }


def _ablation(seen: Ablation) -> dict[str, Any]:
    scores: dict[str, Score | None] = {name: getattr(seen, name) for name in WAYS}
    plain = {name: None if score is None else score._asdict() for name, score in scores.items()}
    return {"sequences": seen.sequences, **plain}


def _lines(found: Memory) -> list[str]:
    """A table, and the accuracy at some sizes."""
    fresh = "validation" if found.is_validation else "fresh"
    sets = [("training", found.training)]
    sets += [] if found.fresh is None else [(fresh, found.fresh)]
    rows = [("", *(f"{name}: right" for name, _ in sets), *(f"{name}: loss" for name, _ in sets))]
    for name, title in WAYS.items():
        scores = [getattr(seen, name) for _, seen in sets]
        if None not in scores:
            rows.append((title, *_columns(scores)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    by, trained, sizes, asked, right = found.reached
    shown = range(0, len(sizes), max(1, len(sizes) // 10))
    far = ", ".join(f"{sizes[k]}: {percent(right[k] / asked[k])}" for k in shown)
    return [*lines, f"right by {by}, trained to {trained}: {far}"]


def _columns(scores: list[Score]) -> list[str]:
    return [*(percent(s.accuracy) for s in scores), *(f"{s.loss:.4g}" for s in scores)]
