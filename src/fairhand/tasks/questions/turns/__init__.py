"""Question type `turns`: the turns of a conversation."""
