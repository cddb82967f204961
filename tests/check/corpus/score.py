"""How well the check does on the open corpus, by kind of mistake, as a table for docs/check.md.

python tests/check/corpus/score.py [--pairs 12] [--jobs 2] [--only WORD] [--write docs/check.md]
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from rnn_tui.check.here import check_code
from tests.check.corpus.corpus import Case, pairs, right, singles
from tests.check.loading import module_of

BEGIN, END = "<!-- score: begin -->", "<!-- score: end -->"

_NEAR = 3
"""Lines off that are near."""


class Outcome(NamedTuple):
    """What the check said of a case."""

    case: Case
    verdict: str
    wrong: frozenset[str]
    causes: tuple[str, ...]
    line: int | None
    is_at_line: bool
    certainty: float

    @property
    def is_found(self) -> bool:
        """Whether the verdict is what it should be."""
        return self.verdict == ("wrong" if self.case.causes else "right")

    @property
    def has_tensors(self) -> bool:
        """Whether exactly the wrong gradients were named."""
        return self.wrong == self.case.wrong

    @property
    def has_cause(self) -> bool:
        """Whether the first cause told is one that was planted."""
        return bool(self.causes) and self.causes[0] in self.case.causes

    @property
    def has_line(self) -> bool:
        """Whether the first cause is told with the line in which it was planted, or near it."""
        far = 0 if self.is_at_line else _NEAR
        return self.has_cause and any(
            self.line is not None and abs(self.line - line) <= far
            for cause, line in zip(self.case.causes, self.case.lines, strict=True)
            if cause == self.causes[0]
        )


def main() -> None:
    """Run, print, and write the table where asked."""
    options = _options()
    found = []
    for outcome in outcomes(options.pairs, options.jobs, options.only, options.every):
        found.append(outcome)
        is_good = outcome.is_found and outcome.has_tensors
        if not is_good or (outcome.case.causes and not outcome.has_line):
            print(_told(outcome), file=sys.stderr, flush=True)
    table = "\n".join(_table(found))
    print(table)
    if options.write is not None:
        _write(options.write, table)


def outcomes(
    pairs_per_template: int, jobs: int, only: str = "", every: int = 1
) -> Iterator[Outcome]:
    """Check the corpus, in its order.

    Args:
        pairs_per_template: how many pairs of mistakes, besides every single one.
        jobs: how many checks at a time.
        only: what the name of a case must contain.
        every: only every n-th of those.
    """
    cases = [*right(), *singles(), *pairs(pairs_per_template)]
    cases = [case for case in cases if only in case.name][::every]
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_outcome, cases)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=12, help="pairs of mistakes per template")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="only every n-th case")
    parser.add_argument("--only", default="", help="only cases with this in their name")
    parser.add_argument("--write", type=Path, help="put the table into this file")
    return parser.parse_args()


def _outcome(case: Case) -> Outcome:
    report = check_code(module_of(case.source))
    causes = tuple(cause.cause for cause in report.causes)
    first = report.causes[0] if report.causes else None
    line, is_at, certainty = (
        (None, True, 0.0) if first is None else (first.line, first.is_at_line, first.certainty)
    )
    return Outcome(case, report.verdict, frozenset(report.wrong), causes, line, is_at, certainty)


def _told(outcome: Outcome) -> str:
    told = f"{outcome.case.name}: {outcome.verdict}"
    if not outcome.has_tensors:
        told += f", {sorted(outcome.wrong)} for {sorted(outcome.case.wrong)}"
    if outcome.has_cause and not outcome.has_line:
        told += f", line {outcome.line} for {list(outcome.case.lines)}"
    return f"{told}, {list(outcome.causes[:3])} {outcome.certainty:.0%}"


def _table(outcomes: Iterable[Outcome]) -> list[str]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        causes = outcome.case.causes
        kind = "two mistakes at once" if len(causes) > 1 else f"`{causes[0]}`" if causes else ""
        groups[kind].append(outcome)
    lines = [
        "| planted | files | verdict | wrong gradients | cause first | with its line |",
        "|---|---|---|---|---|---|",
    ]
    correct = groups.pop("", [])
    lines.append(_row("nothing (right)", correct, has_causes=False))
    last = groups.pop("two mistakes at once", [])
    lines += [_row(kind, groups[kind]) for kind in sorted(groups)]
    every = [outcome for kind in groups for outcome in groups[kind]]
    return [*lines, _row("two mistakes at once", last), _row("**all mistakes**", every + last)]


def _row(kind: str, outcomes: list[Outcome], has_causes: bool = True) -> str:
    count = len(outcomes)
    found = sum(outcome.is_found for outcome in outcomes)
    tensors = sum(outcome.has_tensors for outcome in outcomes)
    causes = str(sum(outcome.has_cause for outcome in outcomes)) if has_causes else "–"
    at_line = str(sum(outcome.has_line for outcome in outcomes)) if has_causes else "–"
    return f"| {kind} | {count} | {found} | {tensors} | {causes} | {at_line} |"


def _write(path: Path, table: str) -> None:
    text = path.read_text()
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")


if __name__ == "__main__":
    main()
