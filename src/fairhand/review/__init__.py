"""Verdicts on submissions, and the policies that say how much is reviewed."""
