"""Panels to choose a problem in."""
