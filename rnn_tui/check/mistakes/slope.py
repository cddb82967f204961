"""Mistakes in the slope of the activation."""

from __future__ import annotations

from rnn_tui.check.mistakes.mistake import Mistake

SLOPE: dict[str, Mistake] = {
    "slope-missing": Mistake(
        "slope-missing", "the slope of the activation is missing", "slope", "slope", 0.9,
    ),
    "slope-twice": Mistake(
        "slope-twice", "the slope of the activation is multiplied in twice", "slope", "slope",
    ),
    "slope-of-activated": Mistake(
        "slope-of-wrong-value",
        "the slope is taken of the wrong value: of one that is activated already",
        "slope", "slope",
    ),
    "slope-of-sum": Mistake(
        "slope-of-wrong-value",
        "the slope is taken of the wrong value: of the sum s where the activated a belongs",
        "slope", "slope",
    ),
    "slope-of-previous": Mistake(
        "slope-of-wrong-value",
        "the slope is taken of the wrong value: of the state of the step before",
        "slope", "slope",
    ),
    "slope-not-squared": Mistake(
        "slope-of-wrong-value",
        "the slope is 1 − a, which is not all of it", "slope", "slope", 1.1,
    ),
    "slope-plus": Mistake(
        "slope-inverted", "the slope is 1 + a², its sign is wrong", "slope", "slope", 1.1,
    ),
    "slope-complement": Mistake(
        "slope-inverted", "the slope is 1 minus what it should be", "slope", "slope", 1.1,
    ),
    "slope-is-state": Mistake(
        "slope-of-wrong-value",
        "the gradient is multiplied by the state itself where the slope belongs",
        "slope", "slope", 1.1,
    ),
    "slope-of-sigmoid": Mistake(
        "slope-of-another-activation",
        "the slope is that of the sigmoid, but the forward pass uses another activation",
        "slope", "slope",
    ),
    "slope-divided": Mistake(
        "slope-inverted", "it divides by the slope instead of multiplying by it", "slope", "slope",
    ),
    "slope-negative": Mistake(
        "slope-inverted", "the slope has the wrong sign", "slope", "slope",
    ),
    "slope-of-another-activation": Mistake(
        "slope-of-another-activation",
        "the slope is that of another activation function than the forward pass uses",
        "slope", "slope",
    ),
    "slope-of-relu": Mistake(
        "slope-of-another-activation",
        "the slope is that of ReLU, but the forward pass uses another activation",
        "slope", "slope",
    ),
    "slope-of-next": Mistake(
        "slope-of-wrong-value",
        "the slope is taken of the wrong value: of the state of the step after",
        "slope", "slope",
    ),
    "slope-of-linear-part": Mistake(
        "slope-of-wrong-value", "the slope is multiplied by the state besides",
        "slope", "slope", 1.2,
    ),
    "shared-activation": Mistake(
        "shared-activation",
        "all steps use the slope of the last one: one activation object remembers only that",
        "slope", "slope",
    ),
    "tensor-without-slope": Mistake(
        "slope-missing",
        "this gradient is taken before the slope of the activation is multiplied in",
        "slope", "sum",
    ),
}  # fmt: skip
