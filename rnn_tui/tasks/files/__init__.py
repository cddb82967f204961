"""The user's own files: reading texts and pairs, and saying where something is wrong."""
