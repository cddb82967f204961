"""The worker seen from outside: started, asked, timed, and ended with all it left running."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple

from rnn_tui.check.worker.wire import BadMessage, encode, receive

MEMORY = 4 << 30
"""Bytes of address space that their code may have."""
_PATIENCE = 5.0
"""Seconds that the guard may take to end everything."""
_END_OF_STACK = "in _run_module_as_main\n", "\n  ...\n"
"""What faulthandler writes last: the frame that starts the guard, or that there are more."""
_MARK = "RNN_TUI_CHECK"
"""In the environment of the worker and of whatever it starts."""


class Fault(Exception):
    """Their code could not be loaded or run.

    Args:
        kind: the exception's type, or ``TimeLimit``, ``Ended``.
        message: in one line.
        line: of their file, or None.
        function: of theirs, or None.
    """

    def __init__(
        self, kind: str, message: str, line: int | None = None, function: str | None = None
    ) -> None:
        super().__init__(kind, message, line, function)
        self.kind, self.message, self.line, self.function = kind, message, line, function


class _Place(NamedTuple):
    line: int | None
    function: str | None


class _Clock:
    """Seconds since it was made, without those in which the worker waited for a processor.

    Args:
        pid: gives the worker's, or None while it is not known.
    """

    def __init__(self, pid: Callable[[], int | None]) -> None:
        self._pid, self._start = pid, time.monotonic()
        self._waited = self._waiting()

    def seconds(self) -> float:
        """Until now."""
        return time.monotonic() - self._start - (self._waiting() - self._waited)

    def _waiting(self) -> float:
        """What Linux counts; 0 elsewhere."""
        pid = self._pid()
        path = f"/proc/{pid}/schedstat"
        with suppress(OSError, ValueError, IndexError), open(path, encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
        return 0.0


class Worker:
    """A process that holds their code.

    Args:
        path: of their file, as tracebacks name it.
        limit: seconds that loading, and each call, may take.
        memory: bytes of address space.
    """

    def __init__(self, path: str, limit: float, memory: int = MEMORY) -> None:
        self._path, self._limit = path, limit
        self._mark = uuid.uuid4().hex
        self._channel, theirs = socket.socketpair()
        self._faults = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        with theirs:
            passed = theirs.fileno(), self._faults.fileno()
            arguments = map(str, (*passed, memory))
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "rnn_tui.check.worker.guard", *arguments],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=passed, start_new_session=True, env=self._environment(),
            )  # fmt: skip

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ask(self, request: str, limit: float | None = None, **arguments: Any) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Args:
            request: a method of `rnn_tui.check.worker.serving.Service`.
            limit: seconds, if not the worker's own.
            arguments: its arguments.

        Raises:
            Fault: if their code raises, hangs, or ends the process.
        """
        limit = self._limit if limit is None else limit
        clock, number = _Clock(self._pid), uuid.uuid4().hex
        message = {"number": number, "do": request, "with": arguments}
        try:
            self._channel.settimeout(limit)
            self._channel.sendall(encode(message))
            answer = receive(lambda count: self._read(count, clock, limit))
        except TimeoutError:
            place = self._where()
            raise Fault("TimeLimit", self._too_long(limit), *place) from None
        except BadMessage:
            raise self._ended("something of it writes into the connection to rnn-tui") from None
        except (EOFError, OSError):
            raise self._ended("it closed the connection to rnn-tui") from None
        if not isinstance(answer, dict) or answer.get("number") != number:
            raise self._ended("something of it writes into the connection to rnn-tui")
        found: dict[str, Any] = answer["answer"]
        fault = found.get("fault")
        if fault is not None and len(found) == 1:
            raise Fault(fault["type"], fault["message"], fault["line"], fault["function"])
        return found

    def close(self) -> None:
        """End the process and everything that it has started."""
        self._channel.close()
        self._process.terminate()
        with suppress(OSError):
            self._process.send_signal(signal.SIGCONT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        self._process.kill()
        for _ in range(50):
            if not self._kill_marked():
                break
        self._process.wait()
        self._faults.close()

    def _read(self, count: int, clock: _Clock, limit: float) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            if (left := limit - clock.seconds()) <= 0:
                raise TimeoutError
            self._channel.settimeout(left)
            with suppress(TimeoutError):
                part = self._channel.recv(min(count - len(parts), 1 << 20))
                if not part:
                    raise EOFError
                parts += part
        return bytes(parts)

    def _pid(self) -> int | None:
        """The worker's, once it has started: the guard writes it at the top of the faults."""
        first, line_end, _ = os.pread(self._faults.fileno(), 99, 0).partition(b"\n")
        return int(first) if line_end and first.isdigit() else None

    def _environment(self) -> dict[str, str]:
        threads = ("OPENBLAS", "OMP", "MKL")
        single = {f"{name}_NUM_THREADS": "1" for name in threads}
        own = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))
        paths = [own, os.environ.get("PYTHONPATH", "")]
        return {
            **os.environ, **single, _MARK: self._mark, "MPLBACKEND": "Agg",
            "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip

    def _where(self) -> _Place:
        """The line of their file that is running."""
        if (pid := self._pid()) is None:
            return _Place(None, None)
        with suppress(OSError):
            os.kill(pid, signal.SIGUSR1)
        for _ in range(100):
            time.sleep(0.02)
            if any(end in self._faults_text() for end in _END_OF_STACK):
                break
        return self._dumped()

    def _too_long(self, limit: float) -> str:
        """What is said of a call without an end."""
        pattern = rf'File "{re.escape(self._path)}", line (\d+) in <module>'
        top = re.search(pattern, self._faults_text())
        advice = "is it meant to take so long? --time-limit S gives it more"
        if top is not None:
            advice = (
                f"line {top[1]} is run when the file is imported: put what trains under "
                'if __name__ == "__main__":, or give it more with --time-limit S'
            )
        return f"still running after {limit:g} s; {advice}"

    def _dumped(self) -> _Place:
        text = self._faults_text()
        pattern = rf'File "{re.escape(self._path)}", line (\d+) in (.+)'
        if (found := re.search(pattern, text)) is None:
            return _Place(None, None)
        function = found[2].strip()
        return _Place(int(found[1]), None if function == "<module>" else function)

    def _faults_text(self) -> str:
        return os.pread(self._faults.fileno(), 1 << 20, 0).decode("utf-8", "replace")

    def _ended(self, how: str) -> Fault:
        """The fault that it has ended; ``how``, if it has not."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        code = self._process.returncode
        if code is not None:
            how = f"it ended Python with exit code {code}"
            if code < 0:
                how = f"it was ended by signal {_signal_name(-code)}"
        return Fault("Ended", how, *self._dumped())

    def _kill_marked(self) -> bool:
        """End what the guard could not; whether there was anything. Where there is a /proc."""
        needle, found = f"{_MARK}={self._mark}".encode(), False
        for name in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
            if not name.isdigit() or int(name) in (os.getpid(), self._process.pid):
                continue
            with suppress(OSError):
                with open(f"/proc/{name}/environ", "rb") as file:
                    if needle not in file.read():
                        continue
                os.kill(int(name), signal.SIGKILL)
                found = True
        return found


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
