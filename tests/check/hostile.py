"""Files that do everything but what is wanted, and what is to be said of each.

`NETWORK` is right; a case puts lines in front of it, behind it, or in the place of some of its own.
"""

from __future__ import annotations

from typing import NamedTuple

NETWORK = """
import numpy as np

Wxh, Whh, Why = np.zeros((4, 3)), np.zeros((4, 4)), np.zeros((3, 4))
bh, by = np.zeros((4, 1)), np.zeros((3, 1))


def lossFun(inputs, targets, hprev):
    xs, hs, ps, loss = {}, {-1: np.copy(hprev)}, {}, 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((3, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1] + bh)
        ps[t] = np.exp(Why @ hs[t] + by)
        ps[t] /= ps[t].sum()
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby, dhnext = np.zeros_like(bh), np.zeros_like(by), np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dhraw = (1 - hs[t] ** 2) * (Why.T @ dy + dhnext)
        dbh += dhraw
        dWxh += dhraw @ xs[t].T
        dWhh += dhraw @ hs[t - 1].T
        dhnext = Whh.T @ dhraw
    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs) - 1]

"""
AT_END = NETWORK.count("\n")
_FORWARD = "    xs, hs, ps, loss = {}, {-1: np.copy(hprev)}, {}, 0\n"
_BACKWARD = "    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)\n"
_RETURN = "    return loss, dWxh, dWhh, dWhy, dbh, dby, hs[len(inputs) - 1]\n"

CLASS = """
import numpy as np


class RNN:
    def __init__(self, n=4, symbols=3):
        rng = np.random.default_rng(0)
        self.Wxh = rng.normal(size=(symbols, n))
        self.Whh = rng.normal(size=(n, n))
        self.Why = rng.normal(size=(n, symbols))
        self.bh, self.by = np.zeros(n), np.zeros(symbols)

    def forward(self, x):
        self.h = np.zeros((len(x) + 1, len(self.bh)))
        for t in range(len(x)):
            self.h[t] = np.tanh(x[t] @ self.Wxh + self.h[t - 1] @ self.Whh + self.bh)
        scores = self.h[:-1] @ self.Why + self.by
        p = np.exp(scores)
        return p / p.sum(axis=1, keepdims=True)

    def loss(self, p, y):
        return -np.sum(y * np.log(p))

    def backward(self, x, y, p):
        d = p - y
        dWhy, dby = self.h[:-1].T @ d, d.sum(axis=0)
        dWxh, dWhh, dbh = np.zeros_like(self.Wxh), np.zeros_like(self.Whh), np.zeros_like(self.bh)
        back = np.zeros_like(self.bh)
        for t in reversed(range(len(x))):
            ds = (1 - self.h[t] ** 2) * (d[t] @ self.Why.T + back)
            dWxh += np.outer(x[t], ds)
            dWhh += np.outer(self.h[t - 1], ds)
            dbh += ds
            back = ds @ self.Whh.T
        return dWxh, dWhh, dWhy, dbh, dby
"""


class Case(NamedTuple):
    """A file and what is to be said of it.

    Attributes:
        name: what it does.
        text: of the file.
        verdict: of the check.
        kind: of the error, or empty.
        line: of the error, or None where there is none or it does not matter.
    """

    name: str
    text: str | bytes
    verdict: str = "right"
    kind: str = ""
    line: int | None = None


def behind(lines: str) -> str:
    """The network, and then some lines."""
    return NETWORK + lines + "\n"


def before_forward(line: str) -> str:
    """The network with a line in its function, in front of everything."""
    return NETWORK.replace(_FORWARD, f"    {line}\n{_FORWARD}")


def before_backward(line: str) -> str:
    """The network with a line between its two loops."""
    return NETWORK.replace(_BACKWARD, f"    {line}\n{_BACKWARD}")


def method(lines: str) -> str:
    """The class with more in it."""
    return CLASS + "\n" + "".join(f"    {line}\n" for line in lines.split("\n"))


