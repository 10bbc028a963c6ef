"""Slots, claims and offers: who gets what next, and never twice."""
