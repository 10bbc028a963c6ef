"""Sealed hand-overs of accepted work, and the formats they leave in."""
