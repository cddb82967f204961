"""Learning rate schedules: the factor on the learning rate of each update, pure functions."""

import math
from collections.abc import Callable, Mapping

SCHEDULES: Mapping[str, Callable[[float], float]] = {
    "constant": lambda progress: 1.0,
    "linear": lambda progress: 1 - progress,
    "cosine": lambda progress: (1 + math.cos(math.pi * progress)) / 2,
    "step": lambda progress: 0.1 ** ((progress >= 1 / 2) + (progress >= 3 / 4)),
}
"""By name: share of the run's updates that were made, below 1 → factor, above 0 up to 1."""


def factor(schedule: str, warmup: int, update: int, updates: int | None) -> float:
    """What the learning rate of one update is multiplied by, above 0 and at most 1.

    The first W updates of a warm-up are smaller, (i + 1)/W of what they would be: Goyal et al.,
    *Accurate, large minibatch SGD: training ImageNet in 1 hour*, 2017. The cosine is that of
    Loshchilov & Hutter, *SGDR: stochastic gradient descent with warm restarts*, 2017, without
    restarts.

    Args:
        schedule: a name in `SCHEDULES`.
        warmup: W, updates until the factor is no longer made smaller; 0 for none.
        update: i, the updates of the run made before this one.
        updates: n, those of the run as it was planned; beyond them the factor stays that of the
            last one, i = n − 1. None if it has no end, which only ``constant`` allows.

    Raises:
        ValueError: if a schedule that ends has no number of updates; one line.
    """
    if updates is None and schedule != "constant":
        raise ValueError(f"--schedule {schedule} needs --epochs, the end of the run")
    n = max(1, updates or 1)
    planned = SCHEDULES[schedule](min(update, n - 1) / n)
    return planned * min(1.0, (update + 1) / warmup) if warmup else planned
