"""What several kinds of tests share."""

import pytest


@pytest.fixture(params=[1, pytest.param(10, marks=pytest.mark.soak)], ids=["quick", "soak"])
def effort(request: pytest.FixtureRequest) -> int:
    """How many times the usual number of cases a property test looks at."""
    return int(request.param)
