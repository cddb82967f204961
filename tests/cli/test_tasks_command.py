"""rnn-tui tasks: what there is to train on, and the sequences before one trains."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from rnn_tui.tasks.registry import TASKS
from rnn_tui.training.config import Config

Run = Callable[..., tuple[int, str, str]]

KEYS = {"name", "title", "definition", "needs_memory", "chance", "optimum", "sources"}
OPTIONS: list[dict[str, Any]] = [
    {"task": "successor"},
    {"task": "echo"},
    {"task": "echo", "symbols": 12, "length": 7, "delay": 6, "seed": 9, "sequences": 2},
    {"task": "running-sum", "seed": 3, "hidden": 4},
    {"task": "xor", "length": 6},
    {"task": "embedded-reber", "sequences": 7},
    {"task": "copy", "delay": 2},
    {"task": "temporal-order", "seed": 1},
    {"task": "anbn", "length": 4},
    {"task": "binary-addition"},
]


def asked_for(options: dict[str, Any]) -> list[str]:
    """The options as they are typed behind ``tasks show``."""
    typed = [word for k, v in options.items() if k != "task" for word in (f"--{k}", str(v))]
    return [options["task"], *typed]


@pytest.fixture
def shown(run: Run) -> Callable[..., Any]:
    """The JSON of a command."""

    def call(*arguments: str) -> Any:
        code, out, err = run("tasks", *arguments, "--json")
        assert (code, err, out.count("\n")) == (0, "", 1)
        return json.loads(out)

    return call


def test_the_list_as_json_has_what_is_promised_of_every_task(shown: Callable[..., Any]) -> None:
    values = shown()
    assert [task["name"] for task in values] == [*TASKS, "text", "pairs"]
    for task in values:
        assert task.keys() == KEYS
        assert all(s.keys() == {"what", "value", "source", "confidence"} for s in task["sources"])
    assert {task["name"]: task["needs_memory"] for task in values}.items() >= {
        ("successor", False), ("echo", True), ("running-sum", True),
    }  # fmt: skip
    assert values[0]["chance"] == math.log(3) and values[0]["optimum"] == 0


def test_a_task_is_shown_at_the_options_given(shown: Callable[..., Any]) -> None:
    usual = next(task for task in shown() if task["name"] == "echo")
    values = shown("show", "echo")
    assert values.keys() == KEYS | {"inputs", "outputs", "sequences"}
    assert values.items() >= usual.items()
    other = shown("show", "echo", "--symbols", "4", "--delay", "2")
    assert other["title"] == "echo 2 mod 4" and other["chance"] == math.log(4)
    assert other["inputs"] == other["outputs"] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(asked_for(options)))
@pytest.mark.parametrize("count", [None, 0, 1, 1000])
def test_the_sequences_are_the_first_that_a_run_trains_on(
    shown: Callable[..., Any], options: dict[str, Any], count: int | None
) -> None:
    more = [] if count is None else ["--count", str(count)]
    values = shown("show", *asked_for(options), *more)["sequences"]
    config = Config.of(**options)
    data = config.task.dataset(config.seed, 0)
    first = data.training.rows(slice(5 if count is None else count))
    assert len(values) == len(first)
    for index, value in enumerate(values):
        single = first.single(index)
        assert value.keys() == {"input", "target", "scored"}
        assert value["input"] == [data.inputs[symbol] for symbol in single.inputs[0]]
        assert value["target"] == [data.outputs[symbol] for symbol in single.targets[0]]
        assert value["scored"] == (
            [True] * single.steps if single.scored is None else single.scored[0].tolist()
        )


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize(
    "command",
    ["", *(f"show {name}" for name in TASKS), "show echo --symbols 300 --length 100",
     "show echo --length 75", "show running-sum --length 1000 --count 1"],
)  # fmt: skip
def test_what_is_printed_fits_the_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, err = run("tasks", *command.split())
    assert (code, err) == (0, "") and max(map(len, out.splitlines())) <= columns


def test_the_list_names_every_task_with_its_definition(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    lines = run("tasks")[1].splitlines()
    for task in (task() for task in TASKS.values()):
        (line,) = (line for line in lines if line.startswith(f"{task.name} "))
        assert ("needed" if task.needs_memory else "no") in line.split()
        assert line.endswith(task.definition) and f"{task.chance:.4f}" in line


def test_the_sequences_are_rows_in_which_targets_that_are_not_scored_are_dots(run: Run) -> None:
    code, out, _ = run("tasks", "show", "echo", "--length", "6", "--delay", "2", "--count", "2")
    blocks = [block.splitlines() for block in out.split("\n\n")]
    assert code == 0 and [len(block) for block in blocks[1:]] == [2, 2]
    for number, block in enumerate(blocks[1:], 1):
        first, second = (line.split() for line in block)
        assert first[:2] == [str(number), "input"] and second[0] == "target"
        assert second[1:] == ["·", "·", *first[2:6]]
    facts = " ".join(" ".join(blocks[0]).split())
    assert "--length 6 --sequences 10 --delay 2 --seed 0" in facts and "(ln 3)" in facts
    assert "an rnn with U = 0 guesses" in facts and "derived" in facts


def test_a_long_sequence_goes_on_below(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    _, out, _ = run("tasks", "show", "running-sum", "--symbols", "2", "--length", "100")
    first = [line.split() for line in out.split("\n\n")[1].splitlines()]
    assert [line[0] for line in first] == ["1", "target", "input", "target", "input", "target"]
    bits = "".join(line[-1] for line in first if "input" in line)
    sums = "".join(line[-1] for line in first if "target" in line)
    assert len(bits) == len(sums) == 100
    assert all(bits[: t + 1].count("1") % 2 == int(sums[t]) for t in range(100))


@pytest.mark.parametrize(
    ("symbols", "length", "rows", "symbols_apart"),
    [(30, 23, 2, 23), (30, 24, 4, 23), (3, 34, 2, 34), (3, 35, 2, 1), (3, 68, 2, 1), (3, 69, 4, 1)],
)
def test_a_sequence_that_just_fits_stays_on_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, symbols: int, length: int, rows: int,
    symbols_apart: int,
) -> None:  # fmt: skip
    monkeypatch.setenv("COLUMNS", "80")
    options = "--symbols", str(symbols), "--length", str(length)
    lines = run("tasks", "show", "running-sum", *options)[1].split("\n\n")[1].splitlines()
    assert len(lines) == rows and len(lines[1].split()) == 1 + symbols_apart


def test_a_terminal_without_the_dot_gets_a_full_stop(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnn_tui.cli.output._encoding", lambda stream: "ascii")
    _, out, _ = run("tasks", "show", "echo", "--symbols", "30")
    assert out.isascii() and "\\" not in out and "    target  .  .  .  " in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("show riddle", f"there is no task 'riddle'; there is: {', '.join(TASKS)}"),
        ("show", "Missing argument 'NAME'"),
        ("echo", "write rnn-tui tasks show echo"),
        ("riddle", "riddle"),
        ("--json show echo", "write --json after it"),
        ("show successor --delay 3", "--delay is no option of the task successor; leave it out"),
        ("show reber --length 3", "--length is no option of the task reber; leave it out"),
        ("show temporal-order --length 9", "--length 9: must be a whole number, at least 10"),
        ("show echo --delay 10", "--delay 10: must be less than --length 10"),
        ("show echo --delay 0", "--delay 0: must be a whole number, at least 1"),
        ("show echo --symbols 1", "--symbols 1: must be a whole number, at least 2"),
        ("show echo --length x", "--length"),
        ("show echo --task echo", "--task"),
        ("show echo --text nothing.txt", "--text is no option of the task echo"),
        ("show text --data nothing.txt", "--data is no option of the task text"),
        ("show riddle --text nothing.txt", "there is no task 'riddle'"),
        ("show echo --count -1", "--count"),
        ("show echo --length 1000000000000", "memory"),
        ("show \x1b[2J\n", "there is no task"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_there_is(run: Run, arguments: str, told: str) -> None:
    code, out, err = run("tasks", *arguments.split(" "))
    assert (code, out, err.count("\n")) == (2, "", 1) and err.rstrip("\n").isprintable()
    assert err.startswith("rnn-tui: ") and told in err


def test_a_schedule_can_be_said_with_its_end(run: Run) -> None:
    plain, scheduled = (
        run("tasks", "show", "echo", *options)
        for options in ((), ("--schedule", "linear", "--epochs", "5"))
    )
    assert plain == scheduled and plain[0] == 0
