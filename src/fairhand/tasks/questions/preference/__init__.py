"""Question type `preference`: which of two is better, and by how much."""
