"""Question type `factcheck`: claims, each with a verdict and its sources."""
