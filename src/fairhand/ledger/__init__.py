"""Append-only double entry in PostgreSQL. The state of money is the account it sits on, never a column."""
