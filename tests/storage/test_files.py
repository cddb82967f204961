"""Durable writing: with a fault or a crash at every step, the file is the old or the new one."""

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.disk import durable as files
from rnn_tui.storage.disk.durable import (
    StoreError,
    UnwritableFile,
    sweep_temporaries,
    write_durably,
)

OLD, NEW = b"old" * 1000, b"new" * 2000
STEPS = ("open", "write", "fsync", "close", "replace", "link", "unlink")


class Crash(BaseException):
    """The process ends here: nothing after it may be relied upon."""


class Faults:
    """Counts the calls of every system call that writing uses, and makes one of them fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.fail_at = -1
        self.error: BaseException = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.forever = False  # after a crash nothing works any more, not even tidying up
        for name in STEPS:
            monkeypatch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            now = len(self.calls)
            self.calls.append(name)
            if now == self.fail_at or (self.forever and 0 <= self.fail_at < now):
                if name == "close":
                    real(*args)  # the kernel frees a descriptor even when close fails
                elif name == "write":
                    real(args[0], bytes(args[1])[:100])  # half of it reaches the disk
                raise self.error
            return real(*args, **options)

        return call


@pytest.fixture
def faults() -> Iterator[Faults]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Faults(monkeypatch)


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[2])},
        text=True,
    )


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


def test_content_and_folder_are_synced_around_the_renaming(tmp_path: Path, faults: Faults) -> None:
    write_durably(tmp_path / "run", NEW)
    order = [name for name in faults.calls if name in ("write", "fsync", "replace")]
    assert order == ["write", "fsync", "replace", "fsync"]


@pytest.mark.parametrize("crash", [False, True], ids=["full disk", "crash"])
@pytest.mark.parametrize("replace", [True, False], ids=["replacing", "new"])
def test_a_fault_at_every_step_leaves_the_old_or_the_new_content(
    tmp_path: Path, faults: Faults, replace: bool, crash: bool
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
            faults.error, faults.forever = Crash(), True
        faults.calls.clear()
        faults.fail_at = step
        failed = False
        try:
            write_durably(folder / "run", NEW, replace=replace)
        except UnwritableFile:
            failed = not crash
        except Crash:
            failed = crash
        faults.fail_at = -1
        content = (folder / "run").read_bytes() if (folder / "run").exists() else None
        assert content in ((OLD if replace else None), NEW)
        in_place = steps.index("replace" if replace else "link") < step
        assert (content == NEW) == in_place, steps[step]
        assert failed or steps[step] == "unlink"  # a temporary that stays is no failure
        leftovers = set(names(folder)) - {"run"}
        assert all(name.startswith(files.PREFIX) for name in leftovers)
        if not crash and steps[step] != "unlink":
            assert not leftovers
        outcomes.add(content)
    assert len(outcomes) == 2


def test_an_interruption_at_every_step_tidies_up(tmp_path: Path, faults: Faults) -> None:
    faults.error = KeyboardInterrupt()
    write_durably(tmp_path / "run", OLD)
    for step in range(faults.calls.index("unlink")):
        faults.calls.clear()
        faults.fail_at = step
        with pytest.raises(KeyboardInterrupt):
            write_durably(tmp_path / "run", NEW)
        assert names(tmp_path) == ["run"]
        assert (tmp_path / "run").read_bytes() == OLD


def test_a_killed_writer_never_leaves_half_a_file(tmp_path: Path) -> None:
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
@pytest.mark.skipif(os.name == "nt", reason="no permission bits")
def test_a_file_has_the_permissions_that_the_umask_leaves(tmp_path: Path, replace: bool) -> None:
    write_durably(tmp_path / "run", NEW, replace=replace)
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o640


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
    assert not [name for name in names(tmp_path) if name.startswith(files.PREFIX)]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_of_two_processes_that_write_a_new_file_one_wins(tmp_path: Path, links: bool) -> None:
    program = (
        "import sys, os; from rnn_tui.storage.disk import durable as files\n"
        f"if not {links}: del os.link\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "try: files.write_durably(sys.argv[1], sys.argv[2].encode() * 100_000, replace=False)\n"
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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faults: Faults, code: int
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


def test_through_a_link_its_target_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(Path("elsewhere") / "run")
    for data in (OLD, NEW):  # first to nowhere, then to a file
        write_durably(tmp_path / "link", data)
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
        "folder": "not a regular file",
        "pipe": "not a regular file",
        "loop": "not a regular file",
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
    with pytest.raises(UnwritableFile, match="not a regular file"):
        write_durably(os.devnull, NEW)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_full_disk_is_named_with_its_number_and_what_to_do(
    tmp_path: Path, faults: Faults
) -> None:
    faults.fail_at = 1
    with pytest.raises(UnwritableFile, match="No space left on device; free some space") as caught:
        write_durably(tmp_path / "run", NEW)
    assert caught.value.errno == errno.ENOSPC


def dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_only_temporaries_of_dead_processes_are_swept(tmp_path: Path) -> None:
    own, dead = os.getpid(), dead_process()
    stale = [
        f"{files.PREFIX}{dead}-0123abcd-00.tmp",
        f"{files.PREFIX}{own}-{'0' * 8}-00.tmp",  # an earlier process that had our pid
        f"{files.PREFIX}9999999999-0123abcd-00.tmp",
    ]
    kept = [
        f"{files.PREFIX}{own}-{files._PROCESS}-00.tmp",
        f"{files.PREFIX}{os.getppid()}-0123abcd-00.tmp",
        f"{files.PREFIX}{dead}-0123abcd-00.tmp.txt",
        f"{files.PREFIX}notes.tmp",
        "run",
    ]
    for name in stale + kept:
        (tmp_path / name).write_bytes(OLD)
    folder = f"{files.PREFIX}{dead}-0123abcd-01.tmp"
    (tmp_path / folder).mkdir()
    assert sorted(path.name for path in sweep_temporaries(tmp_path)) == sorted(stale)
    assert names(tmp_path) == sorted([*kept, folder])


def test_a_process_of_another_user_is_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    (tmp_path / f"{files.PREFIX}1-0123abcd-00.tmp").write_bytes(OLD)
    assert sweep_temporaries(tmp_path) == []


def test_sweeping_where_nothing_can_be_swept_is_silent(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    assert sweep_temporaries(tmp_path / "gone") == []
    assert sweep_temporaries(tmp_path / "file") == []
