"""Large counts: right networks are never called wrong, and planted mistakes are found."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from rnn_tui.check.here import check_code
from rnn_tui.check.run import check_file
from tests.check.corpus.corpus import Case, random_variant, templates
from tests.check.corpus.score import outcomes
from tests.check.loading import module_of

ALL = templates()


@cache
def drawn(count: int, seed: int) -> list[Case]:
    """Right networks of all styles, of any size, precision, seed and options."""
    draw = random.Random(seed)
    return [
        ALL[place % len(ALL)].case((), random_variant(draw, ALL[place % len(ALL)].options))
        for place in range(count)
    ]


def test_right_networks_of_any_size_and_precision_are_right() -> None:
    for case in drawn(len(ALL), seed=0)[::3]:
        assert check_code(module_of(case.source)).verdict == "right", case.name


@pytest.mark.soak
@pytest.mark.parametrize("part", range(25))
def test_two_thousand_right_networks_are_right_in_one_process(part: int) -> None:
    for case in drawn(2_000, seed=1)[part::25]:
        report = check_code(module_of(case.source))
        assert report.verdict == "right", f"{report}\n\n{case.source}"


@pytest.mark.soak
@pytest.mark.parametrize("part", range(5))
def test_sixty_right_networks_are_right_by_the_command(part: int, tmp_path: Path) -> None:
    for place, case in enumerate(drawn(60, seed=2)[part::5]):
        path = tmp_path / f"theirs_{place}.py"
        path.write_text(case.source)
        assert check_file(str(path)).verdict == "right", case.name


@pytest.mark.soak
def test_planted_mistakes_are_found_and_named() -> None:
    """One of nine; `score` takes all of them, for docs/check.md."""
    found = [each for each in outcomes(4, jobs=1, every=9) if each.case.causes]
    count = len(found)
    assert count >= 50
    assert sum(each.is_found for each in found) >= 0.98 * count
    assert sum(each.has_tensors for each in found) >= 0.95 * count
    assert sum(each.has_cause for each in found) >= 0.90 * count
