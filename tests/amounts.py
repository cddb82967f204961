"""How many cases a test looks at by default; the others belong to the large counts."""

from collections.abc import Iterable
from typing import Any

import pytest


def few(values: Iterable[Any], count: int) -> list[Any]:
    """The values of one parameter: so many by default, the others with ``-m soak``."""
    cases = list(values)
    rest = [pytest.param(value, marks=pytest.mark.soak) for value in cases[count:]]
    return [*cases[:count], *rest]
