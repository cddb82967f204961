"""What the last bits of a training depend on besides its configuration.

Two machines with the same fingerprint train a run to the same bits. With another BLAS kernel, or
another set of CPU features for NumPy to choose from, sums are rounded in another order.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

from rnn_tui.model import ENGINE_VERSION

_DIGITS = 12


@cache
def machine() -> dict[str, Any]:
    """What is known of this process and its machine, in plain values for people to read."""
    config: dict[str, Any] = np.show_config(mode="dicts")  # type: ignore[assignment]
    simd = config.get("SIMD Extensions", {})
    return {
        "engine": ENGINE_VERSION,
        "numpy": np.__version__,
        "blas": _libraries(),
        "cpu_features": [*simd.get("baseline", ()), *simd.get("found", ())],
        "python": ".".join(map(str, sys.version_info[:2])),
        "system": f"{platform.system()} {platform.machine()}",
        "libc": " ".join(platform.libc_ver()).strip(),
        "byte_order": sys.byteorder,
    }


@cache
def fingerprint() -> str:
    """A short digest of `machine`."""
    text = json.dumps(machine(), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _libraries() -> list[str]:
    """Such as ``openblas 0.3.30 SkylakeX``: NumPy's own, or where that cannot be told, all."""
    loaded = [found for found in threadpool_info() if found["user_api"] == "blas"]
    own = [found for found in loaded if "numpy" in found["filepath"]]
    parts = ("internal_api", "version", "architecture")
    return sorted({" ".join(str(each[p]) for p in parts if each.get(p)) for each in own or loaded})
