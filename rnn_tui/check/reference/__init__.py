"""Networks known to be right, which can make known mistakes on request."""
