"""What this was measured on: processor and versions, nothing that names a machine."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.environment import SET_ASIDE


def describe() -> dict[str, Any]:
    """Plain values for the report."""
    versions: dict[str, str | None] = {}
    for package in ("numpy", "textual", "plotext", "torch", "jax"):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = None
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "blas": _blas(),
        "set_aside": SET_ASIDE,
        "versions": versions,
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()


def _blas() -> str:
    import numpy  # noqa: F401
    from threadpoolctl import threadpool_info

    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return ", ".join(
        f"{library['internal_api']} {library['version']} ({library.get('architecture', '?')})"
        for library in found
    )
