"""The terminal: what it can do, Textual's driver, sharing the processor with training."""
