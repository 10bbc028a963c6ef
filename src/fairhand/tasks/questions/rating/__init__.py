"""Question type `rating`: a number on a scale."""
