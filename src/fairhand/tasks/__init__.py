"""Batches and tasks, the fields a task shows and the questions it asks."""
