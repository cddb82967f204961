"""The tasks view: every problem there is, and the run to begin with."""
