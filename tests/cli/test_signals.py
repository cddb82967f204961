"""A signal ends a training without losing what was reached."""

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

from tests.amounts import few_rows

SIGNALS = [
    (signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGQUIT, 131),
    (signal.SIGUSR1, 138),
]  # fmt: skip
DRIVER = """
import sys, time
from contextlib import suppress
from rnn_tui.model.interruption import Interrupted
from rnn_tui.runs import headless
train = headless.train_run
def noisy(run, epochs, poll, progress):
    def told(epoch):
        progress(epoch)
        if epoch == 30:
            print("under way", file=sys.stderr, flush=True)
            with suppress(Interrupted):
                while True:
                    poll()
                    time.sleep(0.001)
    return train(run, epochs, poll, told)
headless.train_run = noisy
from rnn_tui.cli import main
sys.argv = ["rnn-tui", *sys.argv[1:]]
main()
"""


@pytest.fixture
def under_way(environment: dict[str, str]) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts a training that waits for a signal when 30 epochs are done."""

    def start(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, "train", "--epochs", "60", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline() == "under way\n"
        return process

    return start


@pytest.fixture
def interrupted(
    under_way: Callable[..., "subprocess.Popen[str]"],
) -> Callable[..., tuple[int, str, str]]:
    """The same, signalled there: (exit code, output, errors)."""

    def run(number: int, *arguments: str) -> tuple[int, str, str]:
        process = under_way(*arguments)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        return process.returncode, out, err

    return run


@pytest.mark.parametrize(("number", "code"), few_rows(SIGNALS, 2))
def test_a_signal_ends_with_the_last_finished_epoch(
    interrupted: Callable[..., tuple[int, str, str]],
    trained: Callable[..., dict[str, Any]],
    tmp_path: Path,
    number: int,
    code: int,
) -> None:
    path = tmp_path / "last.safetensors"
    left, out, err = interrupted(number, "--json", "--save", str(path))
    values = json.loads(out)
    command = shlex.join(
        ["rnn-tui", "train", "--resume", values["run"], "--save", str(path), "--force"]
    )
    assert (left, err) == (code, f"rnn-tui: to continue: {command}\n")
    epoch = values["epoch"]
    assert 30 <= epoch < 60 and values["updates"] == 10 * epoch
    assert values["stopped"] == "interrupted"
    same = trained("--epochs", str(epoch))
    for key in ("parameters_sha256", "loss", "accuracy", "training_loss", "first_solved_epoch"):
        assert values[key] == same[key], key
    with safe_open(path, "numpy") as file:
        assert file.metadata()["epoch"] == str(epoch)
        assert values["parameters_sha256"] in file.metadata().values()


@pytest.mark.parametrize(("number", "code"), few_rows(SIGNALS, 1))
def test_a_signal_ends_with_a_summary(
    interrupted: Callable[..., tuple[int, str, str]],
    number: int,
    code: int,
) -> None:
    left, out, err = interrupted(number, "--no-store")
    assert (left, err) == (code, "")  # there is nothing to continue
    assert re.match(r"epoch \d+ .*parameters_sha256 [0-9a-f]{12}\n", out)


@pytest.mark.parametrize(("number", "code"), few_rows(SIGNALS[:3], 1))
def test_the_last_line_is_the_command_that_goes_on_to_the_same_goal(
    interrupted: Callable[..., tuple[int, str, str]],
    run: Callable[..., tuple[int, str, str]],
    trained: Callable[..., dict[str, Any]],
    tmp_path: Path,
    number: int,
    code: int,
) -> None:
    left, _, err = interrupted(number, "--store", str(tmp_path / "a store's"))
    assert left == code
    name, *words = shlex.split(err.splitlines()[-1].removeprefix("rnn-tui: to continue: "))
    assert name == "rnn-tui"
    code, out, err = run(*words, "--json")
    values = json.loads(out)
    assert (code, err, values["epoch"], values["goal"]["epochs"]) == (0, "", 60, 60)
    assert values["parameters_sha256"] == trained("--epochs", "60")["parameters_sha256"]


def test_a_run_that_is_killed_goes_on_to_its_goal(
    under_way: Callable[..., "subprocess.Popen[str]"],
    trained: Callable[..., dict[str, Any]],
    until: Callable[[Callable[[], bool]], None],
    store: Path,
) -> None:
    process = under_way("--until", "loss=0.0001")
    until(lambda: list(store.glob("runs/*/checkpoint.safetensors")) != [])
    process.kill()
    process.communicate(timeout=30)
    values = trained("--resume")
    assert values["goal"] == {"epochs": 60, "until": "loss=0.0001", "patience": None}
    assert (values["epoch"], values["stopped"]) == (60, "epochs")
    assert values["parameters_sha256"] == trained("--epochs", "60")["parameters_sha256"]
