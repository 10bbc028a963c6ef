"""Question type `file`: files that the expert sends."""
