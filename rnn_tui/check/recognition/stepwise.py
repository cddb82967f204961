"""Layers that are called once for every step, and remember the steps themselves."""

from __future__ import annotations

import numpy as np

from rnn_tui.check.problem import Numbers, Problem, Result
from rnn_tui.check.recognition.binding import CannotBind
from rnn_tui.check.recognition.network import FoundNetwork


class StepwiseNetwork(FoundNetwork):
    """``forward(x_t)`` T times, then ``backward(gradient_t)`` T times from the last step on.

    The forms are those of one step. Where gradients are returned, those of all calls are summed;
    where they are left on the object, they are as the last call left them.
    """

    any_steps = True

    def call(self, problem: Problem, backward: bool) -> Result:
        """All steps, one after another.

        Raises:
            CannotBind: if they have no forward function of its own.
        """
        if self.plan.forward is None:
            raise CannotBind("forward")
        self.store.assign_states(problem.states)
        parts = [self._part(problem, t) for t in range(problem.steps)]
        results, environments = [], []
        for part in parts:
            env, result = self._environment(part, is_first=False), Result()
            self._forward(env, result)
            results.append(result)
            environments.append(env)
        whole = Result()
        outputs = [r.outputs for r in results if r.outputs is not None]
        if len(outputs) == problem.steps:
            whole.outputs = np.concatenate(outputs, axis=1)
        self.at_last_step = False
        if backward:
            for env, result in zip(reversed(environments), reversed(results), strict=True):
                self._backward(env, result, True)
            whole.gradients = self._joined([r.gradients for r in results])
        return whole

    def _part(self, problem: Problem, t: int) -> Problem:
        return Problem(
            problem.symbols[:, t : t + 1],
            problem.x[:, t : t + 1],
            problem.targets[:, t : t + 1],
            problem.y[:, t : t + 1],
            problem.upstream[:, t : t + 1],
            problem.states,
        )

    def _joined(self, gradients: list[dict[str, Numbers]]) -> dict[str, Numbers]:
        first = gradients[0]
        joined = {}
        for name in first:
            if name == "x":
                joined[name] = np.concatenate([g[name] for g in gradients], axis=1)
            elif name in self.returned_gradients:
                joined[name] = np.sum([g[name] for g in gradients], axis=0)
            else:
                joined[name] = first[name]
        return joined
