"""Question type `steps`: each step of a solution or trajectory is right, neutral or wrong."""
