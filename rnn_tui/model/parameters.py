"""All trainable numbers of a network: one flat vector with named views into it.

Update, copy, norm and save are one operation on the flat vector each; the
equations read the views.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import DTypeLike

from rnn_tui.model.buffers import LINE, Array, buffer

_NUMBERS_IN_LINE = LINE // np.dtype(np.float32).itemsize


class Tensor(NamedTuple):
    """One named tensor of a network.

    Attributes:
        name: the letter in the equations, as shown on the screen.
        role: what it connects, such as ``x→h``; empty for a bias.
        shape: its shape in the engine, in which a row vector multiplies it from the left.
        transposed: whether the notebook stores it the other way round.
        gates: a letter for each gate whose block it holds, side by side; empty for one block.
    """

    name: str
    role: str
    shape: tuple[int, ...]
    transposed: bool = False
    gates: str = ""

    @property
    def blocks(self) -> dict[str, slice]:
        """The block of each gate by name, such as ``U_n``, as a slice of the last axis.

        Biases are ``b_h_n``: ``b_o`` is that of the output layer, not of a gate o.
        """
        width = self.shape[-1] // max(1, len(self.gates))
        return {
            f"{self.name}_{gate}": slice(i * width, (i + 1) * width)
            for i, gate in enumerate(self.gates)
        }


class Place(NamedTuple):
    """Where a tensor lies in the flat vector."""

    offset: int  # of its first number
    row: int  # numbers from one of its rows to the next


class Layout(NamedTuple):
    """How tensors lie in a flat vector.

    Attributes:
        tensors: in the order in which they are drawn, hashed and stored.
        places: of each tensor.
        size: length of the vector; numbers that belong to no tensor are always 0.
    """

    tensors: tuple[Tensor, ...]
    places: tuple[Place, ...]
    size: int


def one_after_another(*tensors: Tensor) -> Layout:
    """The tensors in order, each beginning at a cache line; see `buffers`."""
    places, offset = [], 0
    for tensor in tensors:
        places.append(Place(offset, tensor.shape[-1]))
        offset += -(-math.prod(tensor.shape) // _NUMBERS_IN_LINE) * _NUMBERS_IN_LINE
    return Layout(tensors, tuple(places), offset)


class Parameters:
    """A flat vector and the named tensors in it.

    Args:
        layout: the tensors and their places.
        flat: the numbers, one dimension, float64 or float32; kept, not copied.

    Raises:
        ValueError: if the vector has not the layout's length.
    """

    __slots__ = ("_blocks", "_views", "flat", "layout")

    def __init__(self, layout: Layout, flat: Array) -> None:
        if flat.shape != (layout.size,):
            raise ValueError(f"expected {layout.size} parameters, got shape {flat.shape}")
        self.layout = layout
        self.flat = flat
        self._views: dict[str, Array] = {}
        for tensor, (offset, row) in zip(layout.tensors, layout.places, strict=True):
            strides = (row * flat.itemsize, flat.itemsize)[-len(tensor.shape) :]
            self._views[tensor.name] = as_strided(flat[offset:], tensor.shape, strides)
        self._blocks: dict[str, Array] = {
            name: self._views[tensor.name][..., columns]
            for tensor in layout.tensors
            for name, columns in tensor.blocks.items()
        }

    @classmethod
    def zeros(cls, layout: Layout, dtype: DTypeLike = np.float64) -> Parameters:
        """Parameters that are all zero."""
        return cls(layout, buffer((layout.size,), dtype))

    def __getitem__(self, name: str) -> Array:
        """The live view of one tensor, or of a gate's block such as ``U_n``; engine's shape."""
        view = self._views.get(name)
        return self._blocks[name] if view is None else view

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __reduce__(self) -> tuple[type[Parameters], tuple[Layout, Array]]:
        return Parameters, (self.layout, self.flat)  # a copy's views are made anew

    def copy(self) -> Parameters:
        """The same numbers in a vector of their own."""
        return Parameters(self.layout, self.flat.copy())

    def with_flat(self, flat: Array) -> Parameters:
        """The same layout over another vector, which is kept, not copied."""
        return Parameters(self.layout, flat)

    def notebook(self, name: str) -> Array:
        """The live view of one tensor in the notebook's shape."""
        tensor = next(tensor for tensor in self.layout.tensors if tensor.name == name)
        return self._views[name].T if tensor.transposed else self._views[name]

    def norms(self) -> dict[str, float]:
        """The Euclidean (Frobenius) norm of each tensor, computed in float64."""
        return {
            name: float(np.linalg.norm(view.astype(np.float64)))
            for name, view in self._views.items()
        }

    def all_finite(self) -> bool:
        """Whether no number is NaN or infinite."""
        return bool(np.isfinite(self.flat).all())

    def sha256(self) -> str:
        """Digest of the tensors' little-endian bytes, in the layout's order and their own dtype.

        Each is in the notebook's shape, C order.
        """
        digest = hashlib.sha256()
        for tensor in self.layout.tensors:
            array = self.notebook(tensor.name)
            digest.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
        return digest.hexdigest()


INITS = ("normal", "scaled", "small")


def draw(
    layout: Layout, init: str, hidden: int, generator: np.random.Generator, dtype: DTypeLike
) -> Parameters:
    """Random initial parameters.

    The numbers are drawn in float64, tensor by tensor in the layout's order and in the
    notebook's shapes, and then cast, so that one seed means one network in either dtype.

    Args:
        layout: the tensors.
        init: ``normal``, N(0, 1) as in the notebook; ``scaled``, U(±1/√H) as in PyTorch; or
            ``small``, N(0, 0.01²) and biases 0 as in min-char-rnn.
        hidden: H.
        generator: to draw from.
        dtype: float64 or float32.

    Raises:
        ValueError: if ``init`` is none of them.
    """
    if init not in INITS:
        raise ValueError(f"init must be one of {', '.join(INITS)}, not {init!r}")
    parameters = Parameters.zeros(layout, dtype)
    bound = 1 / np.sqrt(hidden)
    for name in parameters:
        view = parameters.notebook(name)
        if init == "normal":
            view[...] = generator.standard_normal(view.shape)
        elif init == "scaled":
            view[...] = generator.uniform(-bound, bound, view.shape)
        elif view.ndim > 1:  # small
            view[...] = 0.01 * generator.standard_normal(view.shape)
    return parameters
