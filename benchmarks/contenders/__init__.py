"""Who does the work: one file per contender, all behind the protocol of `contender`."""
