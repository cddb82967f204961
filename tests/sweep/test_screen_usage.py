"""What ``--screen`` needs, and what it does not go with: one line, and nothing is trained."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rnn_tui.storage.library.store import Store


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--screen"], "is not a terminal; leave out --screen"),
        (["--screen", "--json"], "--screen and --json contradict each other"),
        (["--screen", "--log-every", "1"], "--screen and --log-every contradict each other"),
        (["--screen", "--theme", "textual-lihgt"], "did you mean textual-light?"),
        (["--ascii"], "--ascii is for --screen"),
        (["--theme", "nord"], "--theme is for --screen"),
    ],
)
def test_a_wrong_use_is_one_line(
    run: Callable[..., tuple[int, str, str]],
    plan_of: Callable[..., Path],
    options: list[str],
    told: str,
) -> None:
    code, out, err = run("sweep", str(plan_of("seed = [0]")), *options)
    assert (code, out, err.count("\n")) == (2, "", 1) and told in err
    assert Store().newest_first() == []
