"""Connections of the pool that all requests of a process share."""

import time
from typing import Any

from psycopg import Connection


class Pooled(Connection[Any]):
    """A connection of the pool, which asks it whether it lives each time it is taken; one used within the last second
    is believed. No database comes back from a restart that soon, and the question is a fifth of a call's round trips.
    """

    used_at: float | None = None

    def note_use(self) -> None:
        """It goes back to the pool."""
        self.used_at = time.monotonic()

    def execute(self, query: Any, *more: Any, **named: Any) -> Any:
        """The empty query is the pool's question; nothing else of ours comes this way."""
        if query == "" and self.used_at is not None and time.monotonic() - self.used_at < 1:
            return None
        return super().execute(query, *more, **named)
