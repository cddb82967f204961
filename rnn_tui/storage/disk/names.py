"""Names of the files in the folder of a run."""

CHECKPOINT = "checkpoint.safetensors"
PREVIOUS = "checkpoint.previous.safetensors"
HISTORY = "history.sqlite"
ABOUT = "run.json"
DATA = "data"
ALPHABETS = "alphabets.json"
LOCK = "lock"
SWEEP = "sweep.json"
RUN_FILES = (CHECKPOINT, PREVIOUS, HISTORY, ABOUT, DATA, ALPHABETS, SWEEP)
"""All there is to a run but its lock."""
