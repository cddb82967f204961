"""rnn-tui replay: a kept run, repeated."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from rnn_tui.training.trainer import State, Trainer

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def name(run: Run) -> str:
    """The id of a run of nine epochs."""
    values = json.loads(run("train", "--epochs", "9", "--hold", "U[0]", "--json")[1])
    return str(values["run"])


def test_the_newest_run_is_repeated_to_the_bit(run: Run, name: str) -> None:
    code, out, err = run("replay")
    assert (code, err) == (0, "")
    assert out.startswith("epoch 9 ") and out.endswith("the same bits as the run that was kept\n")
    values = json.loads(run("replay", name[:12], "--branch", "0", "--json")[1])
    assert values["same_as_kept"] is True and values["config"]["hold"] == "U[0]"


def test_an_epoch_without_a_checkpoint_is_compared_with_nothing(run: Run, name: str) -> None:
    code, out, err = run("replay", name, "--epochs", "4")
    assert (code, err) == (0, "")
    assert out.startswith("epoch 4 ") and "no checkpoint of that epoch" in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--branch", "1"], 4, "no branch 1"),
        (["--branch", "-1"], 2, "--branch"),
        (["--epochs", "-1"], 2, "--epochs"),
        (["nothing"], 4, "there is no run nothing"),
        ([""], 4, "there is no run"),
    ],
)
@pytest.mark.usefixtures("name")
def test_what_cannot_be_repeated_is_one_line(
    run: Run, arguments: list[str], code: int, words: str
) -> None:
    left, out, err = run("replay", *arguments)
    assert (left, out, err.count("\n")) == (code, "", 1)
    assert words in err and "0 to 0" not in err


def test_other_parameters_than_those_kept_end_with_4(
    run: Run, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    initial_state = Trainer.initial_state

    def disturbed(trainer: Trainer) -> State:
        state = initial_state(trainer)
        return replace(state, parameters=state.parameters + 1e-9)

    monkeypatch.setattr(Trainer, "initial_state", disturbed)
    code, out, err = run("replay", name)
    assert (code, err) == (4, "") and "NOT the same parameters" in out
