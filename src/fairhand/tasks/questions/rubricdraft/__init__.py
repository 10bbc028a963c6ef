"""Question type `rubricdraft`: a rubric that the expert writes."""
