"""Pages of whoever runs the installation."""
