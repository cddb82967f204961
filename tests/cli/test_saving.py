"""--save and ctrl+s: parameters in a file that PyTorch takes, nothing overwritten unasked."""

import hashlib
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open

from rnn_tui.runs import headless
from rnn_tui.runs.saving import Saver
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer

Run = Callable[..., tuple[int, str, str]]
Trained = Callable[..., dict[str, Any]]

TORCH = {
    "rnn.weight_ih_l0": (10, 3), "rnn.weight_hh_l0": (10, 10), "rnn.bias_ih_l0": (10,),
    "rnn.bias_hh_l0": (10,), "head.weight": (3, 10), "head.bias": (3,),
}  # fmt: skip


@pytest.fixture
def trains_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is to be trained in vain."""
    monkeypatch.setattr(headless, "train_run", lambda *_: pytest.fail("trained in vain"))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_is_saved_loads_under_the_names_of_pytorch_and_has_the_hash(
    trained: Trained, tmp_path: Path, dtype: str
) -> None:
    path = tmp_path / "out.safetensors"
    values = trained("--epochs", "5", "--dtype", dtype, "--save", str(path))
    with safe_open(path, "numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata()
    assert {name: tensor.shape for name, tensor in tensors.items()} == TORCH
    assert {str(tensor.dtype) for tensor in tensors.values()} == {dtype}
    assert not tensors["rnn.bias_hh_l0"].any()
    notebook = (  # w (H, V) and v (V, H) are PyTorch's; u is used as a @ u, PyTorch's as a @ uᵀ
        tensors["rnn.weight_ih_l0"],
        tensors["rnn.weight_hh_l0"].T,
        tensors["head.weight"],
        tensors["rnn.bias_ih_l0"],
        tensors["head.bias"],
    )
    digest = hashlib.sha256()
    for tensor in notebook:
        little = np.ascontiguousarray(tensor).astype(np.dtype(dtype).newbyteorder("<"))
        digest.update(little.tobytes())
    assert digest.hexdigest() == values["parameters_sha256"]
    assert metadata["epoch"] == "5" and json.loads(metadata["config"]) == values["config"]
    assert any(re.fullmatch("[0-9a-f]{64}", text) for text in metadata.values())


def test_the_saved_network_predicts_what_was_reported(trained: Trained, tmp_path: Path) -> None:
    """An oracle of its own: the forward pass as PyTorch would run it on the file."""
    path = tmp_path / "out.safetensors"
    values = trained("--epochs", "50", "--save", str(path))
    sequences = Trainer(Config.of()).dataset.training
    with safe_open(path, "numpy") as file:
        w, u, b, _, v, c = (file.get_tensor(name) for name in TORCH)
    total = 0.0
    for inputs, targets in zip(sequences.inputs, sequences.targets, strict=True):
        a = np.zeros(10)
        for symbol, target in zip(inputs, targets, strict=True):
            a = np.tanh(np.eye(3)[symbol] @ w.T + a @ u.T + b)
            scores = a @ v.T + c
            total += math.log(np.exp(scores).sum()) - scores[target]
    assert total == pytest.approx(values["total_loss"], rel=1e-9)


@pytest.mark.parametrize("content", [b"", b"mine"])
def test_an_existing_file_is_replaced_only_with_force(
    run: Run, trained: Trained, tmp_path: Path, trains_not: None, content: bytes
) -> None:
    path = tmp_path / "out.safetensors"
    path.write_bytes(content)
    code, out, err = run("train", "--epochs", "1", "--save", str(path))
    assert (code, out, err.count("\n")) == (4, "", 1)
    assert str(path) in err and "--force" in err
    assert path.read_bytes() == content


def test_force_replaces_an_existing_file(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "out.safetensors"
    path.write_bytes(b"old")
    trained("--epochs", "1", "--save", str(path), "--force")
    assert path.stat().st_size > 1000
    trained("--epochs", "1", "--save", str(tmp_path / "new.safetensors"), "--force")
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        "new.safetensors", "out.safetensors",
    ]  # fmt: skip


@pytest.mark.usefixtures("trains_not")
@pytest.mark.parametrize("options", [(), ("--force",)])
@pytest.mark.parametrize("target", ["missing/x", ".", "file/x", "x" * 300, "x" * 300 + "/x"])
def test_a_file_that_cannot_be_written_is_told_before_the_training(
    run: Run, tmp_path: Path, target: str, options: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    code, out, err = run("train", "--save", str(tmp_path / target), *options)
    assert (code, out, err.count("\n")) == (4, "", 1)
    assert f"cannot write {tmp_path}" in err or "is a folder" in err
    assert "fault" not in err


@pytest.mark.parametrize(
    ("force", "existing", "names"),
    [
        (False, False, ["a", "a"]), (False, True, ["a-2", "a-3"]), (True, True, ["a", "a"]),
        (True, False, ["a", "a"]),
    ],
)  # fmt: skip
def test_saving_by_key_writes_over_its_own_file_alone(
    tmp_path: Path, force: bool, existing: bool, names: list[str]
) -> None:
    path, trainer = tmp_path / "a", Trainer(Config.of())
    if existing:
        path.write_bytes(b"mine")
    saver = Saver(path, replace=force)
    saved = [saver(trainer, trainer.advance()).split(" saved as ")[1] for _ in range(2)]
    assert saved == [str(tmp_path / name) for name in names]
    assert force or not existing or path.read_bytes() == b"mine"


def test_saving_by_key_takes_a_name_of_its_own_where_none_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    trainer = Trainer(Config.of(seed=4))
    saver = Saver(None, replace=True)
    assert saver(trainer, trainer.state).startswith("epoch 0 saved as rnn-tui-successor-seed4-")
    saver(trainer, trainer.state)
    assert len(list(tmp_path.iterdir())) == 2
