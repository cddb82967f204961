"""Durable writing: with a fault or a crash at every step, the file is the old or the new one."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import StoreError, UnwritableFile
from rnn_tui.storage.disk.temporaries import PREFIX, sweep_temporaries

OLD, NEW = b"old" * 1000, b"new" * 2000


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_is_there_and_nothing_else(tmp_path: Path) -> None:
    for data in (b"", b"x", NEW):
        write_durably(tmp_path / "run", data)
        assert (tmp_path / "run").read_bytes() == data
    assert names(tmp_path) == ["run"]


def test_a_write_that_takes_a_few_bytes_at_a_time_is_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:7]))
    write_durably(tmp_path / "run", NEW)
    assert (tmp_path / "run").read_bytes() == NEW


def test_content_and_folder_are_synced_around_the_renaming(tmp_path: Path, faults: Any) -> None:
    write_durably(tmp_path / "run", NEW)
    order = [name for name in faults.calls if name in ("write", "fsync", "replace")]
    assert order == ["write", "fsync", "replace", "fsync"]


@pytest.mark.parametrize("crash", [False, True], ids=["full disk", "crash"])
@pytest.mark.parametrize("replace", [True, False], ids=["replacing", "new"])
def test_a_fault_at_every_step_leaves_the_old_or_the_new_content(
    tmp_path: Path, faults: Any, replace: bool, crash: bool
) -> None:
    write_durably(tmp_path / "rehearsal", NEW, replace=replace)
    steps = list(faults.calls)
    assert set(steps) >= {"open", "write", "fsync", "close", "replace" if replace else "link"}
    outcomes = set()
    for step in range(len(steps)):
        folder = tmp_path / str(step)
        folder.mkdir()
        if replace:
            (folder / "run").write_bytes(OLD)
        if crash:
            faults.crash()
        faults.calls.clear()
        faults.fail_at = step
        failed = False
        try:
            write_durably(folder / "run", NEW, replace=replace)
        except UnwritableFile:
            failed = not crash
        except faults.Crash:
            failed = crash
        faults.fail_at = -1
        content = (folder / "run").read_bytes() if (folder / "run").exists() else None
        assert content in ((OLD if replace else None), NEW)
        in_place = steps.index("replace" if replace else "link") < step
        assert (content == NEW) == in_place, steps[step]
        assert failed or steps[step] == "unlink"  # a temporary that stays is no failure
        leftovers = set(names(folder)) - {"run"}
        assert all(name.startswith(PREFIX) for name in leftovers)
        if not crash and steps[step] != "unlink":
            assert not leftovers
        outcomes.add(content)
    assert len(outcomes) == 2


def test_an_interruption_at_every_step_tidies_up(tmp_path: Path, faults: Any) -> None:
    faults.error = KeyboardInterrupt()
    write_durably(tmp_path / "run", OLD)
    for step in range(faults.calls.index("unlink")):
        faults.calls.clear()
        faults.fail_at = step
        with pytest.raises(KeyboardInterrupt):
            write_durably(tmp_path / "run", NEW)
        assert names(tmp_path) == ["run"]
        assert (tmp_path / "run").read_bytes() == OLD


def test_a_killed_writer_never_leaves_half_a_file(
    tmp_path: Path, start: Callable[..., Any]
) -> None:
    target = tmp_path / "run"
    program = (
        "import sys; from rnn_tui.storage.disk.durable import write_durably\n"
        "for n in range(10**9):\n"
        "    write_durably(sys.argv[1], bytes([n % 256]) * 200_000)\n"
        "    if n == 3: print('going', flush=True)\n"
    )
    with start(program, str(target)) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline()
        writer.kill()
    content = target.read_bytes()
    assert len(content) == 200_000
    assert len(set(content)) == 1
    sweep_temporaries(tmp_path)
    assert names(tmp_path) == ["run"]


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("replace", [True, False])
def test_a_file_has_the_permissions_that_the_umask_leaves(tmp_path: Path, replace: bool) -> None:
    write_durably(tmp_path / "run", NEW, replace=replace)
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o640


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.EACCES])
@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_folder_that_cannot_be_synced_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, call: str
) -> None:
    real: Any = getattr(os, call)

    def refuse(what: Any, *args: Any) -> Any:
        folder = os.path.isdir(what) if call == "open" else stat.S_ISDIR(os.fstat(what).st_mode)
        if folder:
            raise OSError(code, os.strerror(code))
        return real(what, *args)

    monkeypatch.setattr(os, call, refuse)
    write_durably(tmp_path / "run", NEW)
    assert (tmp_path / "run").read_bytes() == NEW


def test_through_a_link_its_target_is_replaced_only_when_asked_and_the_link_stays(
    tmp_path: Path,
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(Path("elsewhere") / "run")
    for data in (OLD, NEW):  # first to nowhere, then to a file
        with pytest.raises(UnwritableFile, match="it is a symbolic link, which is not followed"):
            write_durably(tmp_path / "link", data)
        write_durably(tmp_path / "link", data, follow_links=True)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "elsewhere" / "run").read_bytes() == data
    assert names(tmp_path / "elsewhere") == ["run"]


def test_a_name_in_the_current_folder_needs_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_durably("a", NEW)
    write_durably("b", NEW, replace=False)
    assert names(tmp_path) == ["a", "b"]


def test_what_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_bytes(OLD)
    os.mkfifo(tmp_path / "pipe")
    cases = {
        "folder": "it is a folder",
        "pipe": "it is a device or a pipe",
        "loop": "it is a symbolic link",
        "gone/run": "No such file or directory; create the folder",
        "file/run": "Not a directory",
        "nul\0": "null",
        "line\nbreak/run": r"line\\nbreak",
        "x" * 300: "File name too long",
    }
    before = names(tmp_path)
    for name, words in cases.items():
        with pytest.raises(UnwritableFile, match=words) as caught:
            write_durably(f"{tmp_path}/{name}", NEW)
        assert isinstance(caught.value, StoreError)
        assert "\n" not in str(caught.value)
        assert str(caught.value).startswith("cannot write ")
    assert names(tmp_path) == before
    with pytest.raises(UnwritableFile, match="it is a device or a pipe"):
        write_durably(os.devnull, NEW)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_full_disk_is_named_with_what_to_do(tmp_path: Path, faults: Any) -> None:
    faults.fail_at = 1
    with pytest.raises(UnwritableFile, match="No space left on device; free some space"):
        write_durably(tmp_path / "run", NEW)
