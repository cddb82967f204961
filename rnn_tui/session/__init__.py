"""The training thread: commands in, snapshots out."""
