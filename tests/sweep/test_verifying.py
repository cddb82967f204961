"""A sample of runs is trained again: the same bits, an error, or another kind of machine."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.fingerprint import fingerprint, machine
from rnn_tui.sweep.kept_results import read_kept, write_kept
from rnn_tui.sweep.plan import read_plan
from rnn_tui.sweep.results import Result
from rnn_tui.sweep.verifying import drawn

Run = Callable[..., tuple[int, str, str]]


def forge(path: Path, **changes: Any) -> str:
    """Change what is kept of the first run; its name."""
    member = read_plan(path).members[0]
    folder = Store().folder / member.id
    kept = read_kept(folder)
    write_kept(folder, kept.reached(member.goal, replace(kept.results[0][1], **changes)))
    return member.id


@pytest.fixture
def path(plan_of: Callable[..., Path], swept: Callable[..., Any]) -> Path:
    """Three runs that are done."""
    path = plan_of('seed = "0..2"')
    swept(path)
    return path


def verdicts(out: str) -> list[str]:
    return [each["verdict"] for each in json.loads(out)["runs"]]


def test_a_sample_has_the_same_bits(path: Path, run: Run) -> None:
    code, out, err = run("sweep", "verify", str(path), "--sample", "2", "--json")
    assert (code, verdicts(out), err) == (0, ["same", "same"], "")
    code, out, _ = run("sweep", "verify", str(path))
    assert code == 0 and out.splitlines()[-1] == "3 of 3 runs verified"


def test_other_bits_on_a_machine_that_is_alike_are_an_error(path: Path, run: Run) -> None:
    id = forge(path, parameters_sha256="0" * 64)
    code, out, _ = run("sweep", "verify", str(path))
    assert code == 1 and f"{id}: DIFFERENT" in out
    code, out, _ = run("sweep", "verify", str(path), "--json")
    assert (code, verdicts(out)) == (1, ["different", "same", "same"])


def test_a_machine_of_another_kind_is_told_apart(path: Path, run: Run) -> None:
    forge(path, parameters_sha256="0" * 64, fingerprint="elsewhere")
    code, out, _ = run("sweep", "verify", str(path), "--json")
    assert (code, verdicts(out)) == (0, ["incomparable", "same", "same"])
    assert "elsewhere" in run("sweep", "verify", str(path))[1]


def test_there_must_be_something_to_verify(plan_of: Callable[..., Path], run: Run) -> None:
    code, _, err = run("sweep", "verify", str(plan_of("seed = [0]")))
    assert code == 4 and err.count("\n") == 1


def test_the_draw_is_the_seeds() -> None:
    results = [Result(str(number), "done") for number in range(50)]
    results += [Result("other", "failed")]
    draws = [drawn(results, 5, seed) for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2] and len(drawn(results, 99, 0)) == 50


def test_a_fingerprint_says_what_the_bits_depend_on() -> None:
    found = machine()
    assert found["numpy"] and found["blas"] and found["byte_order"] in ("little", "big")
    assert len(fingerprint()) == 12
    json.dumps(found)
