"""Question type `prompt`: turns with text and files, for a model that takes both."""
