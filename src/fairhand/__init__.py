"""Fairhand: the open, self-hosted platform for paid expert AI-training work."""

__version__ = "0.1.0"
