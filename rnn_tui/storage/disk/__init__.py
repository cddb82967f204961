"""Files: durable writing, locks, digests, checks."""
