"""Fixtures of all tests. Databases: see tests/databases.py; what the machine must have: tests/needs.py."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator

import django
import hypothesis
import psycopg
import pytest
from django.db import connection, transaction

from tests import prove_plugin
from tests.apart import apart
from tests.counts import SEED
from tests.databases import TestDatabase, cloned, django_on, folder_of_tests, running_server
from tests.log_watch import no_secret_is_logged, secret
from tests.needs import needs
from tests.prove_plugin import claim, printed

__all__ = ["claim", "needs", "no_secret_is_logged", "printed", "secret"]  # fixtures that live in files of their own

HOME, PURE = "FAIRHAND_HOME", "FAIRHAND_TEST_PURE"

# Files whose tests take long, the longest first.
SLOW = (
    "test_access_matrix", "test_look", "test_hostile_text", "test_query_counts", "test_replay", "test_simulate",
    "test_links", "test_kills", "test_cli_up", "test_cli_database", "test_expert_journeys", "test_backup",
    "test_safe_start", "test_estimates", "test_missions",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """In the first process: choose seed and data folder, for the workers to inherit. In all: set Django up."""
    first = not hasattr(config, "workerinput")
    if first:
        os.environ.setdefault(SEED, str(random.SystemRandom().randrange(2**32)))
        os.environ[HOME] = tempfile.mkdtemp(prefix="fairhand-test-", dir=folder_of_tests())
        # The rules are pure: their tests run alone without Django, in a second.
        rules_only = bool(config.args) and all("tests/rules" in str(argument) for argument in config.args)
        os.environ[PURE] = "1" if rules_only else "0"
        for name in ("FAIRHAND_DATABASE_URL", "FAIRHAND_OWNER_DATABASE_URL", "FAIRHAND_CONNECT_AS"):
            os.environ.pop(name, None)
        config.pluginmanager.register(prove_plugin.Results(), "fairhand-results")
    os.environ["FAIRHAND_SECRET_KEY"] = "only-for-tests-" * 4
    os.environ["DJANGO_SETTINGS_MODULE"] = "fairhand.settings"
    hypothesis.settings.register_profile(
        "house", deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("house")
    if os.environ[PURE] == "0":
        django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[HOME], ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed {os.environ[SEED]} (repeat with FAIRHAND_SEED={os.environ[SEED]})"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    prove_plugin.leave_out_proven(config, items)
    # Each process asks for its next test when it is done with one: with the long ones first all end at about one time.
    items.sort(key=lambda item: SLOW.index(item.path.stem) if item.path.stem in SLOW else len(SLOW))


@pytest.fixture(scope="session")
def seed() -> int:
    """The number that every random choice of this run grows from."""
    return int(os.environ[SEED])


@pytest.fixture(scope="session")
def _server() -> Iterator[object]:
    with running_server() as server:
        yield server


@pytest.fixture
def db(_server) -> Iterator[TestDatabase]:
    """A database of this test alone, on Django's default connection, as the application role. Commits are real."""
    with cloned(_server) as database, django_on(database.url):
        yield database


@pytest.fixture(scope="session")
def _shared_database() -> Iterator[TestDatabase]:
    with apart() as database:
        yield database


@pytest.fixture
def rollback_db(_shared_database) -> Iterator[TestDatabase]:
    """A database shared with other tests, inside a transaction that is rolled back; cheaper than `db`.

    Deferred constraints are checked before the end; what waits for a commit (`on_commit`) never happens.
    """
    with django_on(_shared_database.url), transaction.atomic():
        yield _shared_database
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@pytest.fixture
def owner_connection(db) -> Iterator[psycopg.Connection]:
    """The owner's connection to the database of `db`, for the few tests that alter rows to see a check fail."""
    with psycopg.connect(db.owner_url, autocommit=True) as owner:
        yield owner
