"""Panels that show what a network does with its memory."""
