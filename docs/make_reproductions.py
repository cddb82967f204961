"""Makes ``docs/reproductions.md``: what the tasks were made for, trained with five seeds each.

Every figure is measured on sequences that were not trained on. A run that is in
``reproductions.json`` already is not trained again, so this may be stopped at any moment, and a
changed experiment is trained anew when its runs are deleted there:

    python -m docs.make_reproductions [EXPERIMENT ...]
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import mean, median
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.model.batch import Mask
from rnn_tui.model.head import predicted, symbol_losses
from rnn_tui.model.option import flag
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.runs.opening import use_one_thread
from rnn_tui.session.run import Run
from rnn_tui.tasks.anbn import Anbn
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.batches import batch_of
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.training.char_model import UPDATES, compare

FOLDER = Path(__file__).parent
SEEDS = range(5)
Figures = dict[str, float | None]
Options = Mapping[str, Any]


class Seen(NamedTuple):
    """What a network makes of sequences.

    Attributes:
        losses: (n, T) nats, 0 where nothing is scored.
        right: (n, T) which predictions are right.
        counted: (n, T) which are scored.
    """

    losses: np.ndarray[Any, Any]
    right: Mask
    counted: Mask

    def loss(self, where: Mask | None = None) -> float:
        """Nats per scored symbol, or per symbol of those chosen."""
        chosen = self.counted if where is None else where
        return float(self.losses[chosen].mean())

    def accuracy(self) -> float:
        """Share of the scored symbols that are right, 0 to 1."""
        return float(self.right[self.counted].mean())


def look(trainer: Trainer, parameters: Parameters, sequences: Sequences) -> Seen:
    """Run a network over sequences, from a state of 0."""
    config = trainer.config
    batch = batch_of(sequences, config.symbols)
    network = Unrolled(
        config.cell, batch.steps, batch.size, config.symbols, config.hidden, config.dtype
    )
    outputs = network.forward(parameters, batch)
    counted = np.ones(sequences.inputs.shape, np.bool_)
    if sequences.scored is not None:
        counted = sequences.scored
    return Seen(symbol_losses(outputs, batch).T, (predicted(outputs) == batch.targets).T, counted)


def step_by_step(sequences: Sequences) -> Sequences:
    """Each time step as a sequence of its own: the state is reset before every step."""
    scored = None if sequences.scored is None else sequences.scored.reshape(-1, 1)
    return Sequences(sequences.inputs.reshape(-1, 1), sequences.targets.reshape(-1, 1), scored)


# What is measured after an epoch; the first that says it is done ends the run.


class Measured(NamedTuple):
    """Figures of one moment, and whether the run has come to its end."""

    figures: Figures
    is_done: bool = False


Measure = Callable[[Trainer, Parameters], Measured]


def fresh(trainer: Trainer, parameters: Parameters) -> Measured:
    """On the validation sequences."""
    seen = look(trainer, parameters, _validation(trainer))
    return Measured({"loss": seen.loss(), "accuracy": seen.accuracy()})


def without_state(trainer: Trainer, parameters: Parameters) -> Measured:
    """The same, and with the state reset before every step."""
    validation = _validation(trainer)
    reset = look(trainer, parameters, step_by_step(validation))
    figures = fresh(trainer, parameters).figures
    return Measured(figures | {"accuracy, state reset": reset.accuracy()})


def solved(trainer: Trainer, parameters: Parameters) -> Measured:
    """Whether every fresh sequence is right."""
    figures = fresh(trainer, parameters).figures
    return Measured(figures, figures["accuracy"] == 1)


FLOOR = 0.02
"""Nats above the best possible at which the predictable bits of xor count as learned."""


def third_bits(trainer: Trainer, parameters: Parameters) -> Measured:
    """Of xor: the loss of the bits that can be known, and of those that cannot."""
    validation = _validation(trainer)
    seen, known = look(trainer, parameters, validation), validation.knowable
    assert known is not None
    every_third = seen.loss(known)
    figures: Figures = {"loss, every third bit": every_third, "loss, the others": seen.loss(~known)}
    return Measured(figures, every_third < FLOOR)


LARGEST_N = 60


def counted_to(trainer: Trainer, parameters: Parameters) -> Measured:
    """Of a^n b^n: the largest n up to which everything that can be known is right."""
    n = 0
    while n < LARGEST_N:
        sequences = _of_length(n + 1)
        assert sequences.knowable is not None
        right = look(trainer, parameters, sequences).right
        if not right[sequences.knowable].all():
            break
        n += 1
    return Measured({"loss": fresh(trainer, parameters).figures["loss"], "right up to n": n})


def _of_length(n: int) -> Sequences:
    """One a^n b^n; that a b follows the a's cannot be known."""
    task = Anbn(length=LARGEST_N + 1)
    generator = np.random.default_rng(0)
    while True:
        drawn = task.draw(generator, 200)
        found = np.flatnonzero(drawn.lengths == 2 * n)
        if len(found):
            return drawn.single(int(found[0]))


