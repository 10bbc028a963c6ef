"""Question type `spans`: marks in a text of the task."""
