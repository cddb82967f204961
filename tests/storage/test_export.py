"""Export: what other tools read is what was trained."""

import csv
import json
import math
import os
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.curve.reader import Curve
from rnn_tui.storage.disk.errors import StoreError, UnwritableFile
from rnn_tui.storage.export.formats import FORMATS, TakenName, write_export
from rnn_tui.storage.export.pytorch import torch_tensors
from rnn_tui.storage.export.svg import draw_run
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState

LOSSES = [2.5, math.nan, 0.1 + 0.2, math.inf]


@pytest.fixture
def folder(tmp_path: Path, run: RunState) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    recorder = RunRecorder(folder)
    for epoch, loss in enumerate(LOSSES, 1):
        recorder.record(EpochRecord(0, epoch, loss, epoch / 10, 0.001))
    recorder.record(EpochRecord(1, 3, 0.7, 1.0, 0.002))
    recorder.save(run)
    assert recorder.close(20)
    return folder


def test_csv_holds_every_epoch_with_the_same_bits(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "curve.csv"
    assert write_export("csv", folder, output) == "5 epochs"
    with open(output, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3, 4, 3]
    assert [int(row["branch"]) for row in rows] == [0, 0, 0, 0, 1]
    losses = [float(row["loss"]) for row in rows]
    assert np.array_equal(losses, [*LOSSES, 0.7], equal_nan=True)
    assert float(rows[4]["learning_rate"]) == 0.002 and float(rows[4]["accuracy"]) == 1


def test_a_branch_is_exported_with_the_past_of_its_parents(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "curve.jsonl"
    assert write_export("jsonl", folder, output, 1) == "3 epochs"
    rows = [json.loads(line) for line in output.read_text().splitlines()]
    assert [(row["branch"], row["epoch"], row["loss"]) for row in rows] == [
        (0, 1, 2.5), (0, 2, None), (1, 3, 0.7),
    ]  # fmt: skip
    assert rows[0].keys() == {"epoch", "loss", "accuracy", "learning_rate", "branch"}


def test_an_infinite_loss_is_null_in_json(folder: Path, tmp_path: Path) -> None:
    write_export("jsonl", folder, tmp_path / "all", 0)
    assert json.loads((tmp_path / "all").read_text().splitlines()[3])["loss"] is None


@pytest.mark.parametrize("branch", [None, 0, 1])
def test_parameters_are_those_of_the_newest_epoch_under_pytorchs_names(
    folder: Path, tmp_path: Path, run: RunState, branch: int | None
) -> None:
    output = tmp_path / "out.safetensors"
    state = run.branches[run.current if branch is None else branch].newest
    what = write_export("safetensors", folder, output, branch)
    assert what == f"parameters of epoch {state.epoch}"
    found = safetensors.numpy.load_file(output)
    wanted = torch_tensors(Parameters(run.config.layout, state.parameters))
    assert found.keys() == wanted.keys()
    for name, tensor in wanted.items():
        assert np.array_equal(found[name], tensor)


def test_a_picture_shows_the_curve_and_nothing_that_is_not_finite(
    folder: Path, tmp_path: Path
) -> None:
    output = tmp_path / "run.svg"
    assert write_export("svg", folder, output, 0) == "a picture of 4 epochs"
    root = ET.fromstring(output.read_text())
    space = "{http://www.w3.org/2000/svg}"
    points = root.find(f"{space}polyline")
    assert points is not None and len(points.attrib["points"].split()) == 2
    assert "nan" not in output.read_text() and "inf" not in output.read_text()
    title = root.findtext(f"{space}title") or ""
    assert "loss 0.3 nats/symbol" in title and " · rnn 3 · sgd lr 0.05 · seed 0 · " in title
    assert "http" not in output.read_text().replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("count", [0, 1, 2, 50_000])
def test_a_picture_of_any_length_keeps_its_spikes(run: RunState, count: int) -> None:
    losses = np.full(count, 0.5)
    losses[count // 3 : count // 3 + 1] = 40.0
    numbers = np.arange(1, count + 1)
    ones = np.ones(count)
    none = np.full(count, np.nan)
    svg = draw_run(run, Curve(numbers, losses, ones, ones, np.zeros(count, np.int64), none, none))
    root = ET.fromstring(svg)
    line = root.find("{http://www.w3.org/2000/svg}polyline")
    assert line is not None
    heights = [float(point.split(",")[1]) for point in line.attrib["points"].split()]
    assert len(heights) <= 4 * 960
    assert len(svg) < 200_000
    if count:
        assert min(heights) < 90


@pytest.fixture
def validated(folder: Path) -> Path:
    """The same run, whose branch 0 has a validation loss from its second epoch on."""
    recorder = RunRecorder(folder)
    for epoch, loss in enumerate(LOSSES[1:], 2):
        recorder.record(EpochRecord(0, epoch, loss, epoch / 10, 0.001, epoch / 4, 0.5))
    assert recorder.close(20)
    return folder


def test_tables_have_validation_columns_where_there_is_a_validation_set(
    validated: Path, tmp_path: Path
) -> None:
    write_export("jsonl", validated, tmp_path / "jsonl", 0)
    rows = [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()]
    found = [(row["valid_loss"], row["valid_accuracy"]) for row in rows]
    assert found == [(None, None), (0.5, 0.5), (0.75, 0.5), (1.0, 0.5)]
    write_export("csv", validated, tmp_path / "csv", 0)
    header, first, second, *_ = (tmp_path / "csv").read_text().splitlines()
    assert header == "epoch,loss,accuracy,learning_rate,branch,valid_loss,valid_accuracy"
    assert first.endswith(",0,nan,nan") and second.endswith(",0,0.5,0.5")


def test_a_picture_has_a_dashed_curve_that_is_named_where_there_is_a_validation_set(
    validated: Path, tmp_path: Path
) -> None:
    write_export("svg", validated, tmp_path / "svg", 0)
    root = ET.fromstring((tmp_path / "svg").read_text())
    space = "{http://www.w3.org/2000/svg}"
    valid, training = root.findall(f"{space}polyline")  # the later one lies above
    assert len(valid.attrib["points"].split()) == 3 and "stroke-dasharray" in valid.attrib
    assert len(training.attrib["points"].split()) == 2 and "stroke-dasharray" not in training.attrib
    assert "validation" in [text.text for text in root.iter(f"{space}text")]


def test_a_validation_loss_beyond_all_training_losses_stays_in_the_picture(run: RunState) -> None:
    ones = np.ones(2)
    curve = Curve(np.arange(1, 3), ones, ones, ones, np.zeros(2, np.int64), 100 * ones, ones)
    line = ET.fromstring(draw_run(run, curve)).find("{http://www.w3.org/2000/svg}polyline")
    assert line is not None
    assert all(float(point.split(",")[1]) > 60 for point in line.attrib["points"].split())


KINDS = [kind for kind in FORMATS if kind != "tensorboard"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_there_is_replaced_only_when_asked(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    output = tmp_path / "out"
    output.write_text("mine")
    with pytest.raises(TakenName, match="already there; choose another name, or add --force"):
        write_export(kind, folder, output)
    assert output.read_text() == "mine"
    write_export(kind, folder, output, force=True)
    assert output.read_bytes() != b"mine"


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_or_a_branch_that_is_not_there_is_named(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    with pytest.raises(StoreError, match="the run has no branch 7; it has"):
        write_export(kind, folder, tmp_path / "out", 7)
    with pytest.raises(StoreError):
        write_export(kind, tmp_path, tmp_path / "out")
    with pytest.raises(UnwritableFile):
        write_export(kind, folder, tmp_path / "gone" / "out")
    assert not (tmp_path / "out").exists()


def test_without_tensorboardx_one_line_says_how_to_get_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    monkeypatch.setitem(sys.modules, "tensorboardX.record_writer", None)
    with pytest.raises(StoreError, match=r"add it with: pip install 'rnn-tui\[tensorboard\]'"):
        write_export("tensorboard", folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def events_of(path: Path) -> list[Any]:
    """The events in a file, their checksums compared."""
    from tensorboardX.event_file_writer import EventFileWriter  # noqa: F401
    from tensorboardX.proto.event_pb2 import Event
    from tensorboardX.record_writer import masked_crc32c

    data, events = path.read_bytes(), list[Any]()
    while data:
        length = int.from_bytes(data[:8], "little")
        assert int.from_bytes(data[8:12], "little") == masked_crc32c(data[:8])
        body = data[12 : 12 + length]
        assert int.from_bytes(data[12 + length : 16 + length], "little") == masked_crc32c(body)
        events.append(Event.FromString(body))
        data = data[16 + length :]
    return events


def test_tensorboard_gets_every_epoch_of_the_branch(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX")
    assert write_export("tensorboard", folder, tmp_path / "logs", 1) == "3 epochs"
    (name,) = os.listdir(tmp_path / "logs")
    assert "tfevents" in name and name.endswith(".run.branch1")
    first, *events = events_of(tmp_path / "logs" / name)
    assert first.file_version == "brain.Event:2"
    assert [event.step for event in events] == [1, 2, 3]
    values = [{v.tag: v.simple_value for v in event.summary.value} for event in events]
    assert values[2]["loss"] == pytest.approx(0.7) and math.isnan(values[1]["loss"])
    assert values[2]["learning_rate"] == pytest.approx(0.002) and "valid_loss" not in values[2]
    with pytest.raises(TakenName):
        write_export("tensorboard", folder, tmp_path / "logs", 1)
    write_export("tensorboard", folder, tmp_path / "my.tfevents.file")
    assert (tmp_path / "my.tfevents.file").is_file()


def test_tensorboard_gets_the_validation_set_too(validated: Path, tmp_path: Path) -> None:
    pytest.importorskip("tensorboardX")
    write_export("tensorboard", validated, tmp_path / "a.tfevents", 0)
    events = events_of(tmp_path / "a.tfevents")[1:]
    values = [{v.tag: v.simple_value for v in event.summary.value} for event in events]
    assert math.isnan(values[0]["valid_loss"])
    assert [(v["valid_loss"], v["valid_accuracy"]) for v in values[1:]] == [
        (0.5, 0.5), (0.75, 0.5), (1.0, 0.5),
    ]  # fmt: skip
