"""The process in which their code runs: what goes in and comes out are plain values."""
