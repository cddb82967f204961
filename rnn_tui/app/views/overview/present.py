"""From a snapshot to what each panel of the overview shows: pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from rnn_tui.app.words import beside
from rnn_tui.session.lenses import norms as norms_lens
from rnn_tui.session.lenses import predictions as predictions_lens
from rnn_tui.session.lenses import why as why_lens
from rnn_tui.session.lenses.curves import BranchView
from rnn_tui.session.lenses.inside import SequenceInside, inside
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.tasks.task import Task
from rnn_tui.timeline.loss_curve import Buckets
from rnn_tui.training.settings.table import describe
from widgets import (
    Computed,
    Curve,
    Level,
    LossCurves,
    Mark,
    NormsRow,
    Output,
    SequenceView,
    Wall,
    WhyView,
)
from widgets.drawing.symbols import printable
from widgets.weights.norms import norms_summary

NOTE_WIDTH = 54
"""Cells of a border's text at 60 columns."""


def loss_curves(snapshot: Snapshot) -> LossCurves:
    """The chart."""
    seen = snapshot.observation
    here, valid = seen.branches[seen.branch], seen.valid_curve
    others = tuple(_other_branches(seen.branches, seen.branch))
    ghosts = tuple(
        _curve(beside(ghost.label, ghost.kind, snapshot.config), ghost.curve)
        for ghost in snapshot.ghosts
    )
    name = _present_name(here, others, ghosts)
    return LossCurves(
        curves=(_curve(name, seen.curve, here.number), *others),
        levels=levels(snapshot.task),
        marks=tuple(
            Mark(c.position.epoch, describe(c.name, c.value) + ("" if c in here.changes else " ?"))
            for c in seen.changes  # what has "?" waits for its update
        ),
        shown_epoch=seen.epoch,
        newest_epoch=seen.newest,
        validation=None if valid is None else _curve("validation", valid),
        ghosts=ghosts,
        accuracy=seen.curve.accuracy,
        solved_epoch=seen.first_solved,
        untrained=seen.evaluation.loss if seen.newest == 0 else None,
    )


def levels(task: Task) -> tuple[Level, ...]:
    """What guessing and the best predictor come to, as far as the task knows."""
    found = []
    if task.chance is not None:
        found.append(Level(f"guessing, {task.chance_label}", task.chance))
    if task.optimum is not None:
        found.append(Level("best on new sequences" if task.optimum > 0 else "best", task.optimum))
    return tuple(found)


def _other_branches(views: Sequence[BranchView], present: int) -> Iterator[Curve]:
    """The branches not shown, without the past that they share with the one that is.

    Its curve has that past: so it has one colour up to where the other goes its own way.
    """
    shared, view = dict[int, int](), views[present]
    while view.parent is not None:
        shared[view.parent] = view.fork
        view = views[view.parent]
    for view in views:
        curve = view.curve
        if view.number in shared:
            own = curve.epochs >= shared[view.number]
            curve = Buckets(*(column[own] for column in curve))
        if view.number != present and len(curve.epochs):
            yield _curve(view.name, curve, view.number)


def _present_name(here: BranchView, others: Sequence[Curve], ghosts: Sequence[Curve]) -> str:
    """Of the present curve: needed only where there are others."""
    return here.name if others else "now" if ghosts else ""


def _curve(label: str, buckets: Buckets, hue: int | None = None) -> Curve:
    return Curve(label, buckets.epochs, buckets.low, buckets.high, hue)


def wall(snapshot: Snapshot) -> Wall:
    """The predictions for all sequences."""
    observation = snapshot.observation
    seen = observation.see(predictions_lens.predictions)
    return Wall(
        seen.numbers,
        observation.sequences,
        seen.chosen,
        observation.step,
        seen.inputs,
        seen.outputs,
        seen.sequences.inputs,
        seen.predictions,
        seen.wrong,
        seen.changed,
        seen.sequences.scored,
        seen.sequences.lengths,
        seen.sequences.knowable,
    )


def sequence(snapshot: Snapshot, ascii_only: bool = False) -> SequenceView:
    """The inside of the sequence shown; a target that is not scored is empty."""
    seen = snapshot.observation.see(inside)
    pairs = zip(seen.targets, seen.scored, strict=True)
    return SequenceView(
        index=seen.index,
        count=seen.count,
        input=seen.inputs,
        target=tuple(target if is_scored else "" for target, is_scored in pairs),
        known=tuple(seen.knowable.tolist()),
        prediction=seen.predictions,
        confidence=seen.confidence,
        step=seen.step,
        likely=seen.likely,
        bars=_bars(seen),
        of_symbols=seen.y_hat is not None,
        nodes=tuple(seen.nodes.tolist()),
        hidden=seen.hidden,
        states=seen.states,
        bound=None if seen.activation == "max" else 1.0,
        memory=seen.memory,
        gradient=seen.gradient_norms,
        last_gradient=seen.last_gradient_norms,
        last=seen.last,
        gated=seen.gated,
        rule=snapshot.task.definition,
        widest=widest_symbol(snapshot.task, ascii_only),
    )


