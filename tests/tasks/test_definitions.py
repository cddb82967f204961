"""Each task is what its definition says, and chance and optimum are what they are."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.echo import Echo
from rnn_tui.tasks.registry import TASKS
from rnn_tui.tasks.running_sum import RunningSum
from rnn_tui.tasks.successor import Successor

Target = Callable[[Any, Sequence[int], int], int | None]

TARGETS: dict[str, Target] = {
    "successor": lambda task, x, t: 0 if x[t] == task.symbols - 1 else x[t] + 1,
    "echo": lambda task, x, t: x[t - task.delay] if t >= task.delay else None,
    "running-sum": lambda task, x, t: sum(x[: t + 1]) % task.symbols,
}
"""The target at a time step; None where it is not scored."""


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
def test_every_target_is_the_one_of_the_definition(name: str, data: st.DataObject) -> None:
    values = {"symbols": data.draw(st.integers(2, 300)), "length": data.draw(st.integers(2, 30))}
    if name == "echo":
        values["delay"] = data.draw(st.integers(1, values["length"] - 1))
    task: Any = TASKS[name](**values)
    count, seed = data.draw(st.integers(1, 10)), data.draw(st.integers(0, 2**40))
    drawn = task.draw(np.random.default_rng(seed), count)
    assert drawn.inputs.shape == drawn.targets.shape == (count, values["length"])
    assert drawn.lengths is None
    scored = np.ones(drawn.inputs.shape, bool) if drawn.scored is None else drawn.scored
    rows = (part.tolist() for part in (drawn.inputs, drawn.targets, scored))
    for x, y, counts in zip(*rows, strict=True):
        expected = [TARGETS[name](task, x, t) for t in range(len(x))]
        assert counts == [target is not None for target in expected]
        assert y == [target or 0 for target in expected]  # symbol 0 where it is not scored


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("k", [2, 3, 10])
def test_every_input_symbol_is_equally_likely(name: str, k: int) -> None:
    task = TASKS[name](symbols=k, length=100)  # type: ignore[call-arg]
    counts = np.bincount(task.draw(np.random.default_rng(0), 300).inputs.ravel(), minlength=k)
    assert np.abs(counts / 30_000 - 1 / k).max() < 0.01


@pytest.mark.parametrize("name", TARGETS)
@given(k=st.integers(2, 1000))
def test_chance_is_ln_k_and_the_optimum_is_nothing(name: str, k: int) -> None:
    task = TASKS[name](symbols=k)  # type: ignore[call-arg]
    assert task.chance == pytest.approx(math.log(k), rel=1e-15)
    assert task.chance_label == f"ln {k}"
    assert task.optimum == 0
    assert task.inputs == task.outputs == tuple(str(symbol) for symbol in range(k))


@pytest.mark.parametrize("name", TARGETS)
def test_the_size_of_an_alphabet_too_large_for_memory_is_told_at_once(name: str) -> None:
    assert TASKS[name](symbols=10**30).sizes == (10**30, 10**30)  # type: ignore[call-arg]


def loss_of_knowing(drawn: Sequences, known: Callable[[Sequence[int], int], Any]) -> float:
    """Nats per scored symbol of the best predictor that sees a part of the inputs.

    It knows how often each target follows what it sees, and says these odds.
    """
    seen: dict[Any, Counter[int]] = defaultdict(Counter)
    for row, (x, y) in enumerate(zip(drawn.inputs.tolist(), drawn.targets.tolist(), strict=True)):
        for t, target in enumerate(y):
            if drawn.scored is None or drawn.scored[row, t]:
                seen[known(x, t)][target] += 1
    losses = [n * -math.log(n / c.total()) for c in seen.values() for n in c.values()]
    return sum(losses) / drawn.scored_count


SMALL = [Successor(3, 4), Echo(3, 4, delay=2), Echo(2, 5, delay=4), RunningSum(2, 4),
         RunningSum(3, 4)]  # fmt: skip


@pytest.mark.parametrize("task", SMALL, ids=lambda task: task.title)
def test_who_remembers_all_inputs_reaches_the_optimum(task: Any) -> None:
    drawn = task.draw(np.random.default_rng(0), 3000)  # every beginning occurs many times
    assert loss_of_knowing(drawn, lambda x, t: (t, *x[: t + 1])) == task.optimum


@pytest.mark.parametrize("task", SMALL, ids=lambda task: task.title)
def test_who_guesses_loses_as_much_as_chance(task: Any) -> None:
    drawn = task.draw(np.random.default_rng(0), 3000)
    assert loss_of_knowing(drawn, lambda x, t: None) == pytest.approx(task.chance, abs=2e-3)


@pytest.mark.parametrize(
    ("task", "loss"),
    [
        (Successor(), 0),
        (Echo(), math.log(3)),
        (Echo(delay=1), math.log(3)),
        (RunningSum(), 1.0889),
        (RunningSum(length=100), math.log(3)),
    ],
    ids=lambda value: getattr(value, "title", None),
)
def test_who_sees_the_last_input_alone_loses_what_the_sources_say(task: Any, loss: float) -> None:
    drawn = task.draw(np.random.default_rng(0), 5000)
    found = loss_of_knowing(drawn, lambda x, t: x[t])
    assert found == pytest.approx(loss, abs=1e-3)
    assert task.needs_memory == (found > task.optimum)


def test_a_task_tells_its_options_in_its_title_and_its_note() -> None:
    titles = [task.title for task in (Successor(4), Echo(4, delay=5), RunningSum(2))]
    assert titles == ["successor mod 4", "echo 5 mod 4", "running sum mod 2"]
    assert "5 steps" in Echo(delay=5).note and "1 step:" in Echo(delay=1).note


@pytest.mark.parametrize(("delay", "length"), [(10, 10), (11, 10), (1, 1)])
def test_an_echo_later_than_the_last_step_is_refused(delay: int, length: int) -> None:
    with pytest.raises(ValueError, match=f"^--delay {delay}: must be less than --length {length}$"):
        Echo(length=length, delay=delay).check()
    Echo(length=delay + 1, delay=delay).check()
