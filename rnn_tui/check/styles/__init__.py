"""Ways of writing a recurrent network: one file each, one line in the registry."""
