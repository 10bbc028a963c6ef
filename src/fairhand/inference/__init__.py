"""Models that are asked while work is done: endpoints, what they answered, and what that cost."""
