"""Two writers of one file, and names that are taken: one wins, and nothing is half written."""

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import UnwritableFile
from rnn_tui.storage.disk.temporaries import PREFIX

OLD, NEW = b"old" * 1000, b"new" * 2000


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_taken_name_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "run").write_bytes(OLD)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    for name in ("run", "link", "folder"):
        with pytest.raises(FileExistsError, match="already there"):
            write_durably(tmp_path / name, NEW, replace=False)
    assert (tmp_path / "run").read_bytes() == OLD
    assert names(tmp_path) == ["folder", "link", "run"]


def without_links(*_: Any) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_of_two_writers_of_a_new_file_one_wins(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", without_links)
    for attempt in range(20):
        path = tmp_path / str(attempt)
        gate, won = threading.Barrier(2), list[int]()

        def compete(writer: int, path: Path = path, gate: Any = gate, won: Any = won) -> None:
            gate.wait()
            try:
                write_durably(path, bytes([writer]) * 100_000, replace=False)
                won.append(writer)
            except FileExistsError:
                pass

        threads = [threading.Thread(target=compete, args=(writer,)) for writer in (1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        assert path.read_bytes() == bytes(won) * 100_000
    assert not [name for name in names(tmp_path) if name.startswith(PREFIX)]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_of_two_processes_that_write_a_new_file_one_wins(
    tmp_path: Path, links: bool, start: Callable[..., Any]
) -> None:
    program = (
        "import sys, os; from rnn_tui.storage.disk.durable import write_durably\n"
        "def refuse(*_): raise PermissionError(1, 'no links')\n"
        f"if not {links}: os.link = refuse\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "try: write_durably(sys.argv[1], sys.argv[2].encode() * 100_000, replace=False)\n"
        "except FileExistsError: print('late')\n"
        "else: print('won')\n"
    )
    writers = [start(program, str(tmp_path / "run"), name) for name in ("a", "b")]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    results = [writer.communicate()[0].strip() for writer in writers]
    assert sorted(results) == ["late", "won"]
    winner = "ab"[results.index("won")]
    assert (tmp_path / "run").read_text() == winner * 100_000
    assert names(tmp_path) == ["run"]


def test_two_writers_that_replace_leave_one_whole_file(tmp_path: Path) -> None:
    def write(value: int) -> None:
        for _ in range(20):
            write_durably(tmp_path / "run", bytes([value]) * 50_000)

    threads = [threading.Thread(target=write, args=(value,)) for value in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    content = (tmp_path / "run").read_bytes()
    assert len(content) == 50_000
    assert len(set(content)) == 1
    assert names(tmp_path) == ["run"]


@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
def test_without_hard_links_a_new_file_is_still_exclusive_and_tidy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: Any, code: int
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refuse)
    write_durably(tmp_path / "run", OLD, replace=False)
    steps = list(faults.calls)
    with pytest.raises(FileExistsError):
        write_durably(tmp_path / "run", NEW, replace=False)
    assert (tmp_path / "run").read_bytes() == OLD
    for step in range(steps.index("replace") + 1):
        faults.calls.clear()
        faults.fail_at = step
        with pytest.raises(UnwritableFile):
            write_durably(tmp_path / "other", NEW, replace=False)
        faults.fail_at = -1
        assert names(tmp_path) == ["run"], steps[step]
