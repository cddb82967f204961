"""Names of the files in the folder of a run."""

CHECKPOINT = "checkpoint.safetensors"
PREVIOUS = "checkpoint.previous.safetensors"
HISTORY = "history.sqlite"
ABOUT = "run.json"
DATA = "data"
ALPHABETS = "alphabets.json"
LOCK = "lock"
SWEEP = "sweep.json"
KEYFRAMES = "keyframes.safetensors"
RUN_FILES = (
    CHECKPOINT, PREVIOUS, KEYFRAMES, HISTORY, f"{HISTORY}-wal", ABOUT, DATA, ALPHABETS, SWEEP,
)  # fmt: skip
"""All there is to a run but its lock."""
