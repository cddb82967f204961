"""The problem in words."""
