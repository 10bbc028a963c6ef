"""Pages of a reviewer."""
