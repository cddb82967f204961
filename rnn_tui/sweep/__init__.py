"""Many runs of one plan."""
