"""Everything the ledger must refuse and must do, on the product's database as its application role and as its owner."""

import psycopg
import pytest

from tests.races import ledger_checks, ledger_checks_of_conversions, ledger_checks_of_days
from tests.races.ledger_book import CHECKS, Book, faults

# Importing them fills the list of checks.
__all__ = ["ledger_checks", "ledger_checks_of_conversions", "ledger_checks_of_days"]


def test_the_ledger_does_and_refuses_what_it_must(db, owner_connection: psycopg.Connection, claim) -> None:
    with psycopg.connect(db.url, autocommit=True) as app:
        book = Book(app, owner_connection)
        assert faults(book) == []
    claim("rules of the ledger held as application role and owner", len(CHECKS))


def test_a_check_that_fails_is_told(db, owner_connection: psycopg.Connection) -> None:
    owner_connection.execute("DROP TRIGGER balanced ON ledger_entry")
    with psycopg.connect(db.url, autocommit=True) as app:
        found = faults(Book(app, owner_connection))
        assert {line.split(":")[0] for line in found} >= {"must_balance", "balances_by_currency"}
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("DELETE FROM ledger_leg")
