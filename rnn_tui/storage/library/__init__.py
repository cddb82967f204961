"""The folder of kept runs: finding, listing, removing."""