MARK = "{mark}"
"""Stands in a text for what the command line of a process that it starts is known by."""
_CHILD = """
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)  # %s"], %s)
"""

NOISY = [
    Case("prints 10 MB", behind("import sys\nprint('x' * 10_000_000)\n"
                                "print('y' * 10_000_000, file=sys.stderr)")),
    Case("writes 10 MB to the descriptors",
         behind("import os\nfor fd in (1, 2):\n    os.write(fd, b'z' * 10_000_000)")),
    Case("prints at each call", before_forward("print('\\x1b[31m' + 'loss' * 100)")),
    Case("throws its streams away", behind("import sys\nsys.stdout = sys.stderr = None")),
    Case("closes its streams", behind("import os\nfor fd in (0, 1, 2):\n    os.close(fd)")),
    Case("closes all files it may have open",
         behind("import os\nos.closerange(3, 256)")),
    Case("writes into strange files",
         behind("import os\nfor fd in range(3, 64):\n    try:\n        os.write(fd, b'{}' * 99)\n"
                "    except OSError:\n        pass")),
    Case("forks", behind("import os\nos.fork()")),
    Case("forks into a session of its own",
         behind("import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
                "        time.sleep(600)\n    os._exit(0)")),
    Case("starts a program that stays", behind(_CHILD % (MARK, "start_new_session=True"))),
    Case("starts a program that hides",
         behind(_CHILD % (MARK, "start_new_session=True, env={}"))),
    Case("a bomb of 64 forks",
         behind("import os, time\nhome = os.getpid()\nfor _ in range(6):\n    os.fork()\n"
                "if os.getpid() != home:\n    time.sleep(600)")),
    Case("a pool of processes",
         behind("import multiprocessing\npool = multiprocessing.Pool(2)\n"
                "pool.map(abs, [1, 2, 3])")),
    Case("threads that never end",
         behind("import threading, time\n"
                "threading.Thread(target=lambda: time.sleep(600)).start()")),
    Case("ignores signals",
         behind("import signal\nfor each in (1, 2, 3, 10, 12, 13, 14, 15):\n"
                "    signal.signal(each, signal.SIG_IGN)")),
    Case("prints at exit", behind("import atexit\natexit.register(print, 'bye' * 1000)")),
    Case("goes to another folder", behind("import os\nos.chdir('/')")),
    Case("removes itself", behind("import os\nos.remove(__file__)")),
    Case("removes its folder",
         behind("import os, shutil\nshutil.rmtree(os.path.dirname(__file__))")),
    Case("patches numpy's comparisons",
         behind("np.linalg.norm = lambda *a, **k: 0.0\nnp.allclose = lambda *a, **k: True\n"
                "np.array_equal = lambda *a, **k: True")),
    Case("patches numpy's arrays",
         behind("np.eye = np.stack = np.outer = lambda *a, **k: 1 / 0\n"
                "np.shape = np.size = np.ndim = lambda *a: 7")),
    Case("patches numpy's random numbers",
         behind("np.random.seed = lambda *a: None\nnp.random.default_rng = lambda *a: None")),
    Case("counts floating point errors", behind("np.seterr(all='raise')")),
    Case("warnings are errors",
         behind("import warnings\nwarnings.simplefilter('error')")
),
    Case("sets the seed at each call", before_forward("np.random.seed(0)")),
    Case("prints numbers its own way", behind("np.set_printoptions(precision=1, threshold=3)")),
    Case("a short recursion limit", behind("import sys\nsys.setrecursionlimit(150)")),
    Case("patches built-in functions",
         behind("import builtins\nbuiltins.print = builtins.open = None")),
    Case("reads its arguments", behind("import argparse\nargparse.ArgumentParser().parse_args()")),
    Case("a byte order mark", b"\xef\xbb\xbf" + NETWORK.encode()),
    Case("an old encoding", b"# -*- coding: latin-1 -*-\n# \xe9\xe8\n" + NETWORK.encode()),
    Case("line ends of Windows", NETWORK.replace("\n", "\r\n").encode()),
    Case("tabs", NETWORK.replace("    ", "\t")),
    Case("10 MB of comment", NETWORK + "# " + "x" * 10_000_000 + "\n"),
    Case("an object that has everything",
         behind("class Yes:\n    def __getattr__(self, name):\n        return Yes()\n"
                "    def __call__(self, *a, **k):\n        return Yes()\nyes = Yes()")),
    Case("properties that raise", method("@property\ndef secret(self):\n    raise OSError('no')")),
    Case("objects that compare as arrays",
         method("def __eq__(self, other):\n    return np.ones(3) == other\n__hash__ = None")),
    Case("a second class that cannot be made",
         CLASS + "\n\nclass Model:\n    def __init__(self, a, b, *, c):\n        raise OSError\n\n"
         "    def forward(self, x):\n        pass\n\n    def backward(self, d):\n        pass\n"),
    Case("weights that cannot be written",
         behind("for each in (Wxh, Whh, Why, bh, by):\n    each.flags.writeable = False")),
]  # fmt: skip

