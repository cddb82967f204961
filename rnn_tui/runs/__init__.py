"""Opening, training, replaying and saving runs, without a screen."""
