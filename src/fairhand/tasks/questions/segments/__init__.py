"""Question type `segments`: stretches of a recording."""
