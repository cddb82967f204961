"""One process holds a run."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.disk.errors import StoreError, UnwritableFile
from rnn_tui.storage.disk.lock import Held, RunLock, _try_lock, holder


def test_looking_whether_a_run_is_held_does_not_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert holder(path) is None
    RunLock(path, "x").release()
    going, refused = threading.Event(), list[Exception]()

    def look() -> None:
        while not going.is_set():
            holder(path)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(100):
            try:
                RunLock(path, "x").release()
            except Held as error:
                refused.append(error)
    finally:
        going.set()
        thread.join()
    assert len(refused) < 5


def test_of_two_that_look_at_once_neither_seems_to_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    RunLock(path, "x").release()
    with open(path, "rb") as file:
        assert _try_lock(file.fileno(), shared=True)
        assert holder(path) is None
        with pytest.raises(Held, match="another process"):
            RunLock(path, "x")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"x" * 9000, b"1 \x1b[2J\n", b"99999999999 a"]
)
def test_a_lock_file_may_hold_anything(
    tmp_path: Path, content: bytes, one_line: Callable[[BaseException], str]
) -> None:
    path = tmp_path / "lock"
    lock = RunLock(path, "x")
    path.write_bytes(content)
    with pytest.raises(Held) as caught:
        RunLock(path, "x")
    one_line(caught.value)
    lock.release()
    RunLock(path, "x").release()


def test_a_lock_of_another_machine_names_it(tmp_path: Path) -> None:
    lock = RunLock(tmp_path / "lock", "x")
    (tmp_path / "lock").write_text("17 elsewhere\n")
    assert holder(tmp_path / "lock") == "process 17 on elsewhere"
    lock.release()


def test_a_run_that_was_removed_meanwhile_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    real = os.open

    def remove_at_once(*args: Any, **options: Any) -> int:
        descriptor = real(*args, **options)
        path.unlink()
        return descriptor

    monkeypatch.setattr(os, "open", remove_at_once)
    with pytest.raises(StoreError, match="cannot write"):
        RunLock(path, "x")


def test_a_lock_file_is_not_executable(tmp_path: Path) -> None:
    RunLock(tmp_path / "lock", "x").release()
    assert (tmp_path / "lock").stat().st_mode & 0o111 == 0


def test_a_lock_that_is_a_link_is_not_followed(
    tmp_path: Path, one_line: Callable[[BaseException], str]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    for target in (elsewhere, tmp_path / "nowhere"):
        (tmp_path / "lock").symlink_to(target)
        with pytest.raises(
            UnwritableFile, match="a symbolic link, which is not followed"
        ) as caught:
            RunLock(tmp_path / "lock", "x")
        one_line(caught.value)
        (tmp_path / "lock").unlink()
    assert elsewhere.read_text() == "mine" and not (tmp_path / "nowhere").exists()


def test_a_lock_that_is_a_pipe_does_not_wait_for_its_other_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lock")
    assert holder(tmp_path / "lock") is None
    with pytest.raises(UnwritableFile, match="it is a device or a pipe"):
        RunLock(tmp_path / "lock", "x")