def _validation(trainer: Trainer) -> Sequences:
    assert trainer.dataset.validation is not None
    return trainer.dataset.validation


class Experiment(NamedTuple):
    """One claim, and the runs that test it.

    Attributes:
        title: the claim, or the question.
        published: what others found, with the source and how it is known.
        epochs: at most.
        options: of every run.
        variants: what differs, by name.
        measure: the figures at the end.
        every: epochs between two looks, at which a run may end early; 0 for the end alone.
    """

    title: str
    published: str
    epochs: int
    options: Options
    variants: Mapping[str, Options]
    measure: Measure = fresh
    every: int = 0


CELLS: Mapping[str, Options] = {cell: {"cell": cell} for cell in ("rnn", "gru", "lstm")}
ADAM: Options = {"optimizer": "adam", "lr": 0.01, "init": "scaled", "clip": 1.0}
EXPERIMENTS: Mapping[str, Experiment] = {
    "echo": Experiment(
        "Echo after 3 steps needs the recurrence",
        "Guessing: 25 %. No published figure.",
        60,
        {"task": "echo", "symbols": 4, "length": 20, "sequences": 200, "valid": 1.0,
         "hidden": 32, "batch": 10, **ADAM},
        {**CELLS, "rnn, U held at 0": {"cell": "rnn", "hold": "U"}},
        without_state,
    ),
    "running-sum": Experiment(
        "Running sum: a state for ever",
        "Guessing: 50 % for parity, 33 % for mod 3. No published figure.",
        100,
        {"task": "running-sum", "sequences": 200, "valid": 1.0, "hidden": 32, "batch": 10, **ADAM},
        {
            f"mod {k}, T {length}, {cell}": {"symbols": k, "length": length, "cell": cell}
            for k, length in ((2, 10), (2, 20), (2, 40), (3, 20))
            for cell in CELLS
        },
        solved,
        5,
    ),
    "embedded-reber": Experiment(
        "Embedded Reber grammar: the outer letter is kept",
        "Best possible 0.4411, forgetting the outer letter 0.5041 (derived). Hochreiter and "
        "Schmidhuber (1997), experiment 1: LSTM solves 97 to 100 % of trials, Elman networks 0 % "
        "(recalled, not read).",
        40,
        {"task": "embedded-reber", "sequences": 1024, "valid": 1.0, "hidden": 15, "batch": 16,
         **ADAM},
        CELLS,
    ),
    "temporal-order": Experiment(
        "Temporal order of two symbols among distractors",
        "Hochreiter and Schmidhuber (1997), experiment 6a, T 100 to 110: LSTM needs 31,390 "
        "sequences (secondary source). Guessing: 25 %.",
        100,
        {"task": "temporal-order", "sequences": 500, "valid": 1.0, "hidden": 32, "batch": 10,
         **ADAM},
        {
            f"T {length}, {cell}": {"length": length, "cell": cell}
            for length in (20, 50)
            for cell in CELLS
        },
        solved,
        5,
    ),
    "anbn": Experiment(
        "a^n b^n: counting beyond what was trained (n to 10)",
        "Best possible 0.2093 (derived). That LSTM networks generalise and others hardly do is "
        "known from Gers and Schmidhuber (2001) (recalled, not read).",
        300,
        {"task": "anbn", "sequences": 100, "valid": 1.0, "hidden": 10, "batch": 10, **ADAM},
        CELLS,
        counted_to,
    ),
    "binary-addition": Experiment(
        "Binary addition: the carry",
        "Guessing: 50 %. No published figure.",
        100,
        {"task": "binary-addition", "sequences": 100, "valid": 1.0, "hidden": 16, "batch": 10,
         **ADAM},
        CELLS,
        solved,
        5,
    ),
    "copy": Experiment(
        "Copy ten symbols after ten steps",
        "Without memory of the symbols 10 ln 8 / 30 = 0.6931 (derived), best possible 0.",
        100,
        {"task": "copy", "sequences": 500, "valid": 0.2, "hidden": 64, "batch": 10,
         **{**ADAM, "lr": 0.003}},
        CELLS,
    ),
    "xor": Experiment(
        "Elman's XOR: every third bit can be known",
        "Elman (1990): the error falls at every third bit (primary source); 3,000 bits, 600 "
        "passes, 2 hidden nodes, gradients through one step (recalled, not read). Best possible: "
        "0 at every third bit, ln 2 = 0.6931 at the others (derived).",
        2000,
        {"task": "xor", "length": 30, "sequences": 100, "valid": 1.0, "hidden": 10, "batch": 10,
         **ADAM},
        {"full BPTT": {}, "--bptt 1": {"bptt": 1}},
        third_bits,
        1,
    ),
}  # fmt: skip


