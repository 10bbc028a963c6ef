"""Pages of a client."""
