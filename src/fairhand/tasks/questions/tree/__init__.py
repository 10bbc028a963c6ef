"""Question type `tree`: a choice from kinds that hold kinds."""
