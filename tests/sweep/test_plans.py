"""What a plan is, and one line for each way of not being one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rnn_tui.sweep.members import name_of_config
from rnn_tui.sweep.plan import read_plan
from rnn_tui.training.config import Config

BASE = "[base]\nepochs = 3\n"
SEEDS = 'seed = "0..2"'

BAD = {
    "empty": ("", "[grid] is empty"),
    "no grid": (BASE, "[grid] is empty"),
    "not TOML": ("[base\n", "is not TOML"),
    "duplicate key": (f"{BASE}[grid]\nlr = [1]\nlr = [2]", "is not TOML"),
    "duplicate table": (f"{BASE}[grid]\n{SEEDS}\n[grid]\n", "is not TOML"),
    "another table": (f"{BASE}[grid]\n{SEEDS}\n[extra]\n", "extra"),
    "a value beside the tables": (f"lr = 1\n[grid]\n{SEEDS}", "'lr'"),
    "base no table": (f"base = 1\n[grid]\n{SEEDS}", "[base]"),
    "unknown option": (f"[base]\nleraning-rate = 1\n[grid]\n{SEEDS}", "leraning-rate"),
    "unknown in grid": (f"{BASE}[grid]\nlearn = [1]", "learn"),
    "empty list": (f"{BASE}[grid]\nlr = []", "empty list"),
    "empty in the middle": (f"{BASE}[grid]\n{SEEDS}\nlr = []", "empty list"),
    "no list": (f"{BASE}[grid]\nlr = 0.1", "must be a list"),
    "nested table": (f"{BASE}[grid.lr]\na = [1]", "must be a list"),
    "nested base": (f"[base.lr]\na = 1\n[grid]\n{SEEDS}", "a table"),
    "nested list": (f"{BASE}[grid]\nlr = [[0.1]]", "a list"),
    "10^9 runs": (f'{BASE}[grid]\nseed = "0..999999999"', "1,000,000,000 runs"),
    "10^9 in two": (f'{BASE}[grid]\nseed = "0..99999"\nhidden = "1..10000"', "1,000,000,000 runs"),
    "10^30 runs": (f'{BASE}[grid]\nseed = "0..99999999999999999999"', "far too many"),
    "a long digit string": (f'{BASE}[grid]\nseed = "0..{"9" * 5000}"', "must be a list"),
    "backwards": (f'{BASE}[grid]\nseed = "9..0"', "runs backwards"),
    "negative range": (f'{BASE}[grid]\nseed = "-3..0"', "--seed -3"),
    "negative seed": ("[base]\nseed = -1\n[grid]\nlr = [1]", "--seed -1"),
    "half a range": (f'{BASE}[grid]\nseed = "0.."', "must be a list"),
    "range of a choice": (f'{BASE}[grid]\ncell = "0..3"', "must be one of"),
    "text for a number": (f'{BASE}[grid]\nlr = ["fast"]', "must be a number"),
    "number for a text": (f"{BASE}[grid]\ncell = [1]", "must be one of"),
    "fraction for a whole": (f"{BASE}[grid]\nhidden = [1.5]", "whole number"),
    "true for a number": (f"{BASE}[grid]\nhidden = [true]", "whole number"),
    "NaN": (f"{BASE}[grid]\nlr = [nan]", "nan"),
    "infinite": (f"{BASE}[grid]\nlr = [inf]", "inf"),
    "a date": (f"{BASE}[grid]\nlr = [2026-01-01]", "must be a number"),
    "twice": (f"{BASE}[grid]\nlr = [0.1, 0.01, 0.10]", "twice"),
    "in both": (f"{BASE}lr = 1\n[grid]\nlr = [1, 2]", "[base] and in [grid]"),
    "under two names": (f"{BASE}[grid]\nclip-value = [1]\nclip_value = [2]", "given twice"),
    "unknown task": (f'{BASE}task = "ekko"\n[grid]\n{SEEDS}', "ekko"),
    "not this task's": (f"{BASE}delay = 3\n[grid]\n{SEEDS}", "--delay"),
    "not that task's": (
        f'{BASE}delay = 2\n[grid]\ntask = ["echo", "successor"]', "--delay is no option",
    ),
    "epochs vary": ("[grid]\nepochs = [1, 2]", "--epochs cannot vary"),
    "until varies": (f'{BASE}[grid]\nuntil = ["solved"]', "--until cannot vary"),
    "wrong epochs": (f"[base]\nepochs = -1\n[grid]\n{SEEDS}", "--epochs -1"),
    "patience without validation": (f"{BASE}patience = 3\n[grid]\n{SEEDS}", "--patience 3"),
    "schedule without an end": (f'[base]\nschedule = "linear"\n[grid]\n{SEEDS}', "--epochs"),
    "by unknown": (f'{BASE}[grid]\n{SEEDS}\n[report]\nby = ["lr"]', "by 'lr'"),
    "by no list": (f'{BASE}[grid]\n{SEEDS}\n[report]\nby = "seed"', "by must be a list"),
    "by numbers": (f"{BASE}[grid]\n{SEEDS}\n[report]\nby = [1]", "by must be a list"),
    "by twice": (f'{BASE}[grid]\n{SEEDS}\n[report]\nby = ["seed", "seed"]', "twice"),
    "figure unknown": (f'{BASE}[grid]\n{SEEDS}\n[report]\nfigure = "f1"', "figure must be one of"),
    "figure without validation": (
        f'{BASE}[grid]\n{SEEDS}\n[report]\nfigure = "valid_loss"', "needs a validation set"
    ),
    "figure never reached": (
        f'[base]\ntask = "reber"\n[grid]\n{SEEDS}\n[report]\nfigure = "first-solved-epoch"',
        "no run can be solved",
    ),
    "figure a list": (f'{BASE}[grid]\n{SEEDS}\n[report]\nfigure = ["loss"]', "figure must be"),
    "report unknown": (f'{BASE}[grid]\n{SEEDS}\n[report]\ngroup = ["lr"]', "group"),
    "standard input": (f'{BASE}text = "-"\n[grid]\n{SEEDS}', "standard input"),
    "text and data": (f'{BASE}text = "a"\ndata = "b"\n[grid]\n{SEEDS}', "contradict"),
    "too large": (f"{BASE}hidden = 1000000\n[grid]\n{SEEDS}", "memory"),
    "control characters": (f'{BASE}"a\\u001b[2J" = 1\n[grid]\n{SEEDS}', "is no option"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_plan_is_one_line_and_nothing_is_trained(
    name: str, tmp_path: Path, store: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    text, told = BAD[name]
    plan = tmp_path / "plan.toml"
    plan.write_text(text)
    code, out, err = run("sweep", str(plan))
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert err.startswith("rnn-tui: ") and told in err and "\x1b" not in err
    assert not any(store.rglob("*.safetensors"))


@pytest.mark.parametrize(
    ("content", "code"), [(None, 4), (b"\xff\xfe[grid]", 2), (b"#" * (2**20 + 1), 4)]
)
def test_a_file_that_is_no_plan(
    content: bytes | None, code: int, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    plan = tmp_path / "plan.toml"
    if content is not None:
        plan.write_bytes(content)
    for path in (plan, tmp_path) if content is None else (plan,):
        found = run("sweep", str(path))
        assert found[0] == code and found[2].count("\n") == 1 and str(path) in found[2]


def test_own_data_that_is_missing_is_an_error_of_the_data(
    tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(f'{BASE}text = "gone.txt"\n[grid]\n{SEEDS}')
    code, _, err = run("sweep", str(plan))
    assert code == 3 and "gone.txt" in err


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("--jobs", "0"), ("--jobs", "x"), ("--shard", "0/4"), ("--shard", "5/4"),
        ("--shard", "1"), ("--shard", "1/0"), ("--shard", "-1/4"), ("--shard", "a/b"),
        ("--wait-workers", "-1"), ("--log-every", "nan"), ("--nonsense",),
        ("--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"), ("merge",),
        ("verify", "--sample", "0"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_line(
    arguments: tuple[str, ...],
    plan_of: Callable[..., Path],
    run: Callable[..., tuple[int, str, str]],
) -> None:
    plan = [str(plan_of(SEEDS))] if arguments else []
    code, _, err = run("sweep", *arguments, *plan)
    assert code == 2 and err.count("\n") == 1


def test_the_last_option_of_the_grid_varies_fastest(plan_of: Callable[..., Path]) -> None:
    plan = read_plan(plan_of('lr = [0.1, 0.01]\nseed = "1..2"'))
    assert [(m.config.settings["lr"], m.seed) for m in plan.members] == [
        (0.1, 1), (0.1, 2), (0.01, 1), (0.01, 2),
    ]  # fmt: skip
    assert (plan.by, plan.figure) == (("lr",), "loss")
    assert [m.config.seed for m in plan.members] == [1, 2, 1, 2]


def test_grouping_is_by_all_but_the_seed_unless_it_is_said(plan_of: Callable[..., Path]) -> None:
    grid = 'cell = ["rnn", "gru"]\nlr = [2, 3]\nseed = [0]'
    assert read_plan(plan_of(grid)).by == ("cell", "lr")
    assert read_plan(plan_of(grid, 'by = ["seed", "cell"]')).by == ("seed", "cell")
    assert read_plan(plan_of(grid, "by = []")).by == ()


def test_a_run_is_named_by_its_configuration_without_epochs(plan_of: Callable[..., Path]) -> None:
    short = [m.id for m in read_plan(plan_of(SEEDS, epochs=3)).members]
    long = [m.id for m in read_plan(plan_of(SEEDS, epochs=9, until="solved")).members]
    other = [m.id for m in read_plan(plan_of(SEEDS, epochs=3, lr=0.5)).members]
    assert short == long and len(set(short)) == 3 and not set(short) & set(other)
    turned = read_plan(plan_of('lr = [0.5]\nseed = "0..2"')).members
    assert [m.id for m in turned] == other


def test_options_at_their_defaults_do_not_count_for_the_name(plan_of: Callable[..., Path]) -> None:
    said = read_plan(plan_of(SEEDS, cell="rnn", dtype="float64", lr=0.001, batch=1)).members
    assert [m.id for m in said] == [m.id for m in read_plan(plan_of(SEEDS)).members]
    assert name_of_config(said[1].config) == said[1].id
    assert name_of_config(Config.of(seed=1)) != said[1].id


def test_with_a_schedule_the_epochs_make_another_run(plan_of: Callable[..., Path]) -> None:
    plans = [read_plan(plan_of(SEEDS, schedule="linear", epochs=n)).members for n in (3, 4)]
    assert plans[0][0].id != plans[1][0].id and plans[0][0].config.epochs == 3


def test_own_data_counts_by_its_content_beside_the_plan(
    tmp_path: Path, plan_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "to be or not to be, that is the question. " * 4
    (tmp_path / "here.txt").write_text(text)
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "other.txt").write_text(text)
    plan = plan_of(SEEDS, text="here.txt", length=5)
    plan.write_text(plan.read_text().replace("sequences = 2\n", ""))
    first = read_plan(plan).members
    plan.write_text(plan.read_text().replace("here.txt", "there/other.txt"))
    monkeypatch.chdir(tmp_path)
    assert [m.id for m in read_plan("plan.toml").members] == [m.id for m in first]
    (tmp_path / "there" / "other.txt").write_text(text + "!")
    assert read_plan("plan.toml").members[0].id != first[0].id


def test_a_hundred_thousand_runs_are_possible(plan_of: Callable[..., Path]) -> None:
    plan = read_plan(plan_of('seed = "1..20000"\nlr = [1, 2, 3, 4, 5]'))
    assert len({member.id for member in plan.members}) == 100_000
