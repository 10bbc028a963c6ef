"""Sign-in, and what somebody sets for themselves."""
