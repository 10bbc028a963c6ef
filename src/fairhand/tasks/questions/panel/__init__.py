"""Question type `panel`: a conversation with one or two models that answer while it is held."""
