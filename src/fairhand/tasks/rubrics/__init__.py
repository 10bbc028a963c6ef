"""Rubrics as trees of weighted criteria: how one is scored, what a good one avoids, and files of other houses."""
