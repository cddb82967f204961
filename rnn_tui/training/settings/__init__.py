"""Settings: options of a run that may change while it is trained, one file each."""
