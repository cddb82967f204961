"""In which precision their code calculates, whatever it is given and gives back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.theirs import Answer, Theirs

_STEP = 1e-6
_SMOOTH = 1e-9
"""Second differences at this step are about 1e-12 in double precision, 1e-7 in single."""


def dtype_of(
    theirs: Theirs, parameters: Mapping[str, Numbers], problem: Problem, answer: Answer
) -> str:
    """``float32`` where anything comes back in it, or is rounded to it on the way."""
    is_single = is_in_single(answer) or _is_rough(theirs, parameters, problem)
    return "float32" if is_single else "float64"


def is_in_single(answer: Answer) -> bool:
    """Whether anything comes back as float32."""
    arrays = [answer.outputs, *answer.gradients.values()]
    return any(array is not None and array.dtype == np.float32 for array in arrays)


def _is_rough(theirs: Theirs, parameters: Mapping[str, Numbers], problem: Problem) -> bool:
    """Whether three points close together on a line do not lie on a line."""
    generator = np.random.default_rng(0)
    directions = {name: generator.normal(size=np.shape(p)) for name, p in parameters.items()}

    def at(step: float) -> tuple[Numbers, Numbers]:
        moved = {name: p + step * directions[name] for name, p in parameters.items()}
        return _values(theirs.run(problem, moved, backward=False))

    return any(
        np.max(np.abs(up - 2 * middle + down), initial=0.0)
        > _SMOOTH * np.max(np.abs(middle), initial=1e-300)
        for up, middle, down in zip(at(_STEP), at(0.0), at(-_STEP), strict=True)
    )


def _values(answer: Answer) -> tuple[Numbers, Numbers]:
    """Outputs, and loss: a sum, in which the roughness of the outputs may drown."""
    outputs = np.zeros(0) if answer.outputs is None else np.real(answer.outputs).reshape(-1)
    loss = np.zeros(0) if answer.loss is None else np.reshape(np.real(answer.loss), -1)
    return outputs, loss
