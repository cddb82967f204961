"""The commands on runs that version 0.1.0 kept."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.disk.names import CHECKPOINT
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.training.trainer import Trainer

Call = Callable[..., tuple[int, str, str]]
BRANCHY, PLAIN = "successor-seed0-20260101-000000", "successor-seed0-20261126-170459"


@pytest.fixture(autouse=True)
def home(store_of_0_1_0: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RNN_TUI_HOME", str(store_of_0_1_0))
    return store_of_0_1_0


def printed(run: Call, *arguments: str) -> Any:
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_they_are_listed_and_shown(run: Call) -> None:
    listed = {info["id"]: info for info in printed(run, "runs", "--json")}
    assert listed.keys() == {BRANCHY, PLAIN}
    shown = printed(run, "runs", "show", BRANCHY, "--json")
    assert shown["problem"] is None and shown["epochs_lost"] == 0
    assert [branch["epoch"] for branch in shown["branch_list"]] == [34, 30, 31, 29, 32, 32, 10]
    assert shown["branch_list"][3]["interventions"][-1] == "epoch 24: U[1, 2] = 0"


def test_training_goes_on_with_the_same_bits(run: Call, home: Path) -> None:
    kept = load_run(home / "runs" / PLAIN).run
    trainer = Trainer(kept.config)
    trainer.restore(kept.branches[0].newest)
    for _ in range(20):
        trainer.advance()
    told = printed(run, "train", "--json", "--resume", PLAIN, "--epochs", "60")
    expected = Parameters(trainer.layout, trainer.state.parameters).sha256()
    assert (told["epoch"], told["parameters_sha256"]) == (60, expected)
    anew = printed(run, "train", "--json", "--no-store", "--epochs", "60")
    assert told["loss"] == pytest.approx(anew["loss"], rel=1e-9)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "svg", "safetensors"])
def test_it_can_be_exported(run: Call, tmp_path: Path, kind: str) -> None:
    code, _, err = run("export", BRANCHY, "--format", kind, "--output", str(tmp_path / kind))
    assert code == 0
    assert all("epochs without a checksum, of rnn-tui 0.1.0" in line for line in err.splitlines())
    assert (tmp_path / kind).stat().st_size > 0


@pytest.mark.parametrize(
    "command",
    [
        ("export", PLAIN, "--format", "safetensors", "--output", "never written"),
        ("replay", PLAIN),
        ("train", "--resume", PLAIN, "--epochs", "60"),
    ],
    ids=lambda command: command[0],
)
def test_an_option_of_a_newer_version_is_told_with_its_name(
    run: Call, home: Path, command: tuple[str, ...]
) -> None:
    path = home / "runs" / PLAIN / CHECKPOINT
    stored = read(path)
    text = stored.tensors["description"].tobytes().replace(b'"lr":', b'"dropout":9,"lr":')
    tensors = {**stored.tensors, "description": np.frombuffer(text, np.uint8)}
    path.write_bytes(encode(tensors, stored.metadata))
    code, out, err = run(*command)
    assert (code, out) == (4, "")
    assert "'dropout'" in err and len(err.splitlines()) == 1
