"""Trying the forms in which somebody's code may want its arguments."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from rnn_tui.check.probing import make_problem
from rnn_tui.check.problem import Sizes
from rnn_tui.check.recognition.agreement import Fit, quiet, try_out
from rnn_tui.check.recognition.binding import CannotBind, Forms
from rnn_tui.check.recognition.candidates import (
    KINDS,
    ONE_STEP,
    SCALARS,
    SYMBOLS,
    VECTORS,
    by_layout,
    states_beside,
    targets_beside,
)
from rnn_tui.check.recognition.forms import Form
from rnn_tui.check.recognition.network import FoundNetwork, Handed
from rnn_tui.check.recognition.outputs import upstream_candidates
from rnn_tui.check.recognition.plan import Plan
from rnn_tui.check.recognition.stepwise import StepwiseNetwork
from rnn_tui.check.recognition.store import Store

_LONGEST = 2.0
"""Seconds of processor time for all the forms of one candidate's functions."""
_PATIENCE = 12
"""Forms tried after one that works without any gradient being right."""


class Attempt:
    """The best way of calling found so far, and how well it fits."""

    def __init__(self) -> None:
        self.network: FoundNetwork | None = None
        self.fit = Fit()
        self._since = 0
        self._end = time.process_time() + _LONGEST

    @property
    def is_out_of_time(self) -> bool:
        """Whether it has been looked for long enough, and something is there to be told of."""
        return time.process_time() > self._end and self.network is not None

    @property
    def is_whole(self) -> bool:
        """Whether it runs as a recurrent network does, and gives every gradient."""
        fit = self.fit
        names = self.network.store.names if self.network is not None else []
        works = fit.score[0] and fit.is_separate and fit.is_recurrent
        return works and fit.given + len(fit.idle) >= len(names)

    def offer(self, network: FoundNetwork, fit: Fit) -> bool:
        """Take it if it is better; whether it is good enough to look no further."""
        if self.network is None or fit.score > self.fit.score:
            self.network, self.fit, self._since = network, fit, 0
        self._since += 1
        agreeing = self.fit.agreeing
        is_likely = agreeing > 0 and (agreeing == self.fit.given or not self.fit.is_broadcast)
        is_likely &= self.fit.feels_targets
        return self.is_whole and (is_likely or self._since > _PATIENCE)


@dataclass(frozen=True)
class Candidate:
    """Functions that may be the network, with what is known about them.

    Attributes:
        module: theirs.
        store: what holds the parameters.
        plan: the functions.
        sizes: of the network.
        handed: how the parameters are handed in.
        fixed: T and B that their file speaks of.
    """

    module: ModuleType
    store: Store
    plan: Plan
    sizes: Sizes
    handed: Handed = None
    fixed: tuple[int | None, int | None] = (None, None)

    def network(self, kind: type[FoundNetwork], forms: Forms) -> FoundNetwork:
        """Called in these forms."""
        return kind(self.module, self.store, self.plan, forms, self.sizes, self.handed)


def best_of(groups: Iterable[list[Candidate]]) -> Attempt:
    """The best way of calling the first group that answers; else the best of all."""
    best = Attempt()
    for group in groups:
        attempt = best_way(group)
        if attempt.is_whole:
            return attempt
        if attempt.network is not None and (
            best.network is None or attempt.fit.score > best.fit.score
        ):
            best = attempt
    return best


def best_way(candidates: list[Candidate]) -> Attempt:
    """The functions and the forms in which their code runs, and its gradients follow its loss.

    Sequences first, of any length; then of the only length that their file speaks of; then one
    step at a time; then a single step.
    """
    attempt = Attempt()
    sequences = (*SYMBOLS, *VECTORS)
    for kind, inputs, is_fixed in (
        (FoundNetwork, sequences, False),
        (FoundNetwork, sequences, True),
        (StepwiseNetwork, ONE_STEP, False),
        (FoundNetwork, ONE_STEP, False),
    ):
        for candidate in candidates:
            fixed = candidate.fixed if is_fixed else (None, None)
            if is_fixed and fixed == (None, None):
                continue
            if _try_forms(attempt, candidate, kind, inputs, fixed):
                return attempt
        if attempt.is_whole:
            return attempt
    return attempt


