"""The cache behind the sign-in's rate limits: a table, so that every process of an installation counts together.

Django's own database cache counts all its rows at each write and stores pickles; this one does neither.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from psycopg.types.json import Jsonb

from fairhand.kernel.clock import utc_now

_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_READ = "SELECT value FROM cache_row WHERE key = %s AND expires_at > %s"
_SET = """
INSERT INTO cache_row (key, value, expires_at) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
# Taken only if nobody holds it: what expired counts as free.
_ADD = _SET + "WHERE cache_row.expires_at <= %s"
_SWEEP = "DELETE FROM cache_row WHERE key IN (SELECT key FROM cache_row WHERE expires_at <= %s LIMIT 20)"


class TableCache(BaseCache):
    """Django's cache interface over the table `cache_row`; values are whatever JSON can hold."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default` where there is none or it has expired."""
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.make_and_validate_key(key, version=version), utc_now()])
            row = cursor.fetchone()
        return json.loads(row[0]) if row else default  # Django's connections give JSON as text

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep a value for `timeout` seconds."""
        with connection.cursor() as cursor:
            cursor.execute(_SET, [self.make_and_validate_key(key, version=version), Jsonb(value), _end(timeout, self)])

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value unless one is there: of two processes at once, one is told True."""
        own = self.make_and_validate_key(key, version=version)
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [own, Jsonb(value), _end(timeout, self), utc_now()])
            return bool(cursor.rowcount == 1)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value, and a few that have expired."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cache_row WHERE key = %s", [self.make_and_validate_key(key, version=version)])
            gone = cursor.rowcount
            cursor.execute(_SWEEP, [utc_now()])
        return bool(gone)

    def clear(self) -> None:
        """Forget everything."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cache_row")


def _end(timeout: Any, cache: TableCache) -> datetime:
    seconds = cache.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
    return _FOREVER if seconds is None else utc_now() + timedelta(seconds=float(seconds))
