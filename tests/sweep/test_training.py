"""The runs of a plan are trained once, to their goal, to the same bits as on their own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.runs.headless import train
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.fingerprint import fingerprint
from rnn_tui.sweep.kept_results import read_kept
from rnn_tui.sweep.plan import read_plan
from rnn_tui.training.goals import Goal
from tests.amounts import few

Outcome = tuple[int, str, str]
Run = Callable[..., Outcome]
Swept = Callable[..., dict[str, Any]]
SEEDS = 'lr = [0.1, 0.01]\nseed = "0..1"'


def written(store: Path) -> dict[str, int]:
    """When the checkpoints were written, by run."""
    return {
        path.parent.name: path.stat().st_mtime_ns for path in store.rglob("checkpoint.safetensors")
    }


def test_two_jobs_give_the_bits_of_a_training_on_its_own(
    plan_of: Callable[..., Path], swept: Swept, require_same_bits: Callable[..., None]
) -> None:
    plan = plan_of(SEEDS)
    report = swept(plan, "--jobs", "2")
    require_same_bits(plan, report)
    assert {each["fingerprint"] for each in report["runs"]} == {fingerprint()}
    assert [group["by"] for group in report["groups"]] == [{"lr": 0.1}, {"lr": 0.01}]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_own_data_is_found_wherever_the_sweep_is_started(
    jobs: str, tmp_path: Path, plan_of: Callable[..., Path], swept: Swept,
    require_same_bits: Callable[..., None], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "data.csv").write_text("input,target\nabab,bbaa\nbaba,abba\n")
    plan = plan_of('seed = "0..1"', data="data.csv")
    plan.write_text(
        "\n".join(
            line for line in plan.read_text().splitlines()
            if not line.startswith(("sequences", "length"))
        )
    )  # fmt: skip
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    report = swept(Path("..") / plan.name, "--jobs", jobs)
    assert [each["status"] for each in report["runs"]] == ["done", "done"]
    (tmp_path / "data.csv").unlink()  # the runs keep it
    folder = Store().folder / report["runs"][0]["id"]
    assert (folder / "data").read_bytes().startswith(b"input,target")


def test_members_are_ordinary_runs(
    plan_of: Callable[..., Path], swept: Swept, run: Run, tmp_path: Path
) -> None:
    first, second = (each["id"] for each in swept(plan_of('seed = "0..1"'))["runs"])
    assert {each["id"] for each in json.loads(run("runs", "--json")[1])} == {first, second}
    file = tmp_path / "best.safetensors"
    assert run("export", first, "--format", "safetensors", "--output", str(file))[0] == 0
    code, out, _ = run("train", "--resume", first, "--epochs", "5", "--json")
    assert code == 0 and json.loads(out)["epoch"] == 5


def test_what_is_done_is_not_trained_again(
    plan_of: Callable[..., Path], swept: Swept, store: Path
) -> None:
    plan = plan_of(SEEDS)
    first, before = swept(plan), written(store)
    assert swept(plan) == first and written(store) == before and len(before) == 4


def test_a_longer_plan_continues_and_a_shorter_one_is_told_without_harm(
    plan_of: Callable[..., Path], swept: Swept, require_same_bits: Callable[..., None],
    require_whole: Callable[[Path], None],
) -> None:  # fmt: skip
    for epochs in (3, 7, 5, 3):
        plan = plan_of('seed = "0..1"', epochs=epochs)
        report = swept(plan)
        require_same_bits(plan, report)
        assert {each["epoch"] for each in report["runs"]} == {epochs}
    folder = Store().folder / report["runs"][0]["id"]
    assert load_run(folder).run.branches[0].newest.epoch == 7
    require_whole(folder / "history.sqlite")


def test_each_part_of_a_goal_ends_a_run_where_train_ends_it(
    plan_of: Callable[..., Path], swept: Swept
) -> None:
    base = {"lr": 0.1, "epochs": 60, "length": 3, "sequences": 4, "valid": 1.0}
    for goal in ({}, {"until": "solved"}, {"until": "loss=1.0"}, {"patience": 2}, {}):
        path = plan_of("seed = [0, 1]", **base, **goal)
        for member, told in zip(read_plan(path).members, swept(path)["runs"], strict=True):
            assert member.goal == Goal(60, **goal)  # type: ignore[arg-type]
            whole = train(member.config, 60)
            if not goal:
                assert told["parameters_sha256"] == whole.moment.parameters_sha256
            if goal == {"until": "solved"}:
                assert told["epoch"] == (whole.first_solved_epoch or 60)


def test_a_run_that_diverges_is_a_result(plan_of: Callable[..., Path], swept: Swept) -> None:
    path = plan_of(
        'init = ["scaled", "normal"]', activation="relu", hidden=16, length=40, dtype="float32"
    )
    report = swept(path)
    assert [each["status"] for each in report["runs"]] == ["done", "diverged"]
    assert report["runs"][1]["parameters_sha256"] and report["groups"][1]["median"] is None
    again = swept(path)
    assert again == report


def test_a_run_that_was_changed_by_hand_is_told_and_left_alone(
    plan_of: Callable[..., Path], swept: Swept, run: Run
) -> None:
    plan = plan_of("seed = [0, 1]")
    id = swept(plan)["runs"][0]["id"]
    folder = Store().folder / id
    other = Store().folder / read_plan(plan).members[1].id
    (folder / "checkpoint.safetensors").write_bytes((other / "checkpoint.safetensors").read_bytes())
    code, out, err = run("sweep", str(plan_of("seed = [0, 1]", epochs=9)), "--jobs", "1", "--json")
    assert code == 4 and "another configuration" in err and id in err
    assert [each["status"] for each in json.loads(out)["runs"]] == ["failed", "done"]


def test_a_damaged_run_fails_and_the_others_are_trained(
    plan_of: Callable[..., Path], run: Run
) -> None:
    plan = plan_of('seed = "0..2"')
    folder = Store().folder / read_plan(plan).members[1].id
    folder.mkdir(parents=True)
    (folder / "checkpoint.safetensors").write_bytes(b"nonsense")
    for jobs in ("2", "1"):
        code, out, err = run("sweep", str(plan), "--jobs", jobs, "--json")
        assert code == 4 and err.count(folder.name) >= 1
        assert [each["status"] for each in json.loads(out)["runs"]] == ["done", "failed", "done"]


def test_a_folder_without_a_checkpoint_is_begun_again(
    plan_of: Callable[..., Path], swept: Swept, require_same_bits: Callable[..., None]
) -> None:
    plan = plan_of("seed = [0]")
    folder = Store().folder / read_plan(plan).members[0].id
    folder.mkdir(parents=True)
    (folder / "history.sqlite").write_bytes(b"half")
    require_same_bits(plan, swept(plan))


@pytest.mark.parametrize(
    "content", few([b"", b'{"results": 1}', b"[]", b"{", b"\xff", b"[" * 100_000], 2)
)
def test_a_result_that_cannot_be_read_is_found_again(
    content: bytes, plan_of: Callable[..., Path], swept: Swept
) -> None:
    plan = plan_of("seed = [0]")
    first = swept(plan)["runs"][0]
    folder = Store().folder / first["id"]
    (folder / "sweep.json").write_bytes(content)
    again = swept(plan)["runs"][0]
    assert {**again, "seconds": 0} == {**first, "seconds": 0}


def test_a_run_that_another_process_has_open_is_told_and_left_out(
    plan_of: Callable[..., Path], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnn_tui.sweep.sweep.IDLE", -1.0)
    plan = plan_of("seed = [0, 1]")
    with Store().claim(read_plan(plan).members[0].id):
        code, out, err = run("sweep", str(plan), "--jobs", "1", "--json")
    assert code == 4 and "open in process" in err
    assert [each["status"] for each in json.loads(out)["runs"]] == ["missing", "done"]


def test_a_run_is_waited_for_while_another_process_trains_it(
    plan_of: Callable[..., Path], start: Callable[..., Any], swept: Swept,
    require_same_bits: Callable[..., None],
) -> None:  # fmt: skip
    plan = plan_of('seed = "0..3"', epochs=100)
    both = [start("sweep", str(plan), "--jobs", "2", "--json") for _ in range(2)]
    outs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outs
    reports = [json.loads(out) for out, _ in outs]
    assert reports[0] == reports[1] == swept(plan)
    require_same_bits(plan, reports[0])


def test_a_run_continued_on_another_machine_names_both(
    plan_of: Callable[..., Path], swept: Swept, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = swept(plan_of("seed = [0]"))["runs"][0]
    monkeypatch.setattr("rnn_tui.sweep.kept_results.fingerprint", lambda: "elsewhere")
    second = swept(plan_of("seed = [0]", epochs=9))["runs"][0]
    assert second["fingerprint"] == f"{first['fingerprint']}+elsewhere"
    assert read_kept(Store().folder / first["id"]).machines[first["fingerprint"]]["numpy"]


def test_a_shard_trains_its_share_alone(plan_of: Callable[..., Path], run: Run) -> None:
    plan = plan_of('seed = "0..4"')
    for number, statuses in ((2, "mdmdm"), (1, "ddddd")):
        code, out, _ = run("sweep", str(plan), "--jobs", "1", "--shard", f"{number}/2", "--json")
        assert code == 0
        assert "".join(each["status"][0] for each in json.loads(out)["runs"]) == statuses


def test_the_table_names_the_best_run_and_how_to_open_it(
    plan_of: Callable[..., Path], run: Run
) -> None:
    code, out, err = run("sweep", str(plan_of(SEEDS)), "--jobs", "1", "--log-every", "0")
    lines = out.splitlines()
    assert code == 0 and lines[0] == "4 of 4 runs done" and lines[1].split()[:2] == ["LR", "RUNS"]
    assert [line.split()[2][0] == "*" for line in lines[2:4]].count(True) == 1
    assert lines[-2].startswith("best run, loss ")
    assert lines[-1].startswith("to open it: rnn-tui --resume sweep-successor-seed")
    assert err.splitlines()[0] == "rnn-tui: 4 runs to train with 1 job"