CHAR_MODEL = "min-char-rnn"
CHAR_RUNS = [(0.01, 0), *((0.1, seed) for seed in SEEDS)]
"""Learning rates and seeds."""
CHAR_TEXT = f"""## min-char-rnn: a text, character by character

A. Karpathy's program (2015): 100 nodes, chunks of 25 characters, the state carried, Adagrad at 0.1,
weights of 0.01, each number of a gradient within 5 (recalled; its text is another). Here on 180 kB
of the King James Bible, which are `tests/data/genesis.txt`, {UPDATES:,} updates from the same
initial weights as plain loops (`tests/training/plain_char_model.py`). The losses are of the chunks
of the last epoch, each just before its update. At 0.1 rounding grows: the two are different runs
after some hundred updates, and the mean over the seeds is to be compared.

```sh
rnn-tui train --text tests/data/genesis.txt --hidden 100 --init small --epochs 2 \\
    --optimizer adagrad --lr 0.1 --clip-value 5
```
"""


def char_section(done: Mapping[str, Any]) -> Iterator[str]:
    """The table of the character model; nothing while a run is missing."""
    rows = [(rate, seed, done.get(_char_key(rate, seed))) for rate, seed in CHAR_RUNS]
    if not all(run for *_, run in rows):
        return
    yield CHAR_TEXT
    yield "| learning rate | seed | rnn-tui | plain loops | difference |"
    yield "|---" * 5 + "|"
    for rate, seed, run in rows:
        yield (
            f"| {rate} | {seed} | {run['loss, rnn-tui']:.4f} | {run['loss, plain']:.4f} | "
            f"{run['difference']:.2g} |"
        )
    chaotic = [run for rate, _, run in rows if rate == 0.1]
    ours, plain = (mean(run[f"loss, {who}"] for run in chaotic) for who in ("rnn-tui", "plain"))
    yield f"| 0.1 | mean | {ours:.4f} | {plain:.4f} | {100 * abs(ours / plain - 1):.2g} % |"


def _char_key(rate: float, seed: int) -> str:
    return f"{CHAR_MODEL} | lr {rate} | seed {seed}"


def train(config: Config, epochs: int, measure: Measure, every: int) -> dict[str, Any]:
    """One run, to its end."""
    trainer = Trainer(config)
    run = Run(Navigator(trainer))
    run.navigator.go_to(epochs)
    start = time.process_time()
    while not run.navigator.resting:
        run.work()
        is_due = every and run.navigator.epoch % every == 0
        if is_due and measure(trainer, trainer.parameters_of(trainer.state)).is_done:
            break
    seconds = time.process_time() - start
    figures = measure(trainer, trainer.parameters_of(trainer.state)).figures
    return {
        "epochs": run.navigator.epoch, "seconds": round(seconds, 2),
        "diverged": run.diverged is not None, **figures,
    }  # fmt: skip


