"""Question type `rewrite`: a text of the task, written anew or mended."""
