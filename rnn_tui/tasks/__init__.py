"""Problems to train on: what the sequences are, what chance and the optimum are."""
