"""Runs on disk. What cannot be read or written raises a `StoreError`: one line for the user."""
