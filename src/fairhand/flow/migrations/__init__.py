"""Migrations of functions that write over several packages at once; there are no tables here."""
