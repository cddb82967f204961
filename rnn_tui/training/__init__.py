"""Makes a model learn. Knows no terminal."""
