"""Question type `number`: a number with its unit."""
