"""The wall: what is predicted for every sequence, all at once."""
