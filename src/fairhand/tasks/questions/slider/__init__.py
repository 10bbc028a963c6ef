"""Question type `slider`: a number on a line between two words."""
