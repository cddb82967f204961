"""What tests of tensors share: some of every kind, and metadata that is hard to write."""

from typing import Any

import numpy as np

METADATA = {"config": '{"hidden": 10, "näme": "\\u001f"}', "epoch": "137", "": "\x1f\n"}


def example() -> dict[str, Any]:
    """Turned round, of another dtype, of no axis, and empty."""
    draw = np.random.default_rng(0)
    return {
        "rnn.weight_hh_l0": draw.normal(size=(4, 4)).T,
        "head.bias": draw.normal(size=3).astype(np.float32),
        "journal": np.arange(11, dtype=np.uint8),
        "epoch": np.array(137, dtype=np.int64),
        "nothing": np.empty((0, 3)),
    }
