"""Question type `choices`: several of some options."""