def command(options: Options, epochs: int) -> str:
    """What a reader types; the seed is left out."""
    words = (f"{flag(name)} {value:g}" if isinstance(value, float) else f"{flag(name)} {value}"
             for name, value in options.items())  # fmt: skip
    return " ".join(["rnn-tui train", *words, f"--epochs {epochs}"])


def report(done: Mapping[str, Any]) -> str:
    """The page."""
    parts = [INTRODUCTION]
    for name, experiment in EXPERIMENTS.items():
        runs = {variant: [done[key] for key in _keys(name, variant) if key in done]
                for variant in experiment.variants}  # fmt: skip
        if all(runs.values()):
            parts += ["", *_section(experiment, runs)]
    parts += ["", *char_section(done)]
    return "\n".join(parts) + "\n"


INTRODUCTION = """# Reproductions

What the tasks were made for, five seeds each, made by `docs/make_reproductions.py`. All losses
(nats per symbol) and accuracies are of sequences that were **not** trained on. A cell of a table
is the median, and in brackets the least and the most of the five seeds. Where a run may end early,
it does when all that can be known is right, looked at every few epochs. Seconds are of one
processor, while others used the machine too."""


def _section(experiment: Experiment, runs: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    yield f"## {experiment.title}"
    yield ""
    yield experiment.published
    yield ""
    yield "```sh"
    first = next(iter(experiment.variants.values()))
    yield command({**experiment.options, **first}, experiment.epochs)
    yield "```"
    yield ""
    names = list(next(iter(runs.values()))[0])
    names.remove("diverged")
    yield f"| | runs | {' | '.join(names)} |"
    yield "|---" * (len(names) + 2) + "|"
    for variant, found in runs.items():
        cells = [_spread(name, [run[name] for run in found]) for name in names]
        lost = sum(run["diverged"] for run in found)
        count = f"{len(found)}, {lost} diverged" if lost else str(len(found))
        yield f"| {variant} | {count} | {' | '.join(cells)} |"


def _spread(name: str, values: list[float]) -> str:
    """'0.441 (0.439 … 0.446)'."""
    shares = name.startswith("accuracy")
    texts = [_number(100 * v if shares else v) for v in (median(values), min(values), max(values))]
    unit = " %" if shares else ""
    return (
        texts[0] + unit if len(set(texts)) == 1 else f"{texts[0]}{unit} ({texts[1]} … {texts[2]})"
    )


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "NaN"
    return f"{value:.0f}" if value == round(value) else f"{value:.4g}"


def _keys(name: str, variant: str) -> Iterator[str]:
    return (f"{name} | {variant} | seed {seed}" for seed in SEEDS)


def main(names: list[str]) -> None:
    """Train what is missing of these experiments, or of all; then write the page."""
    use_one_thread()
    kept = FOLDER / "reproductions.json"
    done: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}

    def keep(key: str, run: dict[str, Any]) -> None:
        done[key] = run
        print(key, run, flush=True)
        kept.write_text(json.dumps(done, indent=1) + "\n")

    for name in names or (*EXPERIMENTS, CHAR_MODEL):
        if name == CHAR_MODEL:
            for rate, seed in CHAR_RUNS:
                if _char_key(rate, seed) not in done:
                    keep(_char_key(rate, seed), compare(rate, seed))
            continue
        experiment = EXPERIMENTS[name]
        for variant, options in experiment.variants.items():
            for seed, key in zip(SEEDS, _keys(name, variant), strict=True):
                if key in done:
                    continue
                config = Config.of(**experiment.options, **options, seed=seed)
                keep(key, train(config, experiment.epochs, experiment.measure, experiment.every))
    (FOLDER / "reproductions.md").write_text(report(done))


if __name__ == "__main__":
    main(sys.argv[1:])
