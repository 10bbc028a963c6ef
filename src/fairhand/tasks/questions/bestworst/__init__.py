"""Question type `bestworst`: the best and the worst of several."""
