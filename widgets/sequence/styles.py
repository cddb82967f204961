"""Colours of what is right, wrong, and looked at."""

from __future__ import annotations

RIGHT, WRONG = "$text-success", "bold $text-error"
CURSOR = "on $foreground 15%"
"""What the cells of the step looked at stand on."""
