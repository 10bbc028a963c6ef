"""Pages of whoever keeps the books."""
