"""The transcript in the README is what is printed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MISTAKEN = ROOT / "tests" / "data" / "char_rnn.py"
ROUNDING = re.compile(r"\b\d\.\de-\d\d\b")


def test_the_network_in_the_readme_is_led_from_its_mistakes_to_a_pass(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = MISTAKEN.read_text()
    Path("rnn.py").write_text(source)
    code, wrong, _ = run("check", "rnn.py")
    assert code == 1
    mended = source.replace(
        "self.hs[t].T\n            dhnext", "self.hs[t - 1].T\n            dhnext"
    )
    Path("rnn.py").write_text(mended.replace("self.Whh @ dz", "self.Whh.T @ dz"))
    code, right, _ = run("check", "rnn.py", "--hint", "0")
    assert code == 0
    found = f"$ rnn-tui check rnn.py\n{wrong}\n$ rnn-tui check rnn.py --hint 0\n{right}"
    [told] = re.findall(
        r"```\n(\$ rnn-tui check rnn\.py\n.*?)```", (ROOT / "README.md").read_text(), re.S
    )
    assert ROUNDING.sub("0", told) == ROUNDING.sub("0", found)
