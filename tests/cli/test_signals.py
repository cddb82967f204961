"""A signal ends a training without losing what was reached."""

import json
import re
import signal
import subprocess
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
import sys
from rnn_tui.runs import headless
train = headless.train_run
def noisy(run, epochs, poll, progress):
    def told(epoch):
        if epoch == 30:
            print("under way", file=sys.stderr, flush=True)
        progress(epoch)
    return train(run, epochs, poll, told)
headless.train_run = noisy
from rnn_tui.cli import main
sys.argv = ["rnn-tui", *sys.argv[1:]]
main()
"""


@pytest.fixture
def interrupted(environment: dict[str, str]) -> Callable[..., tuple[int, str, str]]:
    """Starts a training, signals it when 30 epochs are done: (exit code, output, errors)."""
    import sys

    def run(number: int, *arguments: str) -> tuple[int, str, str]:
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, "train", "--epochs", "100000000", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline() == "under way\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        return process.returncode, out, err

    return run


@pytest.mark.parametrize(("number", "code"), few_rows(SIGNALS, 3))
def test_a_signal_ends_with_the_last_finished_epoch(
    interrupted: Callable[..., tuple[int, str, str]],
    trained: Callable[..., dict[str, Any]],
    tmp_path: Path,
    number: int,
    code: int,
) -> None:
    path = tmp_path / "last.safetensors"
    left, out, err = interrupted(number, "--json", "--save", str(path))
    assert (left, err) == (code, "")
    values = json.loads(out)
    epoch = values["epoch"]
    assert 30 <= epoch < 100_000_000 and values["updates"] == 10 * epoch
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
    left, out, err = interrupted(number)
    assert (left, err) == (code, "")
    assert re.match(r"epoch \d+ .*parameters_sha256 [0-9a-f]{12}\n", out)
