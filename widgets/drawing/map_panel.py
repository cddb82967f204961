"""A panel with heat maps."""

from __future__ import annotations

from .heat_map import Palette
from .panel import SlowPanel, Value


class MapPanel(SlowPanel[Value]):
    """A panel with heat maps."""

    def palette(self) -> Palette:
        """Shades where backgrounds cannot be relied on."""
        return Palette(self.ascii, self.ascii or not self.has_shades, not self.app.no_color)
