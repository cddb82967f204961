"""Mistakes in what flows back from step t + 1."""

from __future__ import annotations

from rnn_tui.check.mistakes.mistake import Mistake

CARRY: dict[str, Mistake] = {
    "carry-missing": Mistake(
        "carry-missing",
        "the term from step t + 1 is missing: no gradient flows back through time",
        "carry", "carry-in", 0.9,
    ),
    "carry-not-transposed": Mistake(
        "carry-not-transposed",
        "the carry to the step before uses the recurrent matrix the wrong way round (transpose it)",
        "carry", "carry-out",
    ),
    "carry-never-updated": Mistake(
        "carry-never-updated",
        "the carry is computed once and never replaced by that of the step before",
        "carry", "carry-out",
    ),
    "never-carried-at-end": Mistake(
        "carry-never-updated",
        "every step gets the gradient of the last state: it is never carried on to the step before",
        "carry", "carry-out",
    ),
    "carry-after-slope": Mistake(
        "carry-after-slope",
        "the carry is added after the slope of the activation instead of before it",
        "carry-then-slope", "slope",
    ),
    "carry-without-slope": Mistake(
        "slope-missing-in-carry",
        "what is carried to the step before lacks the slope of the activation",
        "carry", "carry-out",
    ),
    "carry-without-weights": Mistake(
        "carry-without-weights",
        "the carry is not multiplied by the recurrent matrix",
        "carry", "carry-out",
    ),
    "carry-passed-on": Mistake(
        "carry-never-updated",
        "what is carried back stays the same from step to step, without matrix and slope",
        "carry", "carry-out",
    ),
    "slope-missing-at-output": Mistake(
        "slope-missing",
        "the slope is missing where a step's own output comes in; what is carried has it",
        "slope", "carry-in", 1.1,
    ),
    "carry-added-up": Mistake(
        "carry-added-up",
        "the carry is added up from step to step instead of being replaced",
        "carry", "carry-out",
    ),
    "carry-twice": Mistake(
        "carry-twice", "the term from step t + 1 is added twice", "carry", "carry-in", 1.1,
    ),
    "carry-negative": Mistake(
        "carry-sign", "the term from step t + 1 has the wrong sign", "carry", "carry-out", 0.9,
    ),
    "carry-one-step-only": Mistake(
        "carry-one-step-only",
        "the carry holds the next step's own gradient alone, so it never comes from further away",
        "carry", "carry-out", 1.1,
    ),
    "carry-overwrites-upstream": Mistake(
        "upstream-missing",
        "the carry replaces the gradient from the step's own output instead of being added to it",
        "carry", "carry-in", 1.1,
    ),
    "carry-too-early": Mistake(
        "carry-too-early",
        "the carry is replaced before it is used: each step gets its own where that of step t + 1 "
        "belongs",
        "carry", "carry-out",
    ),
    "loop-forwards": Mistake(
        "loop-forwards",
        "the loop on the way back goes forwards through time: the carry comes from step t − 1",
        "carry", "loop",
    ),
}  # fmt: skip
