"""Many runs from one plan: on this machine, on a cluster, in shards."""