UNUSABLE = [
    Case("an endless loop", behind("while np:\n    pass"), "unusable", "TimeLimit", AT_END + 1),
    Case("trains for ever at import",
         behind("for epoch in range(10 ** 12):\n    lossFun([0, 1], [1, 2], np.zeros((4, 1)))"),
         "unusable", "TimeLimit"),
    Case("an endless loop in the forward pass", before_forward("while True: pass"), "unusable",
         "TimeLimit", 9),
    Case("an endless loop in the backward pass", before_backward("while True: pass"), "unusable",
         "TimeLimit"),
    Case("an endless loop in the constructor",
         CLASS.replace("        rng =", "        while True: pass\n        rng ="), "unusable",
         "TimeLimit", 7),
    Case("an endless loop at the end of an object",
         method("def __del__(self):\n    while True: pass"), "unusable", "TimeLimit"),
    Case("sleeps", behind("import time\ntime.sleep(1e9)"), "unusable", "TimeLimit", AT_END + 2),
    Case("an endless sum in C", behind("sum(range(10 ** 15))"), "unusable", "TimeLimit",
         AT_END + 1),
    Case("sys.exit", behind("import sys\nsys.exit(0)"), "unusable", "SystemExit", AT_END + 2),
    Case("os._exit", behind("import os\nos._exit(0)"), "unusable", "SystemExit", AT_END + 2),
    Case("sys.exit in the forward pass", before_forward("raise SystemExit(3)"), "unusable",
         "SystemExit", 9),
    Case("raises KeyboardInterrupt", behind("raise KeyboardInterrupt"), "unusable",
         "KeyboardInterrupt", AT_END + 1),
    Case("raises GeneratorExit", before_forward("raise GeneratorExit"), "unusable",
         "GeneratorExit", 9),
    Case("an exception with an endless text",
         behind("class Bad(Exception):\n    def __str__(self):\n        raise Bad\nraise Bad()"),
         "unusable", "Bad", AT_END + 4),
    Case("an exception of 10 MB and escape sequences",
         behind("raise ValueError('\\x1b[2J\\n' * 1_000_000)"), "unusable", "ValueError",
         AT_END + 1),
    Case("kills itself", behind("import os\nos.kill(os.getpid(), 9)"), "unusable", "Ended"),
    Case("kills its parent", behind("import os\nos.kill(os.getppid(), 9)\nwhile True: pass"),
         "unusable", "Ended"),
    Case("kills its group", behind("import os\nos.killpg(0, 9)"), "unusable", "Ended"),
    Case("aborts", behind("import os\nos.abort()"), "unusable", "Ended", AT_END + 2),
    Case("a null pointer", behind("import ctypes\nctypes.string_at(0)"), "unusable", "Ended",
         AT_END + 2),
    Case("recursion", behind("def f(): return f()\nf()"), "unusable", "RecursionError",
         AT_END + 1),
    Case("recursion in C",
         behind("import sys\nsys.setrecursionlimit(10 ** 9)\nx = []\nfor _ in range(10 ** 6):\n"
                "    x = [x]\nrepr(x)"), "unusable"),
    Case("more memory than there is", behind("bytearray(1 << 40)"), "unusable", "MemoryError",
         AT_END + 1),
    Case("memory bit by bit", behind("x = []\nwhile np:\n    x.append(np.empty(1 << 26))"),
         "unusable", "MemoryError", AT_END + 3),
    Case("closes everything", behind("import os\nos.closerange(0, 1 << 20)"), "unusable", "Ended"),
    Case("asks a question", behind("input('your name? ')"), "unusable", "EOFError", AT_END + 1),
    Case("wants an argument",
         behind("import argparse\np = argparse.ArgumentParser()\np.add_argument('file')\n"
                "p.parse_args()"), "unusable", "SystemExit", AT_END + 4),
    Case("imports what is not there", behind("import not_installed_anywhere"), "unusable",
         "ModuleNotFoundError", AT_END + 1),
    Case("opens a file that is not there", behind("open('input.txt')"), "unusable",
         "FileNotFoundError", AT_END + 1),
    Case("a NUL byte", NETWORK + "\0", "unusable", "SyntaxError"),
    Case("is no text", bytes(range(256)) * 10, "unusable", "SyntaxError"),
    Case("is empty", "", "unusable", "NothingToCheck"),
    Case("only a comment", "# nothing here\n", "unusable", "NothingToCheck"),
    Case("trains once at import", "w = 1.0\nfor _ in range(10):\n    w -= 0.1 * w\n", "unusable",
         "NothingToCheck", 2),
    Case("deep brackets", "x = " + "(" * 100_000 + ")" * 100_000, "unusable"),
    Case("asynchronous methods",
         CLASS.replace("    def forward", "    async def forward").replace(
             "    def backward", "    async def backward"), "unusable"),
    Case("gives back None", NETWORK.replace(_RETURN, "    return None\n"), "unusable",
         "Unexpected"),
    Case("gives back objects",
         NETWORK.replace(_RETURN, "    return [object()] * 7\n"), "unusable"),
    Case("forges an answer",
         behind("import os, sys, socket, gc\nfor each in gc.get_objects():\n"
                "    if isinstance(each, socket.socket):\n"
                "        from rnn_tui.check.worker.wire import encode\n"
                "        each.sendall(encode({'anything': 1}))"), "unusable"),
    Case("talks nonsense into the connection",
         behind("import gc, socket\nfor each in gc.get_objects():\n"
                "    if isinstance(each, socket.socket):\n        each.sendall(b'x' * 10_000)"),
         "unusable", "Ended"),
    Case("shuts the connection",
         behind("import gc, socket\nfor each in gc.get_objects():\n"
                "    if isinstance(each, socket.socket):\n        each.close()"),
         "unusable", "Ended"),
]  # fmt: skip

OTHER = [
    Case("NaN everywhere", NETWORK.replace("np.tanh(", "np.nan * ("), "unclear"),
    Case("infinity everywhere", NETWORK.replace("np.tanh(", "np.inf * np.abs("), "unclear"),
    Case("random numbers that cannot be seeded",
         before_forward("hprev = hprev + __import__('os').urandom(1)[0] / 255"), "unclear"),
    Case("gives back its weights",
         NETWORK.replace(_RETURN, "    return loss, Wxh, Whh, Why, bh, by, hs[0]\n"), "unclear"),
    Case("patches tanh", behind("np.tanh = lambda x: x"), "wrong"),
    Case("NaN in one gradient",
         NETWORK.replace(_RETURN, "    dWhh[0, 0] = np.nan\n" + _RETURN), "wrong"),
]  # fmt: skip
ALL = [*NOISY, *UNUSABLE, *OTHER]