def _bars(seen: SequenceInside) -> tuple[tuple[str, NDArray[np.float64]], ...]:
    """The probabilities of all symbols, or where they are many, of three that tell most."""
    if seen.y_hat is not None:
        return tuple(zip(seen.outputs, seen.y_hat.T, strict=True))
    target, said = seen.target_probabilities, seen.confidence
    return ("target", target), ("says", said), ("next", seen.second)


def why(snapshot: Snapshot, ascii_only: bool = False) -> WhyView:
    """The formulas of the time step looked at, with their numbers."""
    seen = snapshot.observation.see(why_lens.why)
    return WhyView(
        step=seen.step,
        target=seen.target if seen.scored else "",
        likely=seen.likely,
        loss=seen.loss,
        target_probability=seen.target_probability,
        rival=seen.rival,
        lead=seen.lead,
        node=seen.node,
        contribution=seen.contribution,
        cell=tuple(_computed(formula, seen.step) for formula in seen.cell),
        before=_before(seen),
        outputs=tuple(Output(*output) for output in seen.outputs),
        whole=seen.whole,
        widest=widest_symbol(snapshot.task, ascii_only),
        hidden=snapshot.config.hidden,
        known=seen.knowable or not seen.scored,
    )


def _before(seen: why_lens.Why) -> tuple[tuple[str, float], ...]:
    """What a cell with gates carries on from the step before, not only through weights."""
    found = {
        term: value
        for formula in seen.cell
        for term, value in formula.terms.items()
        if term.endswith("_t-1")
    }
    return tuple(found.items())


def _computed(formula: why_lens.Formula, step: int) -> Computed:
    """With its time steps, and with its numbers in place of what they are of.

    Before t = 0 there is no step: what is 0 there is written as 0.
    """
    terms = sorted(formula.terms, key=len, reverse=True)
    split = re.split("(" + "|".join(rf"(?<!\w){re.escape(t)}(?!\w)" for t in terms) + ")",
                     formula.formula)  # fmt: skip
    numbers = formula.terms

    def written(t: str, before: str) -> str:
        right = "".join(_at(p, t, before) if p in numbers else p for p in split)
        return f"{_at(formula.name, t, before)} = {right}"

    from_before = [value for term, value in numbers.items() if "_t-1" in term]
    before = f"{step - 1}" if step else "before" if any(from_before) else ""
    return Computed(
        name=_at(formula.name, f"{step}", ""),
        formula=f"{formula.name} = {formula.formula}",
        in_general=written("t", "t-1"),
        at_step=written(f"{step}", before),
        pieces=tuple(numbers.get(piece, piece) for piece in split if piece),
        value=formula.value,
    )


def _at(term: str, t: str, before: str) -> str:
    """A term with its time step, in the notebook's letters: a → a_h,3, a_t-1 U → a_h,2 U.

    Args:
        term: the term.
        t: the time step.
        before: the one before; '' for what was 0 then.
    """
    name, space, weight = term.partition(" ")
    if name.startswith("b_"):
        return term
    letter, _, is_before = name.partition("_")
    if is_before and not before:
        return f"0{space}{weight}"
    time = before if is_before else t
    hidden = f"{letter}_h,{time}" if letter in ("s", "a") else f"{letter}_{time}"
    return f"{hidden}{space}{weight}"


@lru_cache(maxsize=4)
def widest_symbol(task: Task, ascii_only: bool) -> int:
    """Cells that the widest symbol of a task takes, of its inputs and outputs."""
    symbols = (*task.inputs, *task.outputs)
    return max(cell_len(printable(symbol, ascii=ascii_only)) for symbol in symbols)


def norms_note(snapshot: Snapshot, ascii_only: bool) -> str:
    """The norms of all tensors in a border of the smallest terminal."""
    return norms_summary(norms(snapshot), NOTE_WIDTH, ascii=ascii_only)


def norms(snapshot: Snapshot) -> tuple[NormsRow, ...]:
    """The table of norms."""
    held = {name.strip() for name in str(snapshot.observation.settings["hold"] or "").split(",")}
    return tuple(
        NormsRow(
            view.name, view.role, view.norm, view.trace, view.gradient_norm, view.update_ratio,
            view.name in held,
        )
        for view in snapshot.observation.see(norms_lens.norms)
    )  # fmt: skip
