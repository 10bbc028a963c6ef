"""A database on a server of its own, for tests that keep a transaction open from their beginning to their end.

Closing a day of the books, or reading events on, waits for every transaction of a server; tests that do so would wait
for these.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from fairhand.cli.database import embedded
from fairhand.cli.home import Home
from tests.commands_of import migrated_home, new_folder
from tests.databases import TUNING, TestDatabase


@contextmanager
def apart() -> Iterator[TestDatabase]:
    """A migrated database, its server ended with it."""
    with new_folder() as folder:
        home = Home(migrated_home(folder))
        home.write("postgresql.conf", TUNING)
        with embedded(home) as found:
            assert found.owner_url is not None
            assert found.server is not None
            yield TestDatabase("fairhand", found.app_url, found.owner_url, found.server)
