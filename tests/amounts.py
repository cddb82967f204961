"""How many cases a test looks at by default; the others belong to the large counts."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest


def few(values: Iterable[Any], count: int) -> list[Any]:
    """The values of one parameter: so many by default, the others with ``-m soak``."""
    return few_rows(([value] for value in values), count)


def few_rows(rows: Iterable[Sequence[Any]], count: int) -> list[Any]:
    """The same for several parameters: a row has a value of each."""
    cases = list(rows)
    rest = [pytest.param(*row, marks=pytest.mark.soak) for row in cases[count:]]
    return [*(pytest.param(*row) for row in cases[:count]), *rest]
