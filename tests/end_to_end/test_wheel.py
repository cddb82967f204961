"""What is installed is what is here."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.soak
def test_the_wheel_has_both_packages_whole_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(tmp_path)]
    subprocess.run([*command, str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (entries,) = (name for name in names if name.endswith("entry_points.txt"))
        assert "rnn-tui = rnn_tui.cli:main" in archive.read(entries).decode()
    here = {
        path.relative_to(ROOT).as_posix()
        for package in ("rnn_tui", "widgets")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix in (".py", ".tcss", ".typed")
    }
    assert {
        "rnn_tui/py.typed",
        "widgets/py.typed",
        "rnn_tui/app/app.tcss",
    } <= here
    inside = {name for name in names if ".dist-info/" not in name}
    assert inside == here
    assert any(name.endswith("licenses/LICENSE") for name in names)
