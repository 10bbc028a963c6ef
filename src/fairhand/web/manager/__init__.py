"""Pages of whoever runs a project."""
