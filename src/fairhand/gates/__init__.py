"""Gates: stored rules of who may, and the facts about people that they read."""
