"""Question type `choice`: one of several options."""
