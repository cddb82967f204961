"""Names of the files in the folder of a run."""

CHECKPOINT = "checkpoint.safetensors"
PREVIOUS = "checkpoint.previous.safetensors"
HISTORY = "history.sqlite"
ABOUT = "run.json"
DATA = "data"
ALPHABETS = "alphabets.json"
LOCK = "lock"
