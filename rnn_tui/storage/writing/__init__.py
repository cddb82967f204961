"""Writing a run while it is trained."""
