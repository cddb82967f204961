"""One thread for everybody, and the kernels that each library takes for this processor.

Imported before any of the libraries that read these variables.
"""

from __future__ import annotations

import os

SET_ASIDE = {
    name: os.environ.pop(name)
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    if name in os.environ
}
"""What holds NumPy's BLAS, and nobody else's, to the kernels of another processor."""

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["NPROC"] = "1"  # the size of XLA's pool
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ.setdefault("JAX_PLATFORMS", "cpu")


def use_one_thread() -> None:
    """Pin NumPy's BLAS as rnn-tui itself does."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