def _try_forms(
    attempt: Attempt,
    candidate: Candidate,
    kind: type[FoundNetwork],
    among: tuple[Form, ...],
    fixed: tuple[int | None, int | None],
) -> bool:
    """Offer one form after another; whether one was good enough."""
    sample = candidate.network(kind, Forms(SYMBOLS[0], SYMBOLS[0], Form("D")))
    wanted = sample.wants
    parameters = sample.parameters()
    if candidate.sizes.inputs == 1 and kind is FoundNetwork and among is not ONE_STEP:
        among = (*SCALARS, *among)
    for inputs in by_layout(among, parameters):
        states = states_beside(inputs, parameters)
        before: set[str] = set()
        for state in states if {"h0", "c0"} & wanted else states[:1]:
            failures: set[str] = set()
            width = candidate.sizes.targets
            kinds = KINDS if width > 1 else 2 * KINDS
            beside = targets_beside(inputs, width) if "targets" in wanted else [inputs]
            for place, targets in enumerate(beside):
                if place == 1 and failures and not _runs_forward(sample, inputs, state):
                    break
                batch = fixed[1] if inputs.has_batch else None
                forms = Forms(inputs, targets, state, steps=fixed[0], batch=batch)
                fit = _offer(attempt, candidate.network(kind, forms))
                if fit is None or attempt.is_out_of_time:
                    return True
                if isinstance(fit.error, CannotBind) and sample.loss != "upstream":
                    return False
                failure = f"{fit.error!r} {fit.progress}"
                if fit.error is not None and failure in failures and place >= kinds:
                    break
                failures.add(failure)
            if failures == before:
                break
            before = failures
    return False


def _runs_forward(sample: FoundNetwork, inputs: Form, state: Form) -> bool:
    """Whether their forward function takes these forms, where it takes no targets; else True."""
    network = sample.with_forms(Forms(inputs, inputs, state))
    if not network.has_forward_without_targets:
        return True
    batch, steps = _free_lengths(network)
    try:
        with quiet():
            network.reset()
            problem = make_problem(network, steps, np.random.default_rng(1), batch)
            network.returned_by_forward(problem)
    except Exception:
        return False
    return True


def _offer(attempt: Attempt, network: FoundNetwork) -> Fit | None:
    """Offer a network with each of its outputs; the last fit, or None if one was good enough."""
    fit = Fit()
    for each in _with_outputs(network):
        fit = _tried(each)
        if attempt.offer(each, fit):
            return None
    return fit


def _tried(network: FoundNetwork) -> Fit:
    fit = try_out(network, *_free_lengths(network))
    if isinstance(fit.error, CannotBind):
        return Fit(error=fit.error, progress=-1)
    return fit


def _free_lengths(network: FoundNetwork) -> tuple[int, int]:
    """B and T that are no other sizes of the network, so that shapes tell which axis is which."""
    taken = {d for p in network.store.read().values() for d in p.shape}
    free = [n for n in (3, 5, 4, 6, 7, *range(8, 99)) if n not in taken]
    steps = next(n for n in free[1:] if n + 1 not in taken)
    return network.batch or free[0], network.steps or steps


def _with_outputs(network: FoundNetwork) -> Iterator[FoundNetwork]:
    """The network itself, or where an upstream gradient is handed in, one for each output."""
    if network.loss != "upstream":
        yield network
        return
    batch, steps = _free_lengths(network)
    problem = make_problem(network, steps, np.random.default_rng(1), batch)
    try:
        with quiet():
            network.reset()
            held = network.held(problem, network.returned_by_forward(problem))
    except Exception:
        yield network
        return
    for place, form, width in upstream_candidates(network.upstream_argument() or "", held):
        other = network.with_output(place, form)
        other.sizes = network.sizes._replace(outputs=width, targets=width)
        other.at_last_step = not (form.has_time or network.any_steps)
        yield other
