"""``rnn-tui check`` as a command: its JSON, its exit codes, its hints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rnn_tui.check.mistakes import MISTAKES, in_own_loop
from rnn_tui.check.report import Cause, Error, Part, Report, Tensor, limited
from rnn_tui.check.styles.registry import STYLES
from rnn_tui.check.telling import error_line, lines_of
from tests.amounts import few

REPORT = Report(
    "wrong", "a.py:RNN", "class", ("Wxh: W",), Part("right", "a_t = tanh(…)"), Part("right", ""),
    Part("wrong", "a second call gives other gradients"),
    (Tensor("Wxh", "W", "wrong", 0.5, 1), Tensor("Why", "V", "right", 1e-11)),
    (Cause(
        "carry-missing", "it is missing", ("Wxh",), "RNN.bptt", 2, "∂L/∂a", 0.9, code="second",
    ),),
    ("float32: single precision", "truncation: right up to lag 3"),
)  # fmt: skip


def rnn_tui(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "rnn_tui", "check", *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_wrong_network_is_told_in_json(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(ADAPTED)
    code, out, err = rnn_tui(str(file), "--json", "--time-limit", "20")

    found = json.loads(out)
    assert (code, err) == (1, "")
    assert found["verdict"] == "wrong"
    assert found["style"] == "adapter"
    assert [each["name"] for each in found["tensors"] if each["verdict"] == "wrong"] == ["U"]
    assert found["causes"][0]["cause"] == "gradient-twice"
    assert {"forward", "loss", "second_call", "remarks", "error"} <= set(found)


def test_what_cannot_be_loaded_is_one_line_and_exit_code_3(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("x = (1\n")
    code, out, err = rnn_tui(str(file))

    assert (code, out) == (3, "")
    assert len(err.splitlines()) == 1
    assert "line 1" in err


@pytest.mark.parametrize(
    "arguments", few([["a.py", "--style", "nothing"], [], ["a.py", "--hint", "4"],
                      ["a.py", "--time-limit", "nan"]], 1), ids=str,
)  # fmt: skip
def test_usage_is_exit_code_2(arguments: list[str]) -> None:
    code, out, err = rnn_tui(*arguments)

    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1


def test_the_adapter_is_python_and_is_never_written_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "adapter.py"
    assert rnn_tui("--adapter", str(file))[0] == 0
    compile(file.read_text(), "adapter.py", "exec")
    assert rnn_tui("--adapter", str(file))[0] == 2


@pytest.mark.parametrize(
    ("hint", "told", "hidden"),
    [
        (0, ["wrong"], ["Wxh  ", "carry-missing", "lag", "float32", "second call"]),
        (
            1,
            ["Wxh", "float32", "second call  ✗ wrong"],
            ["carry-missing", "lag", "other gradients"],
        ),
        (2, ["Wxh", "wrong from lag", "lag 3"], ["carry-missing", "other gradients"]),
        (3, ["Wxh", "carry-missing", "line 2", "2 | second", "other gradients"], []),
    ],
)
def test_a_hint_tells_no_more_than_its_level(hint: int, told: list[str], hidden: list[str]) -> None:
    text = "\n".join(lines_of(limited(REPORT, hint), hint))

    assert all(each in text for each in told)
    assert not any(each in text for each in hidden)


def test_a_hint_limits_the_json_alike() -> None:
    found = limited(REPORT, 1).to_json()

    assert found["causes"] == ()
    assert [each["first_lag"] for each in found["tensors"]] == [None, None]


def test_an_error_names_its_line() -> None:
    report = Report("unusable", "a.py", error=Error("KeyError", "3", 7))
    assert error_line(report) == "a.py, line 7: KeyError: 3"


def test_the_documentation_lists_every_cause_and_style() -> None:
    text = (Path(__file__).parents[2] / "docs" / "check.md").read_text()
    causes = {in_own_loop(each).cause for each in MISTAKES.values()}
    names = causes | {each.cause for each in MISTAKES.values()} | {each.name for each in STYLES}

    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


ADAPTED = """
import numpy as np

symbols = 3
parameters = {"U": np.eye(3), "b": np.zeros(3)}


def loss_and_gradients(parameters, inputs, targets):
    U, b = parameters["U"], parameters["b"]
    loss, dU, db = 0.0, np.zeros((3, 3)), np.zeros(3)
    for x, y in zip(inputs, targets):
        p = np.exp(U[x] + b)
        p = p / p.sum()
        loss -= np.log(p[y])
        p[y] -= 1
        dU[x] += 2 * p
        db += p
    return loss, {"U": dU, "b": db}
"""
