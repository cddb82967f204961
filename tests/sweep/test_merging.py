"""The runs of a job array are gathered; what comes from elsewhere is looked at first."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.disk.errors import DamagedFile
from rnn_tui.storage.library.store import Store
from rnn_tui.storage.library.transfer import pack, put, unpack
from rnn_tui.sweep.copies import keep_copy
from rnn_tui.sweep.kept_results import read_kept, write_kept
from rnn_tui.sweep.plan import read_plan

Run = Callable[..., tuple[int, str, str]]
Swept = Callable[..., dict[str, Any]]
SEEDS = 'seed = "0..4"'


def statuses(out: str) -> str:
    return "".join(each["status"][0] for each in json.loads(out)["runs"])


def test_two_shards_make_the_whole(
    plan_of: Callable[..., Path], swept: Swept, run: Run, tmp_path: Path,
    require_same_bits: Callable[..., None],
) -> None:  # fmt: skip
    plan, stores = plan_of(SEEDS), [str(tmp_path / name) for name in "ab"]
    for number, store in enumerate(stores, 1):
        swept(plan, "--shard", f"{number}/2", "--store", store)
    code, out, err = run("sweep", "merge", str(plan), "--from", stores[0], "--json")
    assert (code, statuses(out), err) == (4, "dmdmd", "")
    code, out, err = run("sweep", "merge", str(plan), "--from", *stores, "--json")
    assert (code, statuses(out), err) == (0, "ddddd", "")
    require_same_bits(plan, json.loads(out))
    assert swept(plan) == json.loads(out)
    assert len(list(Store().folder.iterdir())) == 5


def test_a_finished_run_takes_the_place_of_one_that_is_not_and_never_the_other_way_round(
    plan_of: Callable[..., Path], swept: Swept, run: Run, tmp_path: Path
) -> None:
    swept(plan_of(SEEDS, epochs=2))
    swept(plan_of(SEEDS, epochs=7), "--store", str(tmp_path / "longer"))
    for epochs in (7, 2):
        plan = plan_of(SEEDS, epochs=epochs)
        code, out, _ = run(
            "sweep", "merge", str(plan), "--from", str(tmp_path / "longer"), "--json"
        )
        assert (code, statuses(out)) == (0, "ddddd")
    shutil.rmtree(tmp_path / "longer")
    swept(plan_of(SEEDS, epochs=2), "--store", str(tmp_path / "longer"))
    plan = plan_of(SEEDS, epochs=7)
    code, out, _ = run("sweep", "merge", str(plan), "--from", str(tmp_path / "longer"), "--json")
    assert (code, statuses(out)) == (0, "ddddd")


def test_damaged_open_and_false_runs_are_told_and_left_out(
    plan_of: Callable[..., Path], swept: Swept, run: Run, tmp_path: Path
) -> None:
    plan, there = plan_of(SEEDS), tmp_path / "there"
    swept(plan, "--store", str(there))
    members, folder = read_plan(plan).members, there / "runs"
    (folder / members[0].id / "checkpoint.safetensors").write_bytes(b"no")
    (folder / members[0].id / "checkpoint.previous.safetensors").unlink(missing_ok=True)
    shutil.copy(
        folder / members[3].id / "checkpoint.safetensors",
        folder / members[1].id / "checkpoint.safetensors",
    )
    kept = read_kept(folder / members[2].id)
    result = replace(kept.results[0][1], parameters_sha256="0" * 64)
    write_kept(folder / members[2].id, kept.reached(members[2].goal, result))
    with Store(there).open(members[4].id):
        code, out, err = run("sweep", "merge", str(plan), "--from", str(there), "--json")
    assert (code, statuses(out)) == (4, "mmmdm")
    lines = err.splitlines()
    assert len(lines) == 4 and all(line.startswith("rnn-tui: ") for line in lines)
    for line, told in zip(
        lines, ("cannot use", "another configuration", "not those of its result", "is open in"),
        strict=True,
    ):  # fmt: skip
        assert told in line


@pytest.mark.parametrize("place", ["nothing here", ""])
def test_a_store_that_is_none_is_one_line(
    place: str, plan_of: Callable[..., Path], swept: Swept, run: Run, tmp_path: Path, store: Path
) -> None:
    swept(plan_of(SEEDS))
    source = str(tmp_path / place) if place else str(store)
    code, _, err = run("sweep", "merge", str(plan_of(SEEDS)), "--from", source)
    assert code == 4 and err.count("\n") == 1


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "checkpoint", "lock", ".x", "a/b"])
def test_a_file_that_no_run_has_is_refused(name: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for id, files in (("run", {name: b"x"}), ("../run", {}), ("", {}), ("..", {}), (".run", {})):
        with pytest.raises(DamagedFile):
            put(store, id, files, lambda *_: True)
        with pytest.raises(DamagedFile):
            unpack(store, id, files)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_of_two_copies_the_one_that_is_further_stays_with_the_results_of_both(
    plan_of: Callable[..., Path], swept: Swept, tmp_path: Path
) -> None:
    for epochs, name in ((2, "short"), (7, "long")):
        swept(plan_of("seed = [0]", epochs=epochs), "--store", str(tmp_path / name))
    id = read_plan(plan_of("seed = [0]")).members[0].id
    short, long = (pack(Store(tmp_path / name).folder / id) for name in ("short", "long"))
    for order in ((short, long), (long, short)):
        store = Store(tmp_path / f"both{order[0] is short}")
        for files in order:
            keep_copy(store, id, files)
        assert pack(store.folder / id)["checkpoint.safetensors"] == long["checkpoint.safetensors"]
        results = read_kept(store.folder / id).results
        assert sorted(goal.epochs or 0 for goal, _ in results) == [2, 7]
        assert [path.name for path in store.folder.iterdir()] == [id]
