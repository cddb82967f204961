"""rnn-tui runs: the list, one run, removing."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from rnn_tui.storage.disk.names import CHECKPOINT, HISTORY
from rnn_tui.storage.library.store import Store
from rnn_tui.training.words import size

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kept(store: Path) -> Store:
    """The runs of a user."""
    return Store(store)


def test_an_empty_store_says_so(run: Run, kept: Store) -> None:
    assert run("runs") == (0, f"no runs in {kept.folder}\n", "")
    assert run("runs", "--json") == (0, "[]\n", "")
    assert not kept.root.exists()


def test_the_list_is_a_table_with_a_line_for_each_run(
    run: Run, kept: Store, finished: Callable[[], str]
) -> None:
    names = [finished(), finished()]
    (kept.folder / names[0] / CHECKPOINT).write_bytes(b"x")
    with kept.open(names[1]):
        code, out, err = run("runs")
    assert (code, err) == (0, "")
    head, *lines = out.splitlines()
    assert head.split() == ["RUN", "CELL", "HIDDEN", "LR", "EPOCH", "LOSS", "SOLVED", "AGE"]
    by_name = {line.split()[0]: line for line in lines if line[0] != " "}
    assert by_name.keys() == set(names)
    assert "it is text" in " ".join(out.split())
    assert f"open in process {os.getpid()}" in " ".join(out.split())
    assert by_name[names[1]].split()[1:5] == ["rnn", "3", "0.001", "3"]


def test_the_list_as_json_is_for_programs(
    run: Run, kept: Store, finished: Callable[[], str]
) -> None:
    name = finished()
    code, out, err = run("runs", "--json", "--store", str(kept.root))
    assert (code, err) == (0, "")
    (values,) = json.loads(out)
    assert values["id"] == name and values["epochs"] == 3
    assert values["held_by"] is None and values["problem"] is None
    assert values["config"]["hidden"] == 3


def test_one_run_is_shown_with_its_options_and_interventions(
    run: Run, finished: Callable[[], str]
) -> None:
    name = finished()
    code, out, err = run("runs", "show", name[:12])
    assert (code, err) == (0, "")
    assert name in out and "--hidden 3" in out and "epoch 2: lr 0.002" in out
    code, out, _ = run("runs", "show", name, "--json")
    values = json.loads(out)
    assert code == 0 and values["branch_list"][0]["interventions"] == ["epoch 2: lr 0.002"]
    assert values["epochs_lost"] == 0


def test_epochs_that_the_history_lost_are_counted(
    run: Run, kept: Store, finished: Callable[[], str]
) -> None:
    name = finished()
    (kept.folder / name / HISTORY).unlink()
    code, out, err = run("runs", "show", name)
    assert (code, err) == (0, "")
    assert "curve        lacks epochs that were lost: 3" in out


def test_an_unknown_run_is_one_line_and_exit_code_4(run: Run, finished: Callable[[], str]) -> None:
    name = finished()
    for command in ("show", "rm"):
        code, out, err = run("runs", command, "sucessor")
        assert (code, out) == (4, "")
        assert err.count("\n") == 1 and f"did you mean {name}?" in err


def test_removing_asks_for_the_whole_name_and_names_all_it_may_be(
    run: Run, kept: Store, finished: Callable[[], str]
) -> None:
    names = sorted([finished(), finished()])
    code, out, err = run("runs", "rm", names[0][:12])
    assert (code, out) == (4, "")
    assert f"write the whole name, {names[0]}, {names[1]}" in err
    assert len(kept.list_runs()) == 2


def test_runs_are_removed_all_or_none_where_a_name_is_wrong(
    run: Run, kept: Store, finished: Callable[[], str]
) -> None:
    names = [finished(), finished()]
    assert run("runs", "rm", names[0], "nothing")[0] == 4
    assert len(kept.list_runs()) == 2
    with kept.open(names[0]):
        code, _, err = run("runs", "rm", names[0])
        assert code == 4 and f"is open in process {os.getpid()}" in err
    code, out, err = run("runs", "rm", *names)
    assert (code, err) == (0, "")
    assert out.splitlines() == [f"removed {name}" for name in names]
    assert kept.list_runs() == []


def test_pruning_only_lists_until_it_is_told_yes(
    run: Run, kept: Store, finished: Callable[[], str]
) -> None:
    names = [finished() for _ in range(3)]
    for age, name in enumerate(names):
        for path in (kept.folder / name).iterdir():
            os.utime(path, (2e9 - age, 2e9 - age))
    code, out, _ = run("runs", "prune", "--keep", "1")
    assert code == 0
    assert out.splitlines() == [*names[1:], "2 runs to be deleted; --yes deletes"]
    assert len(kept.list_runs()) == 3
    with kept.open(names[2]):
        code, out, _ = run("runs", "prune", "--keep", "1", "--yes")
    assert out.splitlines() == [
        f"removed {names[1]}", f"kept {names[2]}: it is open", "1 run deleted",
    ]  # fmt: skip
    assert run("runs", "prune", "--older-than", "0.5", "--yes")[1] == "0 runs deleted\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["prune"],
        ["prune", "--yes"],
        ["prune", "--keep", "-1"],
        ["prune", "--older-than", "nan"],
        ["prune", "--older-than", "inf"],
        ["rm"],
        ["show"],
        ["shwo"],
        ["--json", "rm", "x"],
    ],
)
def test_an_incomplete_request_is_a_usage_error(run: Run, arguments: list[str]) -> None:
    code, out, err = run("runs", *arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_sizes_are_for_people() -> None:
    assert [size(count) for count in (0, 999, 12_345, 41e6, 2.5e12)] == [
        "0 B", "999 B", "12.3 kB", "41 MB", "2.5e+03 GB",
    ]  # fmt: skip


def test_the_list_is_ordered_as_asked(run: Run, trained: Callable[..., dict[str, Any]]) -> None:
    names = {
        cell: trained("--epochs", epochs, "--cell", cell)["run"]
        for cell, epochs in (("rnn", "3"), ("lstm", "0"), ("gru", "2"))
    }

    def listed(*options: str) -> list[str]:
        found = [line.split()[0] for line in run("runs", *options)[1].splitlines()[1:]]
        return [next(cell for cell, name in names.items() if name == id) for id in found]

    assert listed() == ["gru", "rnn"]  # what was never trained is not kept
    assert listed("--reverse") == ["rnn", "gru"]
    assert listed("--sort", "epoch") == ["gru", "rnn"]
    assert listed("--sort", "epoch", "--reverse") == ["rnn", "gru"]
    assert listed("--sort", "cell") == ["gru", "rnn"]
    json_of = run("runs", "--sort", "epoch", "--json")[1]
    assert [values["epochs"] for values in json.loads(json_of)] == [2, 3]


@pytest.mark.parametrize("width", [200, 120, 80, 60, 40])
def test_the_list_fits_the_terminal_with_whole_ids(
    run: Run, kept: Store, finished: Callable[[], str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    names = [finished(), finished()]
    (kept.folder / names[0] / CHECKPOINT).write_bytes(b"x")
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, err = run("runs")
    assert (code, err) == (0, "")
    assert max(map(cell_len, out.splitlines())) <= width
    assert all(name in out for name in names)
    assert "it is text" in " ".join(out.split())


def test_names_from_elsewhere_keep_the_table_in_order(
    run: Run, kept: Store, finished: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, odd = finished(), "漢字 \x1b[31m\n"
    (kept.folder / finished()).rename(kept.folder / odd)
    monkeypatch.setenv("COLUMNS", "80")
    out = run("runs")[1]
    lines = out.splitlines()
    assert len(lines) == 3 and "\x1b" not in out
    assert len({cell_len(line) for line in lines}) == 1
    shown = r"漢字 \x1b[31m\n"
    assert run("runs", "show", shown)[0] == run("runs", "show", shown[:3] + "…")[0] == 0
