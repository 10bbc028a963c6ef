"""Pure Python below everything: money, clock, ids, limits, refusals, registry. No Django."""
