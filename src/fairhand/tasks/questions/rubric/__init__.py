"""Question type `rubric`: a response scored criterion by criterion."""
