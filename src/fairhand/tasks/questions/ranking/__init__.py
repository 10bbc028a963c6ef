"""Question type `ranking`: an order of several things."""
