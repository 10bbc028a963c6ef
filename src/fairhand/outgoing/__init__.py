"""The one way out: every request that this installation makes of another server by itself goes through here."""
