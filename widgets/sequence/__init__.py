"""The strings of one sequence."""
