"""Question type `text`: an answer in words."""
